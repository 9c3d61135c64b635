//! The viewer and the program that a view is rendered for.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;
use tracking_core::{
    Cursor, Field, GroupBy, GroupKey, Query, RunId, RunQuery, Timestamp, TrackId, Zone,
};

use crate::format::{Label, iso_day};
use crate::links::is_safe;
use crate::{Column, Links, MenuItem, Terms, Titles};

/// The viewer's time zone and form of times, the links and titles of tasks and users,
/// and the columns that a program adds. By default times are in UTC and there are no links.
///
/// ```
/// use chrono::FixedOffset;
/// use tracking_core::{Timestamp, Zone};
/// use tracking_views::Context;
///
/// let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
/// let context = Context::new().with_zone(zone).with_relative_times(Timestamp::EPOCH);
/// assert_eq!(context.zone_name(), "UTC+1");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Context<'c> {
    zone: Zone,
    zone_name: Option<String>,
    now: Option<Timestamp>,
    links: Option<&'c dyn Links>,
    titles: Option<&'c dyn Titles>,
    columns: &'c [Column],
    terms: Terms,
    exclusions: Option<String>,
    menu: &'c [MenuItem],
    current_address: Option<String>,
}

impl<'c> Context<'c> {
    /// Times in UTC, no links, no titles, no columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time zone of the viewer. Count days in the same one.
    pub fn with_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Sets the name of the time zone, such as `Europe/Berlin`; by default its offset is shown.
    pub fn with_zone_name(self, name: impl Into<String>) -> Self {
        Self {
            zone_name: Some(name.into()),
            ..self
        }
    }

    /// Shows times as `3 h ago`, relative to a given moment.
    pub fn with_relative_times(self, now: Timestamp) -> Self {
        Self {
            now: Some(now),
            ..self
        }
    }

    /// Sets the links of names.
    pub fn with_links(self, links: &'c dyn Links) -> Self {
        Self {
            links: Some(links),
            ..self
        }
    }

    /// Sets the titles of tasks and users.
    pub fn with_titles(self, titles: &'c dyn Titles) -> Self {
        Self {
            titles: Some(titles),
            ..self
        }
    }

    /// The columns that a program adds to lists of tracks.
    pub fn with_columns(self, columns: &'c [Column]) -> Self {
        Self { columns, ..self }
    }

    /// The words for tracks, tasks, users and runs.
    pub fn with_terms(self, terms: Terms) -> Self {
        Self { terms, ..self }
    }

    /// Names tracks that are excluded in addition to a query, such as `assets, robots`; each view
    /// shows this with its query.
    pub fn with_exclusions(self, exclusions: impl Into<String>) -> Self {
        Self {
            exclusions: Some(exclusions.into()),
            ..self
        }
    }

    /// The menu above each page, and the address of the item that this page belongs to.
    pub fn with_menu(self, menu: &'c [MenuItem], current_address: Option<&str>) -> Self {
        Self {
            menu,
            current_address: current_address.map(ToOwned::to_owned),
            ..self
        }
    }

    /// The words for tracks, tasks, users and runs.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The tracks that are excluded in addition to a query, if any.
    pub fn exclusions(&self) -> Option<&str> {
        self.exclusions.as_deref()
    }

    /// The menu: name, address, and whether this page belongs there.
    pub(crate) fn menu(&self) -> Vec<(&'c str, &'c str, bool)> {
        let safe = self.menu.iter().filter(|item| is_safe(item.address()));
        let is_here = |item: &MenuItem| self.current_address.as_deref() == Some(item.address());
        safe.map(|item| (item.name(), item.address(), is_here(item)))
            .collect()
    }

