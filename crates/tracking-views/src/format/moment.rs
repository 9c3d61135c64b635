//! Time for people.

use std::fmt;

use chrono::{Datelike, FixedOffset, NaiveDateTime, SecondsFormat, TimeDelta, Timelike};
use tracking_core::{Timestamp, Zone};

use super::iso_day;
use crate::Context;

/// Prints a time in a zone like `2026-11-23 15:47:01`, to the second; an hour that comes twice
/// is marked with its offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'z> {
    time: Timestamp,
    zone: &'z Zone,
}

/// A time as the viewer wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// What is shown: `3 h ago`, or the time.
    pub(crate) text: String,
    /// The time, where something else is shown.
    pub(crate) absolute: Option<String>,
    /// All of it, for programs.
    pub(crate) exact: String,
}

impl Context<'_> {
    /// A time in the viewer's zone.
    pub(crate) fn moment(&self, time: Timestamp) -> Moment<'_> {
        Moment {
            time,
            zone: self.zone(),
        }
    }

    /// A time among others: relative where that is wanted.
    pub(crate) fn when(&self, time: Timestamp) -> When {
        let absolute = self.moment(time).to_string();
        let (text, absolute) = match self.now().and_then(|now| ago(now, time)) {
            Some(ago) => (ago, Some(format!("{absolute} {}", self.zone_name()))),
            None if self.now().is_some() => {
                let day = iso_day(self.zone().day_of(time));
                (day, Some(format!("{absolute} {}", self.zone_name())))
            }
            None => (absolute, None),
        };
        When {
            text,
            absolute,
            exact: time.to_string(),
        }
    }

    /// A time with its zone, and how long ago it was where that is wanted.
    pub(crate) fn full_time(&self, time: Timestamp) -> String {
        let formatted = format!("{} {}", self.moment(time), self.zone_name());
        match self.now().and_then(|now| ago(now, time)) {
            Some(ago) => format!("{formatted} ({ago})"),
            None => formatted,
        }
    }

    /// All of a time, with its offset in the zone.
    pub(crate) fn exact_time(&self, time: Timestamp) -> String {
        let offset = FixedOffset::east_opt(self.zone().offset_at(time));
        match offset {
            Some(offset) if offset.local_minus_utc() != 0 => time
                .to_datetime()
                .with_timezone(&offset)
                .to_rfc3339_opts(SecondsFormat::AutoSi, true),
            _ => time.to_string(),
        }
    }

    /// The heading of a column of times.
    pub(crate) fn time_heading(&self) -> String {
        if self.now().is_some() {
            "Time".into()
        } else {
            format!("Time ({})", self.zone_name())
        }
    }
}

impl Moment<'_> {
    fn local(self) -> NaiveDateTime {
        let offset = TimeDelta::seconds(self.zone.offset_at(self.time).into());
        self.time.to_datetime().naive_utc() + offset
    }

    /// Whether clocks in the zone showed, or will show, the same once more.
    fn comes_twice(self) -> bool {
        let mut before = self.zone.first_offset();
        self.zone.changes().iter().any(|(at, after)| {
            let back = TimeDelta::seconds(i64::from(before - after));
            let since = self.time.since(*at);
            before = *after;
            back > TimeDelta::zero() && -back <= since && since < back
        })
    }
}

impl fmt::Display for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.local();
        let (year, month, day) = (local.year(), local.month(), local.day());
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        // What lies beyond four digits has a sign, as ISO 8601 has it.
        if !(0..10_000).contains(&year) {
            write!(f, "{}", if year < 0 { '-' } else { '+' })?;
        }
        let year = year.unsigned_abs();
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )?;
        if self.comes_twice() {
            let seconds = self.zone.offset_at(self.time);
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.unsigned_abs() / 60;
            write!(f, " {sign}{:02}:{:02}", minutes / 60, minutes % 60)?;
        }
        Ok(())
    }
}

/// For longer ago, the date is shown.
const LONG_AGO: u64 = 30;

/// How long ago a time was, or is to come, by its largest unit; nothing where that is long.
pub(crate) fn ago(now: Timestamp, time: Timestamp) -> Option<String> {
    let seconds = now.since(time).num_seconds();
    let length = seconds.unsigned_abs();
    let (number, unit) = match length {
        0 => return Some("now".into()),
        1..60 => (length, "s"),
        60..3600 => (length / 60, "min"),
        3600..86_400 => (length / 3600, "h"),
        _ => (length / 86_400, "d"),
    };
    if unit == "d" && number >= LONG_AGO {
        None
    } else if seconds < 0 {
        Some(format!("in {number} {unit}"))
    } else {
        Some(format!("{number} {unit} ago"))
    }
}

