//! The lines of a message logger.

use std::fmt::Write;

use chrono::{Local, Offset, TimeDelta, TimeZone};
use tracking_core::{Timestamp, Zone};

/// The zone that times are written in.
pub(super) enum LineZone {
    /// The machine's, asked for every line, since it may change.
    Local,
    /// A given one.
    Given(Zone),
}

impl LineZone {
    /// Seconds east of UTC at a moment.
    fn offset_at(&self, time: Timestamp) -> i32 {
        match self {
            Self::Local => Local
                .offset_from_utc_datetime(&time.to_datetime().naive_utc())
                .fix()
                .local_minus_utc(),
            Self::Given(zone) => zone.offset_at(time),
        }
    }
}

/// One message as one line, with its line feed.
pub(super) fn message(time: Timestamp, zone: &LineZone, message: &str) -> String {
    let offset = TimeDelta::seconds(zone.offset_at(time).into());
    let local = time.to_datetime().naive_utc() + offset;
    let mut line = String::with_capacity(message.len() + 32);
    // Writing to a string cannot fail.
    let _written = write!(line, "{};", local.format("%Y-%m-%d %H:%M:%S,%3f"));
    for c in message.chars() {
        match c {
            '\n' => line.push_str(r"\n"),
            '\r' => line.push_str(r"\r"),
            '\\' => line.push_str(r"\\"),
            c => line.push(c),
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    fn line_of(text: &str) -> String {
        let time = "2026-11-23T23:47:01.123999Z".parse().unwrap();
        let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
        message(time, &LineZone::Given(zone), text)
    }

    #[test]
    fn a_line_has_the_local_time_to_the_millisecond() {
        assert_eq!(line_of("hello;you"), "2026-11-24 00:47:01,123;hello;you\n");
    }

    #[test]
    fn a_message_is_one_line_whatever_it_holds() {
        assert_eq!(
            line_of("a\nb\r\nc\\n"),
            "2026-11-24 00:47:01,123;a\\nb\\r\\nc\\\\n\n"
        );
    }

    #[test]
    fn the_ends_of_time_can_be_written() {
        for time in [Timestamp::MIN, Timestamp::MAX] {
            assert!(message(time, &LineZone::Local, "x").ends_with(";x\n"));
        }
    }
}
