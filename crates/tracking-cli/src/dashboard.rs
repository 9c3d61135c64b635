//! What there is, summed up on one page.

use std::collections::BTreeMap;

use chrono::{NaiveDateTime, TimeDelta};
use tracking_core::{Group, GroupBy, GroupKey, TaskId};
use tracking_views::{
    Granularity, Histogram, Overview, Ranking, RankingRow, Series, Terms, Total, TotalValue,
};

use crate::gather::{Distinct, Panel, PanelKind, Panels, Previous, Sums};

/// What is shown on an overview, and how.
#[derive(Debug)]
pub(crate) struct Dashboard<'a> {
    pub(crate) sums: &'a Sums,
    pub(crate) panels: &'a Panels,
    pub(crate) previous: Option<&'a Previous>,
    pub(crate) terms: &'a Terms,
    pub(crate) granularity: Granularity,
    pub(crate) top: usize,
    /// Where the lists of all names are.
    pub(crate) lists: Lists,
    pub(crate) charts: Charts,
}

/// Which charts an overview has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charts {
    /// Over time, by hour of the day and by day of the week.
    All,
    /// By hour of the day, of a single day.
    Hours,
    /// The last 24 hours.
    LastHours,
}

/// The addresses of lists, where there are any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    pub(crate) tracks: Option<String>,
    pub(crate) tasks: Option<String>,
    pub(crate) users: Option<String>,
    pub(crate) runs: Option<String>,
}

/// With fewer days there is no week to speak of.
const LEAST_DAYS: usize = 7;

impl Dashboard<'_> {
    /// Adds all of it to an overview.
    pub(crate) fn add_to(&self, overview: Overview) -> Overview {
        let view = self.with_totals(overview);
        let Some((first, last)) = self.sums.period else {
            return view.with_note(format!(
                "There are no {} to show.",
                self.terms.track().many()
            ));
        };
        let view = self.with_charts(view.with_period(first, last));
        // Of a web log, a panel tells pages from assets.
        let panels = rankings(self.panels, self.terms, self.top);
        let is_pages = |panel: &(PanelKind, Ranking)| panel.0 == PanelKind::Pages;
        let (pages, others): (Vec<_>, Vec<_>) = panels.into_iter().partition(is_pages);
        let tasks = match pages.into_iter().next() {
            Some((_, pages)) => linked(pages, self.terms.task().many(), self.lists.tasks.as_ref()),
            None => self.tasks(),
        };
        let view = view.with_ranking(tasks).with_ranking(self.users());
        let others = others.into_iter().map(|(_, ranking)| ranking);
        let view = others
            .fold(view, Overview::with_ranking)
            .with_newest(self.sums.newest.clone());
        if self.panels.are_approximate() {
            return view
                .with_note("In panels of very many different values, rare ones are left out.");
        }
        view
    }

    fn with_totals(&self, overview: Overview) -> Overview {
        let before = |number: fn(&Distinct) -> u64| self.previous.map(|past| number(&past.numbers));
        let (now, terms, lists) = (&self.sums.numbers, self.terms, &self.lists);
        let total = |name: String, number: fn(&Distinct) -> u64, list: &Option<String>| {
            Total::new(name, number(now))
                .with_previous(before(number))
                .with_link(list.clone())
        };
        let overview = overview
            .with_figure(total(terms.track().titles(), |n| n.tracks, &lists.tracks))
            .with_figure(total(terms.user().titles(), |n| n.users, &lists.users))
            .with_figure(total(terms.task().titles(), |n| n.tasks, &lists.tasks))
            .with_figure(total(terms.run().titles(), |n| n.runs, &lists.runs));
        match self.panels.bytes() {
            Some(bytes) => overview.with_total("Bytes sent", TotalValue::Bytes(bytes)),
            None => overview,
        }
    }

    fn with_charts(&self, view: Overview) -> Overview {
        let (sums, terms) = (self.sums, self.terms);
        let title = |of: &str| format!("{} by {of}", terms.track().titles());
        let hours = Histogram::of_hours(title("hour of day"), &sums.hours);
        match self.charts {
            Charts::All => {}
            Charts::Hours => return view.with_histogram(hours),
            Charts::LastHours => return view.with_histogram(self.last_hours()),
        }
        let view = view
            .with_granularity(self.granularity)
            .with_day_groups(&sums.days);
        let view = match self.previous {
            Some(previous) => view.with_previous_days(previous.days.iter().copied()),
            None => view,
        };
        // Users of a day cannot be added up to those of a week.
        let view = if self.granularity == Granularity::Day {
            let users = sums.days.iter().filter_map(users_of_day);
            view.with_second_series(Series::new(terms.user().titles()).with_days(users))
        } else {
            view
        };
        let view = view.with_histogram(hours);
        if sums.days.len() < LEAST_DAYS {
            return view;
        }
        view.with_histogram(Histogram::of_weekdays(title("day of week"), &sums.weekdays))
    }

    /// The hours up to the last track, from the one 23 hours before.
    fn last_hours(&self) -> Histogram {
        let name = |hour: NaiveDateTime| hour.format("%H").to_string();
        let counts: BTreeMap<NaiveDateTime, u64> = self.sums.last_hours.iter().copied().collect();
        let title = format!("{} by hour", self.terms.track().titles());
        let histogram = Histogram::new(title, "hour", "hours").with_range("the last 24 hours");
        let Some((last, _)) = counts.last_key_value() else {
            return histogram;
        };
        let hours = (0..24).rev().map(|back| *last - TimeDelta::hours(back));
        let bar = |hour: NaiveDateTime| (name(hour), counts.get(&hour).copied().unwrap_or(0));
        histogram.with_bars(hours.map(bar))
    }

    fn tasks(&self) -> Ranking {
        let names = self.terms.task();
        let ranking = Ranking::new(format!("Top {}", names.many()), names.title());
        let ranking = self.ranking(ranking, &self.sums.tasks, self.sums.numbers.tasks);
        linked(ranking, names.many(), self.lists.tasks.as_ref())
    }

    fn users(&self) -> Ranking {
        let names = self.terms.user();
        let ranking = Ranking::new(format!("Top {}", names.many()), names.title());
        let ranking = self.ranking(ranking, &self.sums.users, self.sums.numbers.users);
        linked(ranking, names.many(), self.lists.users.as_ref())
    }

    fn ranking(&self, ranking: Ranking, groups: &[Group], distinct: u64) -> Ranking {
        let rows = groups
            .iter()
            .map(|group| (group.key().clone(), group.count()));
        rows.fold(ranking, |ranking, (key, count)| {
            ranking.with_key(key, count)
        })
        .with_distinct(distinct)
        .with_whole(self.sums.numbers.tracks)
    }
}

