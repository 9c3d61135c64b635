//! Days for people.

use chrono::{Datelike, NaiveDate, Weekday};

/// The short name of a day of the week.
pub(crate) fn weekday(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "Mon",
        Weekday::Tue => "Tue",
        Weekday::Wed => "Wed",
        Weekday::Thu => "Thu",
        Weekday::Fri => "Fri",
        Weekday::Sat => "Sat",
        Weekday::Sun => "Sun",
    }
}

/// How many days lie between two, both left out.
pub(crate) fn gap_between(earlier: NaiveDate, later: NaiveDate) -> u64 {
    let days = later.signed_duration_since(earlier).num_days() - 1;
    u64::try_from(days).unwrap_or(0)
}

/// Like `2026-11-23`.
pub(crate) fn iso_day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}
