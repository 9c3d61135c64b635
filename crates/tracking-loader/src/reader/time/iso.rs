//! Times like `2026-11-23T15:47:01.5+01:00`, and the ways in which logs differ from that.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use tracking_core::{Timestamp, Zone};

use super::local::in_zone;

/// Reads RFC 3339, also with a blank for the `T`, slashes in the date, a comma before the
/// fraction, an offset without its colon or minutes, or without an offset: then it is in `zone`.
pub(in crate::reader) fn read(text: &str, zone: &Zone) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    let date = date_of(date)?;
    let end = clock
        .find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ','))
        .unwrap_or(clock.len());
    let (clock, offset) = clock.split_at_checked(end)?;
    let local = local(date, clock)?;
    match offset {
        "" => in_zone(local, zone),
        "Z" | "z" => Timestamp::try_from(local.and_utc()).ok(),
        offset => {
            let utc = local.checked_sub_signed(TimeDelta::seconds(offset_of(offset)?))?;
            Timestamp::try_from(utc.and_utc()).ok()
        }
    }
}

/// Reads `2026-11-23`, or with slashes.
pub(in crate::reader) fn date_of(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_at_checked(4)?;
    let sign = rest
        .chars()
        .next()
        .filter(|sign| ['-', '/'].contains(sign))?;
    let (month, day) = rest.strip_prefix(sign)?.split_once(sign)?;
    let year = i32::try_from(number(year, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
}

/// Reads `15:47`, `15:47:01` or `15:47:01.123456`, of this date.
pub(in crate::reader) fn local(date: NaiveDate, clock: &str) -> Option<NaiveDateTime> {
    let (whole, fraction) = match clock.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, micros(fraction)?),
        None => (clock, 0),
    };
    let mut parts = whole.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |second| number(second, 2))?;
    if parts.next().is_some() {
        return None;
    }
    // A leap second is the first one of the next minute.
    let leaps = second == 60;
    let time = date.and_hms_micro_opt(hour, minute, second - u32::from(leaps), fraction)?;
    time.checked_add_signed(TimeDelta::seconds(leaps.into()))
}

pub(super) fn micros(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
    Some(digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

/// Seconds east of UTC.
fn offset_of(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match rest.split_at_checked(2)? {
        (hours, "") => (hours, "00"),
        (hours, minutes) => (hours, minutes.strip_prefix(':').unwrap_or(minutes)),
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    (hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

/// Exactly so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<String> {
        read(text, &Zone::utc()).map(|time| time.to_string())
    }

    #[test]
    fn the_ways_to_write_one_moment() {
        for text in [
            "2026-11-23T14:47:01Z",
            "2026-11-23t14:47:01z",
            "2026-11-23T15:47:01+01:00",
            "2026-11-23 15:47:01+0100",
            "2026-11-23 15:47:01.000+01",
            "2026-11-23T10:17:01,0-04:30",
            "2026-11-23 14:47:01",
            "2026/11/23 14:47:01",
        ] {
            assert_eq!(utc(text).as_deref(), Some("2026-11-23T14:47:01Z"), "{text}");
        }
        assert_eq!(utc("2026-11-23 14:47").unwrap(), "2026-11-23T14:47:00Z");
        assert_eq!(
            utc("2026-11-23T14:47:01.123456789Z").unwrap(),
            "2026-11-23T14:47:01.123456Z"
        );
    }

    #[test]
    fn a_leap_second_is_the_first_one_of_the_next_minute() {
        assert_eq!(
            utc("2016-12-31T23:59:60.5Z").unwrap(),
            "2017-01-01T00:00:00.500Z"
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T",
            "2026-11-23T14",
            "2026-11-31T14:47:01Z",
            "2026-11/23T14:47:01Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T14:47:61Z",
            "2026-11-23T14:47:01.Z",
            "2026-11-23T14:47:01 Z",
            "2026-11-23T14:47:01+1",
            "2026-11-23T14:47:01+24:00",
            "2026-11-23T14:47:01+00:60",
            "2026-11-23T14:47:01+01:00:00",
            "2026-11-2éT14:47:01Z",
            "+026-11-23T14:47:01Z",
            "2026-11-23T14:47:01:00Z",
            "0000-01-01T00:00:00+00:01",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
