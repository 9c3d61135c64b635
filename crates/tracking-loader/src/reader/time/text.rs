//! The time of an access log: `[23/Nov/2026:15:47:01 +0100]`.

use chrono::{FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, TimeZone, Timelike};
use tracking_core::{Timestamp, Zone};

use crate::reader::scan::Scan;
use crate::reader::{LineError, Reason};

/// English in every locale, as servers write them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const LOOKS: &str = "a time like [23/Nov/2026:15:47:01 +0100]";
const IN_CALENDAR: &str = "a date and time that there are in the calendar";
const OFFSET: &str = "an offset from UTC like +0100";

/// Takes a time in its brackets.
pub(in crate::reader) fn bracketed(
    scan: &mut Scan<'_>,
) -> Result<(Timestamp, FixedOffset), LineError> {
    scan.expect('[', Reason::Time, LOOKS)?;
    let time = time(scan)?;
    scan.expect(']', Reason::Time, "the closing bracket of the time")?;
    Ok(time)
}

fn time(scan: &mut Scan<'_>) -> Result<(Timestamp, FixedOffset), LineError> {
    let start = scan.at();
    let local = date_time(scan)?;
    scan.expect(' ', Reason::Time, "a blank and the offset from UTC")?;
    let offset_start = scan.at();
    let offset =
        offset_of(scan)?.ok_or_else(|| scan.error_at(offset_start, Reason::Time, OFFSET))?;
    let utc = match offset.from_local_datetime(&local) {
        MappedLocalTime::Single(time) => Timestamp::try_from(time).ok(),
        _ => None,
    };
    let time = utc.ok_or_else(|| scan.error_at(start, Reason::Time, IN_CALENDAR))?;
    Ok((time, offset))
}

/// Reads all of a text as a time, with or without its brackets.
pub(super) fn unbracketed(text: &str) -> Option<Timestamp> {
    let inner = match text.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']')?,
        None => text,
    };
    let mut scan = Scan::new(inner);
    let (time, _) = time(&mut scan).ok()?;
    scan.is_at_end().then_some(time)
}

/// Reads all of a text as a time like `23/Nov/2026:15:47:01.123`, in a zone unless it has an offset.
pub(in crate::reader) fn in_log_order(text: &str, zone: &Zone) -> Option<Timestamp> {
    let mut scan = Scan::new(text);
    let local = date_time(&mut scan).ok()?;
    let rest = scan.rest();
    let (fraction, offset) = match rest.split_once(' ') {
        Some((fraction, offset)) => (fraction, Some(offset)),
        None => (rest, None),
    };
    let nanos = match fraction {
        "" => 0,
        fraction => super::iso::micros(fraction.strip_prefix('.')?)? * 1_000,
    };
    let local = local.with_nanosecond(nanos)?;
    match offset {
        None => super::local::in_zone(local, zone),
        Some(text) => {
            let mut scan = Scan::new(text);
            let offset = offset_of(&mut scan).ok()??;
            let utc = offset.from_local_datetime(&local).single()?;
            Timestamp::try_from(utc).ok().filter(|_| scan.is_at_end())
        }
    }
}

fn date_time(scan: &mut Scan<'_>) -> Result<NaiveDateTime, LineError> {
    let start = scan.at();
    let day = scan.digits(2, Reason::Time, "two digits of the day")?;
    scan.expect('/', Reason::Time, "a slash after the day")?;
    let month = month(scan)?;
    scan.expect('/', Reason::Time, "a slash after the month")?;
    let year = scan.digits(4, Reason::Time, "four digits of the year")?;
    scan.expect(':', Reason::Time, "a colon after the year")?;
    let hour = scan.digits(2, Reason::Time, "two digits of the hour")?;
    scan.expect(':', Reason::Time, "a colon after the hour")?;
    let minute = scan.digits(2, Reason::Time, "two digits of the minute")?;
    scan.expect(':', Reason::Time, "a colon after the minute")?;
    let second = scan.digits(2, Reason::Time, "two digits of the second")?;
    i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .and_then(|date| date.and_hms_opt(hour, minute, second))
        .ok_or_else(|| scan.error_at(start, Reason::Time, IN_CALENDAR))
}

