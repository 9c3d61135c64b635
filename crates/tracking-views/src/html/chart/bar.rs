//! A bar of a chart: its place, its size and its labels.

use super::layout::{CEILING, FLOOR};
use crate::format::{compact, grouped};
use crate::html::value::{decimal, hundredths};

/// A bar and the value above it.
#[derive(Debug)]
pub(in crate::html) struct Bar {
    pub(in crate::html) x: String,
    pub(in crate::html) y: String,
    pub(in crate::html) width: String,
    pub(in crate::html) height: String,
    pub(in crate::html) middle: String,
    /// The unit of the bar and its sum.
    pub(in crate::html) name: String,
    pub(in crate::html) sum: String,
    pub(in crate::html) value: Option<String>,
    count: u64,
}

impl Bar {
    /// A bar at the `middle` of one of several slots, as high as its sum is on a scale up to `top`.
    pub(super) fn new(middle: u64, slots: u64, sum: u64, top: u64) -> Self {
        let width = (10_000 / slots * 3 / 4).min(1200);
        // A count above 0 stays visible, however small it is.
        let height = (hundredths(sum, top) * (FLOOR - CEILING) / 10_000).max(40);
        Self {
            x: decimal(middle.saturating_sub(width / 2)),
            y: decimal(FLOOR - height),
            width: decimal(width),
            height: decimal(height),
            middle: decimal(middle),
            name: String::new(),
            sum: grouped(sum),
            value: None,
            count: sum,
        }
    }

    /// Sets the name, and whether the value is written above the bar.
    pub(super) fn with_name(self, name: String, has_value: bool) -> Self {
        Self {
            name,
            value: has_value.then(|| compact(self.count)),
            ..self
        }
    }
}
