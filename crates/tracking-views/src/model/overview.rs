//! The page that sums up what was tracked.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tracking_core::{Group, GroupKey, Query, Timestamp, Track};

use super::{
    Granularity, Histogram, Part, Problems, Ranking, Series, Total, TotalValue, TrackList, View,
};
use crate::Context;

/// What was tracked, summed up: totals, counts per day, rankings, problems.
///
/// What is not given is not shown.
///
/// ```
/// use tracking_views::{Overview, Ranking};
///
/// let overview = Overview::new("access.log")
///     .with_counted("Requests")
///     .with_total("Requests", 1382_u64)
///     .with_ranking(Ranking::new("Top tasks", "Task").with_row("/", 575).with_distinct(1368));
/// assert_eq!(overview.rankings()[0].distinct(), 1368);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Overview {
    title: String,
    counted: Option<String>,
    period: Option<(Timestamp, Timestamp)>,
    totals: Vec<Total>,
    query: Option<Query>,
    granularity: Granularity,
    per_day: Vec<(NaiveDate, u64)>,
    previous: Vec<(NaiveDate, u64)>,
    second_series: Option<Series>,
    histograms: Vec<Histogram>,
    newest: Vec<Track>,
    rankings: Vec<Ranking>,
    problems: Option<Problems>,
    notes: Vec<String>,
}