fn month(scan: &mut Scan<'_>) -> Result<u32, LineError> {
    let start = scan.at();
    let name = scan.until(|byte| !byte.is_ascii_alphabetic());
    MONTHS
        .iter()
        .zip(1..)
        .find_map(|(month, number)| (*month == name).then_some(number))
        .ok_or_else(|| scan.error_at(start, Reason::Time, "a month from Jan to Dec"))
}

/// Takes an offset; nothing where it is not one that there can be.
fn offset_of(scan: &mut Scan<'_>) -> Result<Option<FixedOffset>, LineError> {
    let start = scan.at();
    let sign = match scan.until(|byte| byte.is_ascii_digit()) {
        "+" => 1,
        "-" => -1,
        _ => return Err(scan.error_at(start, Reason::Time, OFFSET)),
    };
    let hours = scan.digits(2, Reason::Time, OFFSET)?;
    let minutes = scan.digits(2, Reason::Time, OFFSET)?;
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok();
    Ok(seconds
        .filter(|_| minutes < 60)
        .and_then(|seconds| FixedOffset::east_opt(sign * seconds)))
}

/// A time as an access log has it, the other way round.
#[cfg(test)]
pub(in crate::reader) fn written(time: chrono::DateTime<FixedOffset>) -> String {
    time.format("[%d/%b/%Y:%H:%M:%S %z]").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, LineError> {
        bracketed(&mut Scan::new(text)).map(|(time, offset)| format!("{time} {offset}"))
    }

    #[test]
    fn the_offset_is_applied_and_kept() {
        let time = read("[01/Aug/1995:00:00:01 -0400]").unwrap();
        assert_eq!(time, "1995-08-01T04:00:01Z -04:00");
        let time = read("[29/Feb/2024:23:59:59 +1345]").unwrap();
        assert_eq!(time, "2024-02-29T10:14:59Z +13:45");
    }

    #[test]
    fn dates_that_there_are_not_are_refused() {
        for text in [
            "[29/Feb/2023:00:00:00 +0000]",
            "[00/Jan/2023:00:00:00 +0000]",
            "[31/Apr/2023:00:00:00 +0000]",
            "[01/Jan/2023:24:00:00 +0000]",
            "[01/Jan/2023:00:60:00 +0000]",
            "[01/Jan/2023:00:00:60 +0000]",
            "[01/Jan/0000:00:00:00 +0100]",
        ] {
            let error = read(text).unwrap_err();
            assert_eq!((error.column, &*error.expected), (2, IN_CALENDAR), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        for (text, column, expected) in [
            ("01/Jan/2023:00:00:00 +0000", 1, LOOKS),
            ("[1/Jan/2023:00:00:00 +0000]", 2, "two digits of the day"),
            ("[01/jan/2023:00:00:00 +0000]", 5, "a month from Jan to Dec"),
            ("[01/Mai/2023:00:00:00 +0000]", 5, "a month from Jan to Dec"),
            ("[01/Jan/23:00:00:00 +0000]", 9, "four digits of the year"),
            (
                "[01/Jan/2023:00:00:0é +0000]",
                20,
                "two digits of the second",
            ),
            (
                "[01/Jan/2023:00:00:00]",
                22,
                "a blank and the offset from UTC",
            ),
            ("[01/Jan/2023:00:00:00 UTC]", 23, OFFSET),
            ("[01/Jan/2023:00:00:00 +0060]", 23, OFFSET),
            ("[01/Jan/2023:00:00:00 +2400]", 23, OFFSET),
            (
                "[01/Jan/2023:00:00:00 +0000",
                28,
                "the closing bracket of the time",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(
                (error.column, &*error.expected),
                (column, expected),
                "{text}"
            );
        }
    }
}