/// The panels as rankings of at most `top` rows.
pub(crate) fn rankings(panels: &Panels, terms: &Terms, top: usize) -> Vec<(PanelKind, Ranking)> {
    let has_bytes = panels.bytes().is_some();
    let shown = panels.shown();
    shown
        .map(|panel| (panel.spec.kind, ranking(panel, terms, top, has_bytes)))
        .collect()
}

fn ranking(panel: &Panel, terms: &Terms, top: usize, has_bytes: bool) -> Ranking {
    let of = match panel.spec.kind {
        PanelKind::NotFound => terms.task().title(),
        _ => panel.spec.of.clone(),
    };
    let ranking = Ranking::new(panel.spec.title.clone(), of)
        .counted_by(GroupBy::Field(panel.spec.field.clone()))
        .with_columns(has_bytes.then_some("Bytes"));
    let row = |(name, count, bytes): (&str, u64, u64)| {
        let row = match (panel.spec.kind, TaskId::new(name)) {
            (PanelKind::NotFound | PanelKind::Pages | PanelKind::Assets, Ok(task)) => {
                RankingRow::of_key(GroupKey::Task(task), count)
            }
            _ => RankingRow::new(name, count),
        };
        row.with_cells(has_bytes.then(|| TotalValue::Bytes(bytes).to_string()))
    };
    let rows = panel.counts.largest(top).into_iter().map(row);
    rows.fold(ranking, Ranking::with_ranking_row)
        .with_distinct(panel.counts.distinct())
        .with_whole(panel.counts.total())
}

fn linked(ranking: Ranking, names: &str, list: Option<&String>) -> Ranking {
    match list {
        Some(list) => ranking.with_link_to_all(format!("All {names}"), list.as_str()),
        None => ranking,
    }
}

fn users_of_day(group: &Group) -> Option<(chrono::NaiveDate, u64)> {
    match (group.key(), group.distinct_counts()) {
        (GroupKey::Day(day), [users, ..]) => Some((*day, *users)),
        _ => None,
    }
}
