//! Times as people write them.

use anyhow::{Result, bail};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use tracking_core::Timestamp;

use super::zone::ZoneChoice;

/// A date and a time without an offset.
const DATE_TIMES: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
];

/// A time as it was written; what it means may depend on the time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// With its offset.
    Exact(Timestamp),
    /// On the clocks of a time zone.
    Local(NaiveDateTime),
    /// All of a day.
    Day(NaiveDate),
}

impl Moment {
    /// The first moment meant.
    pub(crate) fn first(self, zone: ZoneChoice) -> Timestamp {
        match self {
            Self::Exact(time) => time,
            Self::Local(time) => zone.first_at(time),
            Self::Day(day) => zone.first_at(day.into()),
        }
    }

    /// The last moment meant.
    pub(crate) fn last(self, zone: ZoneChoice) -> Timestamp {
        match self {
            Self::Exact(time) => time,
            Self::Local(time) => zone.last_at(time),
            Self::Day(day) => match day.succ_opt() {
                // The year 10000 is no more.
                Some(next) if next.year() < 10_000 => zone.first_at(next.into()).just_before(),
                _ => Timestamp::MAX,
            },
        }
    }
}

/// Reads a time.
pub(crate) fn moment(text: &str) -> Result<Moment> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(Moment::Exact(Timestamp::try_from(time)?));
    }
    let within = |date: &NaiveDate| (0..10_000).contains(&date.year());
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    if let Some(day) = day.filter(within) {
        return Ok(Moment::Day(day));
    }
    for format in DATE_TIMES {
        let time = NaiveDateTime::parse_from_str(text, format).ok();
        if let Some(time) = time.filter(|time| within(&time.date())) {
            // Like time stamps, to the microsecond.
            let finer = time.and_utc().timestamp_subsec_nanos() % 1000;
            return Ok(Moment::Local(time - TimeDelta::nanoseconds(finer.into())));
        }
    }
    bail!("write a time like 2026-11-23, 2026-11-23 15:47 or 2026-11-23T15:47:01+01:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str, zone: &str) -> [String; 2] {
        let (moment, zone) = (moment(text).unwrap(), zone.parse().unwrap());
        [moment.first(zone), moment.last(zone)].map(|time| time.to_string())
    }

    #[test]
    fn a_time_is_the_same_at_both_ends() {
        for (text, time) in [
            ("2026-11-23T15:47:01+01:00", "2026-11-23T14:47:01Z"),
            ("2026-11-23T15:47:01.5Z", "2026-11-23T15:47:01.500Z"),
            ("2026-11-23T15:47:01", "2026-11-23T15:47:01Z"),
            ("2026-11-23 15:47:01", "2026-11-23T15:47:01Z"),
            ("2026-11-23 15:47", "2026-11-23T15:47:00Z"),
        ] {
            assert_eq!(ends(text, "UTC"), [time, time]);
        }
    }

    #[test]
    fn a_date_is_the_whole_day() {
        let day = ["2026-11-23T00:00:00Z", "2026-11-23T23:59:59.999999Z"];
        assert_eq!(ends("2026-11-23", "UTC"), day);
        let last = ["9999-12-31T00:00:00Z", "9999-12-31T23:59:59.999999Z"];
        assert_eq!(ends("9999-12-31", "UTC"), last);
        assert_eq!(ends("0000-01-01", "+14:00")[0], "0000-01-01T00:00:00Z");
    }

    #[test]
    fn a_day_is_that_of_the_time_zone_and_may_be_longer_or_shorter() {
        let zone = "Europe/Berlin";
        let spring = ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999999Z"];
        assert_eq!(ends("2026-03-29", zone), spring);
        let autumn = ["2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999999Z"];
        assert_eq!(ends("2026-10-25", zone), autumn);
    }

    #[test]
    fn a_time_that_comes_twice_or_never_leaves_nothing_out() {
        let zone = "Europe/Berlin";
        let twice = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
        assert_eq!(ends("2026-10-25 02:30", zone), twice);
        let never = ["2026-03-29T01:00:00Z", "2026-03-29T00:59:59.999999Z"];
        assert_eq!(ends("2026-03-29 02:30", zone), never);
        // The whole day was skipped there.
        let samoa = ["2011-12-30T10:00:00Z", "2011-12-30T09:59:59.999999Z"];
        assert_eq!(ends("2011-12-30", "Pacific/Apia"), samoa);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "today",
            "2026-02-30",
            "23.11.2026",
            "2026-11-23 25:00",
            "10000-01-01",
            "-0001-01-01",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
