//! The weekends among the days of a chart.

use chrono::{Datelike, Weekday};

use super::layout::Layout;
use crate::html::value::decimal;

/// What is shaded behind the bars.
#[derive(Debug)]
pub(in crate::html) struct Band {
    pub(in crate::html) x: String,
    pub(in crate::html) width: String,
}

/// The minimum number of days for which weekends are marked.
const MIN_DAYS: u64 = 7;

/// Saturdays and Sundays, each as a band behind the bar of the day.
pub(super) fn weekends(layout: &Layout) -> Vec<Band> {
    if !layout.unit.is_day() || layout.slots < MIN_DAYS {
        return Vec::new();
    }
    let is_free = |index: &u64| {
        let day = layout.start(*index).weekday();
        matches!(day, Weekday::Sat | Weekday::Sun)
    };
    let edge = |index: u64| index * 10_000 / layout.slots;
    let band = |index: u64| Band {
        x: decimal(edge(index)),
        width: decimal(edge(index + 1) - edge(index)),
    };
    (0..layout.slots).filter(is_free).map(band).collect()
}
