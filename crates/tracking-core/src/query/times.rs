//! Which times a query asks for.

use serde::{Deserialize, Serialize};

use crate::{TimeRange, Timestamp};

/// A set of times: ranges that do not touch each other, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<TimeRange>", into = "Vec<TimeRange>")]
pub struct TimeFilter(Vec<TimeRange>);

impl TimeFilter {
    /// The times of any of these ranges; none at all where there is no range.
    pub fn any(ranges: impl IntoIterator<Item = impl Into<TimeRange>>) -> Self {
        let ranges = ranges.into_iter().map(Into::into);
        let mut ranges: Vec<TimeRange> = ranges.filter(|range| !range.is_empty()).collect();
        ranges.sort_unstable_by_key(TimeRange::from);
        ranges.dedup_by(|later, earlier| {
            let overlap = later.from() <= earlier.to();
            if overlap {
                *earlier = TimeRange::between(earlier.from(), earlier.to().max(later.to()));
            }
            overlap
        });
        Self(ranges)
    }

    /// The times of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::any(
            self.0
                .iter()
                .flat_map(|a| other.0.iter().map(move |b| a.intersect(b))),
        )
    }

    /// Tells whether a time is among them.
    pub fn matches(&self, time: Timestamp) -> bool {
        let after = self.0.partition_point(|range| range.from() <= time);
        let last = after.checked_sub(1).and_then(|last| self.0.get(last));
        last.is_some_and(|range| range.contains(time))
    }

    /// The ranges, in order of time.
    pub fn ranges(&self) -> &[TimeRange] {
        &self.0
    }

    /// Tells whether no time can match.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<TimeRange>> for TimeFilter {
    fn from(ranges: Vec<TimeRange>) -> Self {
        Self::any(ranges)
    }
}

impl From<TimeFilter> for Vec<TimeRange> {
    fn from(filter: TimeFilter) -> Self {
        filter.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: i64, to: i64) -> TimeRange {
        TimeRange::between(
            Timestamp::from_secs(from).unwrap(),
            Timestamp::from_secs(to).unwrap(),
        )
    }

    #[test]
    fn ranges_are_put_in_order_and_joined() {
        let filter = TimeFilter::any([
            range(5, 9),
            range(1, 2),
            range(2, 3),
            range(7, 6),
            range(6, 8),
        ]);
        assert_eq!(filter.ranges(), [range(1, 3), range(5, 9)]);
    }

    #[test]
    fn both_is_what_each_matches() {
        let filters = [
            TimeFilter::any([range(1, 3), range(5, 9)]),
            TimeFilter::any([range(2, 6)]),
            TimeFilter::any([range(3, 3), range(9, 9)]),
            TimeFilter::default(),
            TimeFilter::any([TimeRange::ALL]),
        ];
        for (a, b) in filters
            .iter()
            .flat_map(|a| filters.iter().map(move |b| (a, b)))
        {
            for secs in 0..11 {
                let time = Timestamp::from_secs(secs).unwrap();
                assert_eq!(
                    a.and(b).matches(time),
                    a.matches(time) && b.matches(time),
                    "{a:?} {b:?} {secs}"
                );
            }
        }
    }
}
