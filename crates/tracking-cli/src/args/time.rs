//! Times as people write them.

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use tracking_core::Timestamp;

/// A date and a time, of which the zone is UTC.
const DATE_TIMES: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
];

/// The moment meant by a text; of a date, its first one.
pub(super) fn first_moment(text: &str) -> Result<Timestamp> {
    moment(text, |day| Ok(Timestamp::try_from(day)?))
}

/// The moment meant by a text; of a date, its last one.
pub(super) fn last_moment(text: &str) -> Result<Timestamp> {
    moment(text, |day| {
        let start = Timestamp::try_from(day)?;
        Ok(start.saturating_add(TimeDelta::days(1) - TimeDelta::microseconds(1)))
    })
}

fn moment(
    text: &str,
    of_day: impl Fn(DateTime<chrono::Utc>) -> Result<Timestamp>,
) -> Result<Timestamp> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(Timestamp::try_from(time)?);
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return of_day(date.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    for format in DATE_TIMES {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, format) {
            return Ok(Timestamp::try_from(time.and_utc())?);
        }
    }
    bail!("write a time like 2026-11-23, 2026-11-23 15:47 (in UTC) or 2026-11-23T15:47:01+01:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_same_at_both_ends() {
        for (text, time) in [
            ("2026-11-23T15:47:01+01:00", "2026-11-23T14:47:01Z"),
            ("2026-11-23T15:47:01.5Z", "2026-11-23T15:47:01.500Z"),
            ("2026-11-23T15:47:01", "2026-11-23T15:47:01Z"),
            ("2026-11-23 15:47:01", "2026-11-23T15:47:01Z"),
            ("2026-11-23 15:47", "2026-11-23T15:47:00Z"),
        ] {
            assert_eq!(first_moment(text).unwrap().to_string(), time);
            assert_eq!(last_moment(text).unwrap().to_string(), time);
        }
    }

    #[test]
    fn a_date_is_the_whole_day() {
        let text = "2026-11-23";
        assert_eq!(
            first_moment(text).unwrap().to_string(),
            "2026-11-23T00:00:00Z"
        );
        assert_eq!(
            last_moment(text).unwrap().to_string(),
            "2026-11-23T23:59:59.999999Z"
        );
        assert_eq!(last_moment("9999-12-31").unwrap(), Timestamp::MAX);
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
        ] {
            assert!(first_moment(text).is_err(), "{text}");
        }
    }
}
