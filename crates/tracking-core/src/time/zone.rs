//! Time zones as values, for counting by day.

use chrono::{FixedOffset, NaiveDate, Offset, TimeDelta, TimeZone};
use serde::{Deserialize, Serialize};

use super::{TimeRange, Timestamp};

/// A time zone as a plain value: which offset from UTC holds from when on.
///
/// A value can be sent to any store, also one behind SQL or HTTP, which a zone of a time zone
/// library cannot. Days are 23 or 25 hours long where the offset changes.
///
/// ```
/// use chrono::FixedOffset;
/// use tracking_core::{Timestamp, Zone};
///
/// let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
/// let time: Timestamp = "2026-11-22T23:30:00Z".parse()?;
/// assert_eq!(zone.day_of(time).to_string(), "2026-11-23");
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds east of UTC before the first change.
    offset: i32,
    /// When the offset changed, and what to, in order of time.
    changes: Vec<(Timestamp, i32)>,
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self {
            offset: 0,
            changes: Vec::new(),
        }
    }

    /// A zone whose offset never changes.
    pub fn fixed(offset: FixedOffset) -> Self {
        Self {
            offset: offset.local_minus_utc(),
            changes: Vec::new(),
        }
    }

    /// The offsets of any zone of the time zone libraries that build on `chrono`, as far as
    /// they matter within `range`; before and after it the nearest one holds.
    ///
    /// The zone is asked once for every day of the range, and bisected where its offset
    /// changes, so keep to the years that the data is of.
    pub fn of<Tz: TimeZone>(zone: &Tz, range: TimeRange) -> Self {
        let at = |time: Timestamp| {
            let utc = time.to_datetime().naive_utc();
            zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
        };
        let mut here = (range.from(), at(range.from()));
        let mut zone = Self {
            offset: here.1,
            changes: Vec::new(),
        };
        while here.0 < range.to() {
            let next = here.0.saturating_add(TimeDelta::days(1)).min(range.to());
            let offset = at(next);
            if offset != here.1 {
                zone.changes
                    .push((first_with(&at, offset, here.0, next), offset));
            }
            here = (next, offset);
        }
        zone
    }

    /// Seconds east of UTC at a moment.
    pub fn offset_at(&self, time: Timestamp) -> i32 {
        let after = self.changes.partition_point(|change| change.0 <= time);
        let change = after.checked_sub(1).and_then(|last| self.changes.get(last));
        change.map_or(self.offset, |change| change.1)
    }

    /// The day that a moment belongs to.
    pub fn day_of(&self, time: Timestamp) -> NaiveDate {
        (time.to_datetime().naive_utc() + TimeDelta::seconds(self.offset_at(time).into())).date()
    }

    /// The offset before the first change, in seconds east of UTC.
    pub fn first_offset(&self) -> i32 {
        self.offset
    }

    /// When the offset changes, and to how many seconds east of UTC, in order of time.
    pub fn changes(&self) -> &[(Timestamp, i32)] {
        &self.changes
    }
}

/// The first microsecond after `before` at which `offset` holds, which it does at `after`.
fn first_with(
    at: &impl Fn(Timestamp) -> i32,
    offset: i32,
    before: Timestamp,
    after: Timestamp,
) -> Timestamp {
    let (mut before, mut after) = (before, after);
    while after.since(before) > TimeDelta::microseconds(1) {
        let middle = before.saturating_add(after.since(before) / 2);
        if at(middle) == offset {
            after = middle;
        } else {
            before = middle;
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{MappedLocalTime, NaiveDateTime};

    /// Central Europe in 2026: summer time from 29 March to 25 October, at 01:00 UTC.
    #[derive(Clone, Copy, Debug)]
    struct Berlin;

    impl TimeZone for Berlin {
        type Offset = FixedOffset;

        fn from_offset(_: &FixedOffset) -> Self {
            Self
        }

        fn offset_from_local_date(&self, _: &NaiveDate) -> MappedLocalTime<FixedOffset> {
            MappedLocalTime::None
        }

        fn offset_from_local_datetime(&self, _: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
            MappedLocalTime::None
        }

        fn offset_from_utc_date(&self, day: &NaiveDate) -> FixedOffset {
            self.offset_from_utc_datetime(&day.and_hms_opt(0, 0, 0).unwrap())
        }

        fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
            let day = |m, d| {
                NaiveDate::from_ymd_opt(2026, m, d)
                    .unwrap()
                    .and_hms_opt(1, 0, 0)
                    .unwrap()
            };
            let summer = day(3, 29) <= *utc && *utc < day(10, 25);
            FixedOffset::east_opt(if summer { 7200 } else { 3600 }).unwrap()
        }
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn changes_are_found_to_the_microsecond() {
        let year = TimeRange::between(time("2026-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
        let zone = Zone::of(&Berlin, year);
        let expected = [
            (time("2026-03-29T01:00:00Z"), 7200),
            (time("2026-10-25T01:00:00Z"), 3600),
        ];
        assert_eq!(zone.changes(), expected);
        assert_eq!(zone.first_offset(), 3600);
        assert_eq!(zone.offset_at(time("2026-03-29T00:59:59.999999Z")), 3600);
        assert_eq!(zone.offset_at(time("2026-03-29T01:00:00Z")), 7200);
    }

    #[test]
    fn days_of_23_and_25_hours() {
        let year = TimeRange::between(time("2026-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
        let zone = Zone::of(&Berlin, year);
        let hours = |day: &str, from: &str| {
            let start = time(from);
            (-3..30)
                .filter(|h| {
                    zone.day_of(start.saturating_add(TimeDelta::hours(*h)))
                        .to_string()
                        == day
                })
                .count()
        };
        assert_eq!(hours("2026-03-29", "2026-03-29T00:00:00Z"), 23);
        assert_eq!(hours("2026-10-25", "2026-10-25T00:00:00Z"), 25);
        assert_eq!(hours("2026-06-01", "2026-06-01T00:00:00Z"), 24);
    }

    #[test]
    fn the_ends_of_time_have_a_day() {
        let zone = Zone::fixed(FixedOffset::east_opt(14 * 3600).unwrap());
        assert_eq!(zone.day_of(Timestamp::MAX).to_string(), "+10000-01-01");
        let zone = Zone::fixed(FixedOffset::west_opt(12 * 3600).unwrap());
        assert_eq!(zone.day_of(Timestamp::MIN).to_string(), "-0001-12-31");
    }
}
