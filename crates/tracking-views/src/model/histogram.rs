//! Counts of categories that have a natural order, such as the hours of a day.

use tracking_core::{Group, GroupKey};

/// How much there was of each of a few things in a given order: hours of the day, days of the
/// week, the last 24 hours.
///
/// ```
/// use tracking_views::Histogram;
///
/// let hours = Histogram::new("Requests by hour of day", "hour", "hours")
///     .with_bar("00", 3)
///     .with_bar("01", 0);
/// assert_eq!(hours.bars()[0], ("00".to_owned(), 3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Histogram {
    title: String,
    unit: (String, String),
    range: String,
    bars: Vec<(String, u64)>,
}

/// The days of the week, from Monday.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Histogram {
    /// A chart without bars; `one` and `many` are what a bar and several bars stand for: `hour`
    /// and `hours`.
    pub fn new(title: impl Into<String>, one: impl Into<String>, many: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            unit: (one.into(), many.into()),
            range: String::new(),
            bars: Vec::new(),
        }
    }

    /// A bar for each hour of the day, from groups that a store counted by
    /// [`HourOfDay`](tracking_core::GroupBy::HourOfDay).
    pub fn of_hours(title: impl Into<String>, groups: &[Group]) -> Self {
        let count = |hour: u8| of_key(groups, &GroupKey::HourOfDay(hour));
        let bars = (0..24).map(|hour| (format!("{hour:02}"), count(hour)));
        Self::new(title, "hour", "hours").with_bars(bars)
    }

    /// A bar for each day of the week, from groups that a store counted by
    /// [`DayOfWeek`](tracking_core::GroupBy::DayOfWeek).
    pub fn of_weekdays(title: impl Into<String>, groups: &[Group]) -> Self {
        let bars = (1..).zip(DAYS).map(|(number, name)| {
            let count = of_key(groups, &GroupKey::DayOfWeek(number));
            (name.to_owned(), count)
        });
        Self::new(title, "day", "days").with_bars(bars)
    }

    /// The period that the bars cover, shown next to the title: `the last 24 hours`.
    pub fn with_range(self, range: impl Into<String>) -> Self {
        Self {
            range: range.into(),
            ..self
        }
    }

    /// One more bar to the right of the others.
    pub fn with_bar(mut self, name: impl Into<String>, count: u64) -> Self {
        self.bars.push((name.into(), count));
        self
    }

    /// More bars to the right of the others.
    pub fn with_bars(mut self, bars: impl IntoIterator<Item = (String, u64)>) -> Self {
        self.bars.extend(bars);
        self
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What a bar and several bars stand for.
    pub fn unit(&self) -> (&str, &str) {
        (&self.unit.0, &self.unit.1)
    }

    /// What the bars cover; empty where it was not said.
    pub fn range(&self) -> &str {
        &self.range
    }

    /// The names and counts of the bars, from the left.
    pub fn bars(&self) -> &[(String, u64)] {
        &self.bars
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.bars.iter().all(|bar| bar.1 == 0)
    }
}

fn of_key(groups: &[Group], key: &GroupKey) -> u64 {
    let found = groups.iter().filter(|group| group.key() == key);
    found.map(Group::count).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_days_without_tracks_have_a_bar_of_zero() {
        let group = |key, count| Group::new(key, None, count);
        let groups = [
            group(GroupKey::HourOfDay(23), 2),
            group(GroupKey::DayOfWeek(1), 5),
        ];
        let hours = Histogram::of_hours("h", &groups);
        assert_eq!(
            (hours.bars().len(), hours.bars()[0].1, hours.bars()[23].1),
            (24, 0, 2)
        );
        let days = Histogram::of_weekdays("d", &groups);
        assert_eq!(days.bars()[0], ("Mon".to_owned(), 5));
        assert_eq!((days.bars().len(), days.is_empty()), (7, false));
        assert!(Histogram::of_hours("h", &[]).is_empty());
    }
}
