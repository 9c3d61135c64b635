//! Many tracks.

use tracking_core::{Cursor, Query, Track, TrackRef};

use crate::Terms;

/// The title, query and paging of a list of tracks. The renderer gets its rows one by one, so
/// that a list of any length is shown in constant memory.
///
/// Rows are shown in the order in which they come: ask the store for the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct TrackList {
    title: String,
    note: Option<String>,
    query: Option<Query>,
    total: Option<u64>,
    next: Option<Cursor>,
    without: Vec<TrackColumn>,
}

/// A column of a list of tracks that can be omitted, if all its cells would be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrackColumn {
    /// The task.
    Task,
    /// The run.
    Run,
    /// The user.
    User,
    /// The data on one line.
    Data,
}

impl TrackList {
    /// A list with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Replaces the title.
    pub fn with_title(self, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..self
        }
    }

    /// A sentence below the title, such as what was asked for.
    pub fn with_note(self, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..self
        }
    }

    /// The query that it answers, which is shown, and which links to other pages and orders
    /// are made of.
    pub fn with_query(self, query: Query) -> Self {
        Self {
            query: Some(query),
            ..self
        }
    }

    /// How many tracks meet the query, those on other pages included.
    pub fn with_total(self, total: u64) -> Self {
        Self {
            total: Some(total),
            ..self
        }
    }

    /// The start of the next page, as the store returned it.
    pub fn with_next(self, next: Option<Cursor>) -> Self {
        Self { next, ..self }
    }

    /// Leaves a column out.
    pub fn without(mut self, column: TrackColumn) -> Self {
        self.without.push(column);
        self
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The sentence below the title, if any.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The query that it answers, if known.
    pub fn query(&self) -> Option<&Query> {
        self.query.as_ref()
    }

    /// How many tracks meet the query, if known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Where the next page begins, if there is one and it is known.
    pub fn next(&self) -> Option<Cursor> {
        self.next
    }

    /// Whether a column is shown.
    pub fn has(&self, column: TrackColumn) -> bool {
        !self.without.contains(&column)
    }

    /// The sentence that is shown if there are no rows.
    pub(crate) fn nothing(&self, terms: &Terms) -> String {
        let tracks = terms.track().many();
        match &self.query {
            Some(query) if !query.has_no_criteria() => format!("No {tracks} meet this query."),
            _ => format!("No {tracks}."),
        }
    }
}

/// A row of a list: a track, owned or borrowed.
pub trait TrackRow {
    /// Borrows the track.
    fn as_track_ref(&self) -> TrackRef<'_>;
}

impl TrackRow for Track {
    fn as_track_ref(&self) -> TrackRef<'_> {
        self.as_ref()
    }
}

impl TrackRow for TrackRef<'_> {
    fn as_track_ref(&self) -> TrackRef<'_> {
        *self
    }
}

impl<T: TrackRow + ?Sized> TrackRow for &T {
    fn as_track_ref(&self) -> TrackRef<'_> {
        (**self).as_track_ref()
    }
}
