//! Days, weeks and months for people.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::model::Granularity;

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

/// The number of days, weeks or months between two, exclusive.
pub(crate) fn gap_between(per: Granularity, earlier: NaiveDate, later: NaiveDate) -> u64 {
    u64::try_from(per.number(later) - per.number(earlier) - 1).unwrap_or(0)
}

/// Like `2026-11-23`.
pub(crate) fn iso_day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// What a day, a week or a month is called: `2026-11-23 Mon`, `2026-W48`, `2026-11`.
pub(crate) fn point_name(per: Granularity, start: NaiveDate) -> String {
    match per {
        Granularity::Day => format!("{} {}", iso_day(start), weekday(start)),
        Granularity::Week => start.format("%G-W%V").to_string(),
        Granularity::Month => start.format("%Y-%m").to_string(),
    }
}
