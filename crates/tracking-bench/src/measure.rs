//! Measuring: all contenders load, then take turns metric by metric.
//!
//! So what the machine does meanwhile hits all of them alike, and a ratio compares numbers that
//! were taken within seconds of each other in one process.

mod agreement;
mod changes;
mod concurrent;
mod latency;
mod listings;
mod load;
mod memory;
mod parts;
mod reads;
mod round;

pub use latency::Latencies;
pub(crate) use load::load;
pub(crate) use memory::{child, resident};
pub(crate) use round::memories;
pub use round::rounds;

use std::time::Duration;

/// How much is measured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Effort {
    /// How often everything is repeated, from loading on.
    pub rounds: usize,
    /// How long a contender may take for one metric, about.
    pub budget: Duration,
    /// Parts of the names of the metrics that are wanted; all where there are none.
    pub metrics: Vec<String>,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            rounds: 5,
            budget: Duration::from_millis(1_500),
            metrics: Vec::new(),
        }
    }
}

impl Effort {
    /// Returns whether a metric is wanted.
    pub fn wants(&self, metric: &str) -> bool {
        self.metrics.is_empty()
            || self
                .metrics
                .iter()
                .any(|part| metric.contains(part.as_str()))
    }
}