/// A length of time by its two largest units: `3 d 4 h`, `12 min 5 s`, `0 s`.
pub(crate) fn span(length: TimeDelta) -> String {
    let seconds = length.num_seconds().unsigned_abs();
    let sign = if length.num_seconds() < 0 { "-" } else { "" };
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let first = units.iter().position(|unit| unit.0 > 0).unwrap_or(3);
    let formatted: Vec<_> = units
        .iter()
        .skip(first)
        .take(2)
        .enumerate()
        .filter(|(index, unit)| *index == 0 || unit.0 > 0)
        .map(|(_, (number, name))| format!("{number} {name}"))
        .collect();
    format!("{sign}{}", formatted.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Central Europe in 2026, as core serializes it.
    fn berlin() -> Zone {
        let zone = r#"{"offset":3600,"changes":[["2026-03-29T01:00:00Z",7200],["2026-10-25T01:00:00Z",3600]]}"#;
        serde_json::from_str(zone).unwrap()
    }

    #[test]
    fn a_span_shows_its_two_largest_units() {
        let formatted = |seconds| span(TimeDelta::seconds(seconds));
        assert_eq!(formatted(0), "0 s");
        assert_eq!(formatted(59), "59 s");
        assert_eq!(formatted(725), "12 min 5 s");
        assert_eq!(formatted(3600), "1 h");
        assert_eq!(formatted(3605), "1 h");
        assert_eq!(formatted(273_600), "3 d 4 h");
        assert_eq!(formatted(-90), "-1 min 30 s");
    }

    #[test]
    fn the_ends_of_time_are_shown() {
        let context = Context::new();
        let formatted = |time| context.moment(time).to_string();
        assert_eq!(formatted(Timestamp::MIN), "0000-01-01 00:00:00");
        assert_eq!(formatted(Timestamp::MAX), "9999-12-31 23:59:59");
        let all = span(Timestamp::MAX.since(Timestamp::MIN));
        assert_eq!(all, "3652424 d 23 h");
        let east = Zone::fixed(FixedOffset::east_opt(14 * 3600).unwrap());
        let context = Context::new().with_zone(east);
        assert_eq!(
            context.moment(Timestamp::MAX).to_string(),
            "+10000-01-01 13:59:59"
        );
        assert!(context.exact_time(Timestamp::MAX).contains("+14:00"));
    }

    #[test]
    fn a_day_of_23_hours_leaves_an_hour_out() {
        let context = Context::new().with_zone(berlin());
        let formatted = |text| context.moment(time(text)).to_string();
        assert_eq!(formatted("2026-03-29T00:59:59Z"), "2026-03-29 01:59:59");
        assert_eq!(formatted("2026-03-29T01:00:00Z"), "2026-03-29 03:00:00");
    }

    #[test]
    fn a_day_of_25_hours_distinguishes_its_double_hour() {
        let context = Context::new().with_zone(berlin());
        let formatted = |text| context.moment(time(text)).to_string();
        assert_eq!(formatted("2026-10-24T23:59:59Z"), "2026-10-25 01:59:59");
        assert_eq!(
            formatted("2026-10-25T00:30:00Z"),
            "2026-10-25 02:30:00 +02:00"
        );
        assert_eq!(
            formatted("2026-10-25T01:30:00Z"),
            "2026-10-25 02:30:00 +01:00"
        );
        assert_eq!(formatted("2026-10-25T02:00:00Z"), "2026-10-25 03:00:00");
    }

    #[test]
    fn times_are_relative_to_now_if_requested() {
        let now = time("2026-11-23T12:00:00Z");
        let formatted = |text| ago(now, time(text));
        assert_eq!(formatted("2026-11-23T12:00:00Z").unwrap(), "now");
        assert_eq!(formatted("2026-11-23T11:59:18Z").unwrap(), "42 s ago");
        assert_eq!(formatted("2026-11-23T11:01:00Z").unwrap(), "59 min ago");
        assert_eq!(formatted("2026-11-23T09:00:00Z").unwrap(), "3 h ago");
        assert_eq!(formatted("2026-11-10T09:00:00Z").unwrap(), "13 d ago");
        assert_eq!(formatted("2026-11-23T15:00:00Z").unwrap(), "in 3 h");
        assert_eq!(formatted("2026-10-23T15:00:00Z"), None);
        let context = Context::new().with_relative_times(now);
        let old = context.when(time("2025-01-01T10:00:00Z"));
        assert_eq!(old.text, "2025-01-01");
        assert_eq!(old.absolute.unwrap(), "2025-01-01 10:00:00 UTC");
    }
}
