//! The lines that start with a time.

use std::fmt::Write;

use chrono::{Local, NaiveDateTime, Offset, TimeDelta, TimeZone};
use tracking_core::{Timestamp, Zone};

use crate::record_format::{SEPARATOR, TIME_FORMAT, VERSION, escape_breaks_into, escape_into};

/// The zone that times are written in.
pub(super) enum LineZone {
    /// The machine's, asked for every line, since it may change.
    Local,
    /// A given one.
    Given(Zone),
}

impl LineZone {
    /// Seconds east of UTC at a moment.
    pub(super) fn offset_at(&self, time: Timestamp) -> i32 {
        match self {
            Self::Local => Local
                .offset_from_utc_datetime(&time.to_datetime().naive_utc())
                .fix()
                .local_minus_utc(),
            Self::Given(zone) => zone.offset_at(time),
        }
    }

    /// What clocks in the zone show at a moment.
    pub(super) fn local(&self, time: Timestamp) -> NaiveDateTime {
        time.to_datetime().naive_utc() + TimeDelta::seconds(self.offset_at(time).into())
    }
}

/// One message as one line, with its line feed.
pub(super) fn message(time: Timestamp, zone: &LineZone, message: &str) -> String {
    let mut line = stamped(time, zone, message.len());
    escape_breaks_into(&mut line, message);
    line.push('\n');
    line
}

/// One reference record as one line, with its line feed; the values are those of the fields
/// after the version.
pub(super) fn reference(time: Timestamp, zone: &LineZone, values: [&str; 5]) -> String {
    let mut line = stamped(time, zone, values.iter().map(|value| value.len()).sum());
    line.push_str(VERSION);
    for value in values {
        line.push(SEPARATOR);
        escape_into(&mut line, value);
    }
    line.push('\n');
    line
}

/// The start of a line: its time, and a separator.
fn stamped(time: Timestamp, zone: &LineZone, room: usize) -> String {
    let mut line = String::with_capacity(room + 40);
    // Writing to a string cannot fail.
    let _written = write!(line, "{}{SEPARATOR}", zone.local(time).format(TIME_FORMAT));
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