impl Overview {
    /// An overview that shows its title only.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            counted: None,
            period: None,
            totals: Vec::new(),
            query: None,
            granularity: Granularity::Day,
            per_day: Vec::new(),
            previous: Vec::new(),
            second_series: None,
            histograms: Vec::new(),
            newest: Vec::new(),
            rankings: Vec::new(),
            problems: None,
            notes: Vec::new(),
        }
    }

    /// What the days and the rankings count, as a heading; by default the term for tracks.
    pub fn with_counted(self, counted: impl Into<String>) -> Self {
        Self {
            counted: Some(counted.into()),
            ..self
        }
    }

    /// The first and the last moment that it covers.
    pub fn with_period(self, first: Timestamp, last: Timestamp) -> Self {
        Self {
            period: Some((first, last)),
            ..self
        }
    }

    /// The query whose result the view shows.
    pub fn with_query(self, query: Query) -> Self {
        Self {
            query: Some(query),
            ..self
        }
    }

    /// The granularity that days are added up to; days by default.
    pub fn with_granularity(self, granularity: Granularity) -> Self {
        Self {
            granularity,
            ..self
        }
    }

    /// The newest tracks.
    pub fn with_newest(self, newest: Vec<Track>) -> Self {
        Self { newest, ..self }
    }

    /// Adds a total, such as the number of users.
    pub fn with_total(mut self, label: impl Into<String>, value: impl Into<TotalValue>) -> Self {
        self.totals.push(Total::new(label, value));
        self
    }

    /// Adds a total.
    pub fn with_figure(mut self, total: Total) -> Self {
        self.totals.push(total);
        self
    }

    /// The count of each day of the previous period, dated as the day that it is compared
    /// with; drawn as a line.
    pub fn with_previous_days(self, days: impl IntoIterator<Item = (NaiveDate, u64)>) -> Self {
        Self {
            previous: days.into_iter().collect(),
            ..self
        }
    }

    /// A second chart next to the chart of days, such as users per day.
    pub fn with_second_series(self, series: Series) -> Self {
        Self {
            second_series: Some(series),
            ..self
        }
    }

    /// Adds a chart of categories in their natural order, such as hours of the day.
    pub fn with_histogram(mut self, histogram: Histogram) -> Self {
        self.histograms.push(histogram);
        self
    }

    /// The count of each day, in any order; counts of the same day are added up.
    ///
    /// Missing days between two others are shown as a gap.
    pub fn with_days(self, days: impl IntoIterator<Item = (NaiveDate, u64)>) -> Self {
        let mut per_day = BTreeMap::new();
        for (day, count) in days {
            let sum: &mut u64 = per_day.entry(day).or_default();
            *sum = sum.saturating_add(count);
        }
        Self {
            per_day: per_day.into_iter().collect(),
            ..self
        }
    }

    /// The count of each day, as a store counted it; groups by anything but days are
    /// ignored.
    pub fn with_day_groups(self, groups: &[Group]) -> Self {
        self.with_days(groups.iter().filter_map(day_of))
    }

    /// Adds a ranking, such as the tasks with the most tracks.
    pub fn with_ranking(mut self, ranking: Ranking) -> Self {
        self.rankings.push(ranking);
        self
    }

    /// Problems that occurred while the tracks were loaded.
    pub fn with_problems(self, problems: Problems) -> Self {
        Self {
            problems: Some(problems),
            ..self
        }
    }

    /// Adds a sentence to the foot of the page, such as how sessions are separated.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the days and the rankings count, if set.
    pub fn counted(&self) -> Option<&str> {
        self.counted.as_deref()
    }

    /// The first and the last moment that it covers, if known.
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        self.period
    }

    /// The totals, in the order given.
    pub fn totals(&self) -> &[Total] {
        &self.totals
    }

    /// The count of each day, in order of time.
    pub fn per_day(&self) -> &[(NaiveDate, u64)] {
        &self.per_day
    }

    /// The granularity that the days are added up to.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// The newest tracks.
    pub fn newest(&self) -> &[Track] {
        &self.newest
    }

    /// The rankings, in the order given.
    pub fn rankings(&self) -> &[Ranking] {
        &self.rankings
    }

    /// What went wrong, where that was looked at.
    pub fn problems(&self) -> Option<&Problems> {
        self.problems.as_ref()
    }

    /// The sentences at the foot, in the order given.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl View for Overview {
    fn heading(&self, _: &Context<'_>) -> String {
        self.title.clone()
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        let terms = context.terms();
        let counted = self.counted.clone();
        let counted = counted.unwrap_or_else(|| terms.track().titles());
        let mut parts = Vec::new();
        parts.extend(self.period.map(|(first, last)| Part::Period(first, last)));
        parts.extend(self.query.as_ref().map(Part::Query));
        parts.push(Part::Totals(&self.totals));
        let series = Series::new(counted.as_str()).with_granularity(self.granularity);
        let series = series.with_days(self.per_day.iter().copied());
        let series = series.with_previous(self.previous.iter().copied());
        parts.push(match &self.second_series {
            Some(second) => {
                Part::SideBySide(vec![Part::Series(series), Part::Series(second.clone())])
            }
            None => Part::Series(series),
        });
        let histograms = self.histograms.iter().cloned().map(Part::Histogram);
        parts.push(Part::SideBySide(histograms.collect()));
        parts.push(Part::Rankings(counted.into(), (&self.rankings).into()));
        let list = TrackList::new("What is new");
        let list = match &self.query {
            Some(query) => list.with_query(query.clone()),
            None => list,
        };
        parts.push(Part::Tracks(Box::new(list), &self.newest));
        parts.extend(self.problems.as_ref().map(Part::Problems));
        parts.push(Part::Notes(&self.notes));
        parts
    }
}

fn day_of(group: &Group) -> Option<(NaiveDate, u64)> {
    match group.key() {
        GroupKey::Day(day) => Some((*day, group.count())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracking_core::TaskId;

    #[test]
    fn counted_groups_become_days_in_order_of_time() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let of = |text: &str, count| Group::new(GroupKey::Day(day(text)), None, count);
        let task = Group::new(GroupKey::Task(TaskId::new("a").unwrap()), None, 9);
        let groups = [of("2026-11-24", 2), task, of("2026-11-23", 1)];
        let overview = Overview::new("x").with_day_groups(&groups);
        let expected = [(day("2026-11-23"), 1), (day("2026-11-24"), 2)];
        assert_eq!(overview.per_day(), expected);
    }
}
