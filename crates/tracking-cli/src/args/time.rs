//! Times as arguments.

use anyhow::{Result, bail};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};
use tracking_core::{Clock, Timestamp};

use super::zone::ZoneChoice;

/// A date and a time without an offset.
const DATE_TIMES: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
];

/// The forms of times, for the help of every option that takes one.
pub(crate) const TIMES: &str = "\
Times are written as `2026-11-23`, `2026-11-23 15:47`, `2026-11`, `2026`, `today`, `yesterday`, \
`this week`, `last month`, `now`, how long ago it was as `7d`, `1h 30m` or `2 weeks ago`, or as \
RFC 3339. Without an offset they are of the time zone of --time-zone.";

/// A time as it was written; what it means may depend on the time zone and on the current time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A time stamp with its offset.
    Exact(Timestamp),
    /// A local date and time.
    Local(NaiveDateTime),
    /// The day, week, month or year that a day belongs to.
    Span(Unit, NaiveDate),
    /// A day, week, month or year, some units before the current one.
    Current(Unit, u32),
    /// A length of time before now.
    Ago(TimeDelta),
}

/// A span of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    /// From Monday to Sunday.
    Week,
    Month,
    Year,
}

/// The time zone of the viewer, and the current time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer {
    zone: ZoneChoice,
    now: Timestamp,
}

impl Viewer {
    pub(crate) fn new(zone: ZoneChoice, clock: &dyn Clock) -> Self {
        Self::at(zone, clock.now())
    }

    pub(super) fn at(zone: ZoneChoice, now: Timestamp) -> Self {
        Self { zone, now }
    }

    /// The current date in the time zone.
    fn today(self) -> NaiveDate {
        self.zone.local(self.now).date()
    }
}

impl Moment {
    /// The first moment of the time.
    pub(crate) fn first(self, viewer: Viewer) -> Timestamp {
        match self {
            Self::Exact(time) => time,
            Self::Local(time) => viewer.zone.first_at(time),
            Self::Ago(length) => viewer.now.saturating_add(-length),
            Self::Span(..) | Self::Current(..) => match self.days(viewer) {
                Some((first, _)) => viewer.zone.first_at(first.into()),
                None => Timestamp::MIN,
            },
        }
    }

    /// The last moment of the time.
    pub(crate) fn last(self, viewer: Viewer) -> Timestamp {
        match self {
            Self::Exact(time) => time,
            Self::Local(time) => viewer.zone.last_at(time),
            Self::Ago(length) => viewer.now.saturating_add(-length),
            Self::Span(..) | Self::Current(..) => match self.days(viewer) {
                // The year 10000 cannot be kept.
                Some((_, next)) if next.year() < 10_000 => {
                    viewer.zone.first_at(next.into()).just_before()
                }
                _ => Timestamp::MAX,
            },
        }
    }

    /// Whether the time depends on the current time.
    pub(crate) fn is_relative(self) -> bool {
        matches!(self, Self::Ago(_) | Self::Current(..))
    }

    /// The first day of a span, and the first one after it; none beyond the calendar.
    fn days(self, viewer: Viewer) -> Option<(NaiveDate, NaiveDate)> {
        match self {
            Self::Span(unit, day) => unit.around(day),
            Self::Current(unit, before) => unit.around(unit.back(viewer.today(), before)?),
            _ => None,
        }
    }
}

impl Unit {
    /// The first day of what a day belongs to, and the first one after that.
    fn around(self, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let first = match self {
            Self::Day => day,
            Self::Week => {
                day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?
            }
            Self::Month => day.with_day(1)?,
            Self::Year => day.with_ordinal(1)?,
        };
        let next = match self {
            Self::Day => first.succ_opt()?,
            Self::Week => first.checked_add_days(Days::new(7))?,
            Self::Month => first.checked_add_months(Months::new(1))?,
            Self::Year => first.checked_add_months(Months::new(12))?,
        };
        Some((first, next))
    }

    /// The day that lies some units before another one.
    fn back(self, day: NaiveDate, units: u32) -> Option<NaiveDate> {
        match self {
            Self::Day => day.checked_sub_days(Days::new(units.into())),
            Self::Week => day.checked_sub_days(Days::new(u64::from(units) * 7)),
            Self::Month => day.checked_sub_months(Months::new(units)),
            Self::Year => day.checked_sub_months(Months::new(units.checked_mul(12)?)),
        }
    }
}

/// Parses a time.
pub(crate) fn moment(text: &str) -> Result<Moment> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(Moment::Exact(Timestamp::try_from(time)?));
    }
    let read = named(text)
        .or_else(|| date(text))
        .or_else(|| date_time(text));
    if let Some(moment) = read {
        return Ok(moment);
    }
    match length(text) {
        Some(length) => Ok(Moment::Ago(TimeDelta::from_std(length)?)),
        None => bail!(
            "write a time like 2026-11-23, 2026-11-23 15:47, 2026-11, today, yesterday, 7d or \
             2026-11-23T15:47:01+01:00"
        ),
    }
}

/// Parses a name of a time, such as `today`.
fn named(text: &str) -> Option<Moment> {
    let words = text.to_ascii_lowercase();
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    let unit = |name: &str| match name {
        "week" => Some(Unit::Week),
        "month" => Some(Unit::Month),
        "year" => Some(Unit::Year),
        _ => None,
    };
    match words.as_slice() {
        ["now"] => Some(Moment::Ago(TimeDelta::zero())),
        ["today"] => Some(Moment::Current(Unit::Day, 0)),
        ["yesterday"] => Some(Moment::Current(Unit::Day, 1)),
        ["this", name] => Some(Moment::Current(unit(name)?, 0)),
        ["last", name] => Some(Moment::Current(unit(name)?, 1)),
        _ => None,
    }
}

