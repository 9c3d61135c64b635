//! Counts over time.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tracking_core::{Group, GroupKey};

use super::Granularity;

/// How much there was per day, week or month.
///
/// ```
/// use tracking_views::{Granularity, Series};
///
/// let days = ["2026-11-22", "2026-11-23", "2026-11-24"].map(|day| (day.parse().unwrap(), 1));
/// let series = Series::new("Tracks").with_days(days).with_granularity(Granularity::Week);
/// let weeks = [("2026-11-16".parse().unwrap(), 1), ("2026-11-23".parse().unwrap(), 2)];
/// assert_eq!(series.points(), weeks);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Series {
    counted: String,
    granularity: Granularity,
    days: BTreeMap<NaiveDate, u64>,
    previous: BTreeMap<NaiveDate, u64>,
}

impl Series {
    /// Nothing counted per day; `counted` is what will be, as a heading: `Tracks`.
    pub fn new(counted: impl Into<String>) -> Self {
        Self {
            counted: counted.into(),
            granularity: Granularity::Day,
            days: BTreeMap::new(),
            previous: BTreeMap::new(),
        }
    }

    /// The same counts of something that is called otherwise.
    pub(crate) fn called(self, counted: String) -> Self {
        Self { counted, ..self }
    }

    /// The granularity that the days are added up to.
    pub fn with_granularity(self, granularity: Granularity) -> Self {
        Self {
            granularity,
            ..self
        }
    }

    /// More days, in any order; what is given twice for a day is added up.
    pub fn with_days(mut self, days: impl IntoIterator<Item = (NaiveDate, u64)>) -> Self {
        add(&mut self.days, days);
        self
    }

    /// What there was in the period before, drawn as a line: each day as the one of this period
    /// that it is compared with.
    pub fn with_previous(mut self, days: impl IntoIterator<Item = (NaiveDate, u64)>) -> Self {
        add(&mut self.previous, days);
        self
    }

    /// Adds the days that a store counted; groups by anything but days are ignored.
    pub fn with_groups(self, groups: &[Group]) -> Self {
        self.with_days(groups.iter().filter_map(|group| match group.key() {
            GroupKey::Day(day) => Some((*day, group.count())),
            _ => None,
        }))
    }

    /// What is counted.
    pub fn counted(&self) -> &str {
        &self.counted
    }

    /// Whether it is per day, week or month.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The first days of the days, weeks or months with their counts, in order of time; those
    /// in which nothing was counted are omitted.
    pub fn points(&self) -> Vec<(NaiveDate, u64)> {
        self.summed(&self.days)
    }

    /// The same of the period before.
    pub fn previous_points(&self) -> Vec<(NaiveDate, u64)> {
        self.summed(&self.previous)
    }

    fn summed(&self, days: &BTreeMap<NaiveDate, u64>) -> Vec<(NaiveDate, u64)> {
        let mut points: Vec<(NaiveDate, u64)> = Vec::new();
        for (day, count) in days {
            let start = self.granularity.start_of(*day);
            match points.last_mut() {
                Some((last, sum)) if *last == start => *sum = sum.saturating_add(*count),
                _ => points.push((start, *count)),
            }
        }
        points
    }
}

fn add(sums: &mut BTreeMap<NaiveDate, u64>, days: impl IntoIterator<Item = (NaiveDate, u64)>) {
    for (day, count) in days {
        let sum = sums.entry(day).or_default();
        *sum = sum.saturating_add(count);
    }
}
