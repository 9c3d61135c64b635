//! Time zones as arguments.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};
use chrono::{FixedOffset, Local, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use tracking_core::{TimeRange, Timestamp, Zone};

/// The time zone in which times are read and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZoneChoice {
    /// UTC.
    Utc,
    /// An offset that never changes.
    Fixed(FixedOffset),
    /// A zone of the IANA database.
    Named(Tz),
    /// That of this machine, or what `TZ` says.
    Local,
}

impl ZoneChoice {
    /// Converts to a zone with the offset changes within a range.
    pub(crate) fn zone(self, range: TimeRange) -> Zone {
        match self {
            Self::Utc => Zone::utc(),
            Self::Fixed(offset) => Zone::fixed(offset),
            Self::Named(zone) => Zone::of(&zone, range),
            Self::Local => Zone::of(&Local, range),
        }
    }

    /// The local time at a moment.
    pub(super) fn local(self, moment: Timestamp) -> NaiveDateTime {
        let utc = moment.to_datetime();
        match self {
            Self::Utc => utc.naive_utc(),
            Self::Fixed(offset) => utc.with_timezone(&offset).naive_local(),
            Self::Named(zone) => utc.with_timezone(&zone).naive_local(),
            Self::Local => utc.with_timezone(&Local).naive_local(),
        }
    }

    /// The first moment with a local time, or the end of the gap that the time lies
    /// in.
    pub(crate) fn first_at(self, time: NaiveDateTime) -> Timestamp {
        match self.at(time) {
            MappedLocalTime::Single(moment) | MappedLocalTime::Ambiguous(moment, _) => moment,
            MappedLocalTime::None => self.after_gap(time),
        }
    }

    /// The last moment with a local time, or the moment before the gap that the
    /// time lies in.
    pub(super) fn last_at(self, time: NaiveDateTime) -> Timestamp {
        match self.at(time) {
            MappedLocalTime::Single(moment) | MappedLocalTime::Ambiguous(_, moment) => moment,
            MappedLocalTime::None => self.after_gap(time).just_before(),
        }
    }

    fn after_gap(self, mut time: NaiveDateTime) -> Timestamp {
        /// No gap was ever longer than a day.
        const MAX_GAP_SECONDS: i64 = 86_400;
        for _ in 0..MAX_GAP_SECONDS {
            time = time
                .checked_add_signed(TimeDelta::seconds(1))
                .unwrap_or(time);
            if let Some(moment) = self.at(time).earliest() {
                return moment;
            }
        }
        clamped(time)
    }

    fn at(self, time: NaiveDateTime) -> MappedLocalTime<Timestamp> {
        let offset = match self {
            Self::Utc => return MappedLocalTime::Single(clamped(time)),
            Self::Fixed(offset) => MappedLocalTime::Single(offset),
            Self::Named(zone) => zone.offset_from_local_datetime(&time).map(|o| o.fix()),
            Self::Local => Local.offset_from_local_datetime(&time).map(|o| o.fix()),
        };
        offset.map(|offset| clamped(time.checked_sub_offset(offset).unwrap_or(time)))
    }
}

/// A time in UTC, clamped to the range of time stamps.
fn clamped(utc: NaiveDateTime) -> Timestamp {
    let micros = utc.and_utc().timestamp_micros();
    let micros = micros.clamp(Timestamp::MIN.micros(), Timestamp::MAX.micros());
    Timestamp::from_micros(micros).unwrap_or(Timestamp::MAX)
}

impl FromStr for ZoneChoice {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.eq_ignore_ascii_case("utc") || text == "Z" {
            return Ok(Self::Utc);
        }
        if text.eq_ignore_ascii_case("local") {
            return Ok(Self::Local);
        }
        if text.starts_with(['+', '-']) {
            return match offset(text) {
                Some(offset) => Ok(Self::Fixed(offset)),
                None => bail!("write an offset in hours and minutes, like +01:00"),
            };
        }
        match text.parse() {
            Ok(zone) => Ok(Self::Named(zone)),
            Err(_) => bail!("write a zone like Europe/Berlin, an offset like +01:00, UTC or local"),
        }
    }
}

/// Reads `+01:00` or `+0100`, and no seconds: time stamps are written without them.
fn offset(text: &str) -> Option<FixedOffset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        (_, digits) => (1, digits),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => digits.split_at_checked(2)?,
    };
    let number = |text: &str, limit: i32| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<i32>().ok().filter(|_| is_number);
        number.filter(|number| *number <= limit)
    };
    let seconds = number(hours, 23)? * 3600 + number(minutes, 59)? * 60;
    FixedOffset::east_opt(sign * seconds)
}

impl fmt::Display for ZoneChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utc => f.write_str("UTC"),
            Self::Fixed(offset) => offset.fmt(f),
            Self::Named(zone) => f.write_str(zone.name()),
            Self::Local => f.write_str("local time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_a_name_an_offset_utc_or_local() {
        for (text, shown) in [
            ("utc", "UTC"),
            ("Z", "UTC"),
            ("+0530", "+05:30"),
            ("-03:00", "-03:00"),
            ("Europe/Berlin", "Europe/Berlin"),
            ("Local", "local time"),
        ] {
            let zone: ZoneChoice = text.parse().unwrap();
            assert_eq!(zone.to_string(), shown);
        }
        for text in [
            "",
            "Berlin",
            "+25:00",
            "1",
            "europe/berlin ",
            "+00:00:01",
            "+01:00:30",
            "+1",
            "+",
            "+01:60",
            "+ 1:00",
            "-é1:0",
            "+01000",
        ] {
            assert!(text.parse::<ZoneChoice>().is_err(), "{text}");
        }
    }

    #[test]
    fn offsets_change_where_those_of_the_zone_do() {
        let zone: ZoneChoice = "Europe/Berlin".parse().unwrap();
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let year = TimeRange::between(time("2026-01-01T00:00:00Z"), time("2026-12-31T00:00:00Z"));
        let changes = [
            (time("2026-03-29T01:00:00Z"), 7200),
            (time("2026-10-25T01:00:00Z"), 3600),
        ];
        assert_eq!(zone.zone(year).changes(), changes);
    }
}
