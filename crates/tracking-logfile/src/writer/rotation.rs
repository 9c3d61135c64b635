//! When a log is rotated by itself.

use std::fs::Metadata;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use tracking_core::Timestamp;

use super::line::LineZone;

/// The age at which a log is rotated: see
/// [`LoggerBuilder::rotate_every`](crate::LoggerBuilder::rotate_every).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Age {
    /// Each hour of the logger's zone has a file of its own.
    Hour,
    /// Each day of the logger's zone has a file of its own.
    Day,
    /// A file has lines of this time after its first one, at most.
    Of(Duration),
}

/// What a log is rotated by, in addition to calls.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rotation {
    pub(super) size: Option<u64>,
    pub(super) age: Option<Age>,
}

impl Rotation {
    /// Tells whether a file of `len` bytes is full, that is, a line would make it too long.
    pub(super) fn is_full(self, len: u64, line: usize) -> bool {
        self.size
            .is_some_and(|size| len.saturating_add(line as u64) > size)
    }

    /// Tells whether a file with lines since `start` takes none of now. A clock that goes back
    /// rotates nothing.
    pub(super) fn is_old(self, start: Timestamp, now: Timestamp, zone: &LineZone) -> bool {
        let (then, today) = (zone.local(start), zone.local(now));
        let over = match self.age {
            None => false,
            Some(Age::Day) => then.date() != today.date(),
            // The offset tells the two hours apart that have one name in autumn.
            Some(Age::Hour) => {
                (then.date(), then.hour(), zone.offset_at(start))
                    != (today.date(), today.hour(), zone.offset_at(now))
            }
            Some(Age::Of(age)) => TimeDelta::from_std(age).is_ok_and(|age| now.since(start) >= age),
        };
        over && start < now
    }

    /// Since when a file that was written to earlier has lines, as far as the system knows: for
    /// hours and days its last line says enough, since an older one would have been in the same.
    pub(super) fn start_of(self, file: &Metadata) -> Option<Timestamp> {
        let modified = file.modified().ok();
        let start = match self.age {
            Some(Age::Of(_)) => modified.min(file.created().ok().or(modified)),
            _ => modified,
        };
        start.and_then(|start| Timestamp::try_from(DateTime::<Utc>::from(start)).ok())
    }
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;
    use tracking_core::Zone;

    use super::*;

    fn is_old(age: Age, start: &str, now: &str) -> bool {
        let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
        let age = Some(age);
        Rotation { size: None, age }.is_old(
            start.parse().unwrap(),
            now.parse().unwrap(),
            &LineZone::Given(zone),
        )
    }

    #[test]
    fn hours_and_days_are_those_of_the_zone() {
        let last = "2026-11-23T22:59:59.999999Z";
        assert!(!is_old(Age::Day, "2026-11-22T23:00:00Z", last));
        assert!(is_old(Age::Day, last, "2026-11-23T23:00:00Z"));
        assert!(is_old(Age::Hour, last, "2026-11-23T23:00:00Z"));
        assert!(!is_old(Age::Hour, "2026-11-23T22:00:00Z", last));
        assert!(is_old(Age::Hour, last, "2026-11-24T22:59:59Z"));
    }

    #[test]
    fn an_age_counts_from_the_first_line() {
        let age = Age::Of(Duration::from_secs(90));
        assert!(!is_old(
            age,
            "2026-11-23T22:00:00Z",
            "2026-11-23T22:01:29.999999Z"
        ));
        assert!(is_old(age, "2026-11-23T22:00:00Z", "2026-11-23T22:01:30Z"));
        let endless = Age::Of(Duration::MAX);
        assert!(!is_old(
            endless,
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z"
        ));
    }

    #[test]
    fn a_clock_that_goes_back_rotates_nothing() {
        for age in [Age::Hour, Age::Day, Age::Of(Duration::ZERO)] {
            assert!(!is_old(age, "2026-11-23T22:00:00Z", "2026-11-20T22:00:00Z"));
        }
    }

    #[test]
    fn a_file_is_full_before_it_is_too_long() {
        let rotation = Rotation {
            size: Some(10),
            age: None,
        };
        assert!(!rotation.is_full(4, 6));
        assert!(rotation.is_full(5, 6));
        assert!(rotation.is_full(u64::MAX, 6));
        assert!(!Rotation::default().is_full(u64::MAX, 6));
    }
}