    /// The time zone of the viewer.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The name of the time zone, else its offset, like `UTC+1`.
    pub fn zone_name(&self) -> Cow<'_, str> {
        match &self.zone_name {
            Some(name) => name.into(),
            None if self.zone.changes().is_empty() => offset_name(self.zone.first_offset()).into(),
            None => "local time".into(),
        }
    }

    /// The moment that times are relative to, if they are.
    pub fn now(&self) -> Option<Timestamp> {
        self.now
    }

    /// The columns that a program adds.
    pub fn columns(&self) -> &'c [Column] {
        self.columns
    }

    /// Whether titles are given.
    pub(crate) fn has_titles(&self) -> bool {
        self.titles.is_some()
    }

    /// The title of a task, if it has one.
    pub(crate) fn task_title(&self, task: &str) -> Option<String> {
        self.titles.and_then(|titles| titles.task(task))
    }

    /// The title of a user, if the user has one.
    pub(crate) fn user_title(&self, user: &str) -> Option<String> {
        self.titles.and_then(|titles| titles.user(user))
    }

    /// The name of a data field: its title, or its keys.
    pub(crate) fn field_name(&self, field: &Field) -> String {
        let title = self.titles.and_then(|titles| titles.field(field));
        title.unwrap_or_else(|| field.to_string())
    }

    pub(crate) fn home(&self) -> Option<String> {
        self.link(|links| links.home())
    }

    pub(crate) fn task(&self, task: &str) -> Label {
        let text = self.task_title(task).unwrap_or_else(|| task.to_owned());
        Label::new(text, self.link(|links| links.task(task)))
    }

    pub(crate) fn user(&self, user: &str) -> Label {
        let text = self.user_title(user).unwrap_or_else(|| user.to_owned());
        Label::new(text, self.link(|links| links.user(user)))
    }

    pub(crate) fn run(&self, run: RunId) -> Label {
        Label::new(run.to_string(), self.link(|links| links.run(run)))
    }

    pub(crate) fn track(&self, track: TrackId) -> Label {
        Label::new(track.to_string(), self.link(|links| links.track(track)))
    }

    pub(crate) fn day(&self, day: NaiveDate) -> Label {
        Label::new(iso_day(day), self.link(|links| links.day(day)))
    }

    /// The name of a group; `by` says what it was counted by, if known.
    pub(crate) fn group(&self, key: &GroupKey, by: Option<&GroupBy>) -> Label {
        match (key, by) {
            (GroupKey::Task(task), _) => self.task(task),
            (GroupKey::User(user), _) => self.user(user),
            (GroupKey::Run(run), _) => self.run(*run),
            (GroupKey::Day(day), _) => self.day(*day),
            (GroupKey::Field(value), Some(GroupBy::Field(field))) => {
                let link = self.link(|links| links.field(field, value.as_ref()));
                Label::new(key.to_string(), link)
            }
            _ => Label::new(key.to_string(), None),
        }
    }

    /// A text with a link that the program provided.
    pub(crate) fn linked(text: &str, address: &str) -> Label {
        Label::new(text, is_safe(address).then(|| address.to_owned()))
    }

    pub(crate) fn tracks(&self, query: &Query) -> Option<String> {
        self.link(|links| links.tracks(query))
    }

    /// The page after a cursor, and the first page if this is another one.
    pub(crate) fn pages(&self, query: &Query, next: Option<Cursor>) -> Pages {
        let first = matches!(query.cursor(), Ok(None))
            .then(|| None)
            .unwrap_or_else(|| self.tracks(&query.clone().from_the_start()));
        let next = next.and_then(|cursor| self.tracks(&query.clone().after(cursor)));
        Pages { first, next }
    }

    /// The page of runs after one.
    pub(crate) fn runs_after(&self, query: &RunQuery, next: RunId) -> Option<String> {
        self.link(|links| links.runs(&query.clone().after(next)))
    }

    fn link(&self, of: impl FnOnce(&dyn Links) -> Option<String>) -> Option<String> {
        self.links.and_then(of).filter(|address| is_safe(address))
    }
}

/// Links from page to page.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("zone", &self.zone)
            .field("zone_name", &self.zone_name())
            .field("now", &self.now)
            .field("links", &self.links.is_some())
            .field("titles", &self.titles.is_some())
            .field("columns", &self.columns)
            .field("terms", &self.terms)
            .field("left_out", &self.exclusions)
            .field("menu", &self.menu)
            .finish()
    }
}

/// Like `UTC`, `UTC+1` and `UTC-3:30`.
pub(crate) fn offset_name(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_short_names() {
        let formatted = [0, 3600, -12_600, 20_700].map(offset_name);
        assert_eq!(formatted, ["UTC", "UTC+1", "UTC-3:30", "UTC+5:45"]);
    }
}