/// A day, a month or a year.
fn date(text: &str) -> Option<Moment> {
    let is_like = |pattern: &str| {
        let digit = |(c, s): (u8, u8)| {
            if s == b'0' {
                c.is_ascii_digit()
            } else {
                c == s
            }
        };
        text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(digit)
    };
    let (unit, day) = if is_like("0000-00-00") {
        (Unit::Day, text.to_owned())
    } else if is_like("0000-00") {
        (Unit::Month, format!("{text}-01"))
    } else if is_like("0000") {
        (Unit::Year, format!("{text}-01-01"))
    } else {
        return None;
    };
    let day = NaiveDate::parse_from_str(&day, "%Y-%m-%d").ok()?;
    Some(Moment::Span(unit, day))
}

fn date_time(text: &str) -> Option<Moment> {
    let mut formats = DATE_TIMES.iter();
    let time = formats.find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    if !(0..10_000).contains(&time.year()) {
        return None;
    }
    // Like time stamps, to the microsecond.
    let finer = time.and_utc().timestamp_subsec_nanos() % 1000;
    Some(Moment::Local(time - TimeDelta::nanoseconds(finer.into())))
}

/// How long ago it was: `7d`, `2 weeks ago`.
fn length(text: &str) -> Option<std::time::Duration> {
    let length = text.strip_suffix("ago").unwrap_or(text);
    humantime::parse_duration(length.trim_end()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracking_core::ManualClock;

    /// A Wednesday.
    const NOW: &str = "2026-11-25T23:30:00Z";

    fn ends(text: &str, zone: &str) -> [String; 2] {
        let clock = ManualClock::new(NOW.parse().unwrap());
        let viewer = Viewer::new(zone.parse().unwrap(), &clock);
        let moment = moment(text).unwrap();
        [moment.first(viewer), moment.last(viewer)].map(|time| time.to_string())
    }

    #[test]
    fn a_time_is_the_same_at_both_ends() {
        for (text, time) in [
            ("2026-11-23T15:47:01+01:00", "2026-11-23T14:47:01Z"),
            ("2026-11-23T15:47:01.5Z", "2026-11-23T15:47:01.500Z"),
            ("2026-11-23T15:47:01", "2026-11-23T15:47:01Z"),
            ("2026-11-23 15:47:01", "2026-11-23T15:47:01Z"),
            (" 2026-11-23 15:47", "2026-11-23T15:47:00Z"),
            ("now", NOW),
            ("7d", "2026-11-18T23:30:00Z"),
            ("90d", "2026-08-27T23:30:00Z"),
            ("1h 30m", "2026-11-25T22:00:00Z"),
            ("2 weeks ago", "2026-11-11T23:30:00Z"),
            ("3days ago", "2026-11-22T23:30:00Z"),
            ("90000y", "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(ends(text, "UTC"), [time, time], "{text}");
        }
    }

    #[test]
    fn a_date_is_the_whole_day_month_or_year() {
        for (text, first, last) in [
            ("2026-11-23", "2026-11-23", "2026-11-23"),
            ("2026-11", "2026-11-01", "2026-11-30"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("today", "2026-11-25", "2026-11-25"),
            ("Yesterday", "2026-11-24", "2026-11-24"),
            ("this week", "2026-11-23", "2026-11-29"),
            ("last week", "2026-11-16", "2026-11-22"),
            ("this month", "2026-11-01", "2026-11-30"),
            ("last  month", "2026-10-01", "2026-10-31"),
            ("this year", "2026-01-01", "2026-12-31"),
            ("last year", "2025-01-01", "2025-12-31"),
            ("9999-12-31", "9999-12-31", "9999-12-31"),
            ("9999", "9999-01-01", "9999-12-31"),
        ] {
            let whole = [
                format!("{first}T00:00:00Z"),
                format!("{last}T23:59:59.999999Z"),
            ];
            assert_eq!(ends(text, "UTC"), whole, "{text}");
        }
        assert_eq!(ends("0000-01-01", "+14:00")[0], "0000-01-01T00:00:00Z");
    }

    #[test]
    fn a_day_is_that_of_the_time_zone_and_may_be_longer_or_shorter() {
        let zone = "Europe/Berlin";
        let spring = ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999999Z"];
        assert_eq!(ends("2026-03-29", zone), spring);
        let autumn = ["2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999999Z"];
        assert_eq!(ends("2026-10-25", zone), autumn);
        // There it is the next day already.
        let today = ["2026-11-25T23:00:00Z", "2026-11-26T22:59:59.999999Z"];
        assert_eq!(ends("today", zone), today);
        assert_eq!(ends("today", "+01:00"), today);
        let yesterday = ["2026-11-24T10:00:00Z", "2026-11-25T09:59:59.999999Z"];
        assert_eq!(ends("yesterday", "Pacific/Honolulu"), yesterday);
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
            "ago",
            "soon",
            "90",
            "-3d",
            "last",
            "last day",
            "next week",
            "2026-02-30",
            "2026-13",
            "2026-1",
            "23.11.2026",
            "2026-11-23 25:00",
            "10000-01-01",
            "-0001-01-01",
            "99999999999999999999y",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
        // A length that fits nowhere is no panic.
        for text in ["500000000000y", "18446744073709551615s"] {
            let _read = moment(text);
        }
    }
}
