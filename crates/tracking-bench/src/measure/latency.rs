//! Latencies of single operations.

use std::time::{Duration, Instant};

/// Times of single operations.
#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<u64>);

impl Latencies {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs an operation and records its latency.
    pub fn time<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = std::hint::black_box(work());
        self.0.push(start.elapsed().as_nanos() as u64);
        result
    }

    /// Runs an operation several times and records the mean latency, for operations shorter than
    /// a reading of the clock; returns the last result.
    pub fn time_each<R>(&mut self, times: usize, mut work: impl FnMut() -> R) -> R {
        let start = Instant::now();
        let mut result = std::hint::black_box(work());
        for _ in 1..times {
            result = std::hint::black_box(work());
        }
        let taken = start.elapsed().as_nanos() as u64;
        self.0.push(taken / times.max(1) as u64);
        result
    }

    /// The number of recorded latencies.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them together.
    pub fn sum(&self) -> Duration {
        Duration::from_nanos(self.0.iter().sum())
    }

    /// A quantile in nanoseconds: 0.5 is the median, 1 the
    /// maximum; 0 if there are none.
    pub fn quantile(&mut self, share: f64) -> f64 {
        self.0.sort_unstable();
        let place = (self.0.len().saturating_sub(1) as f64 * share) as usize;
        self.0.get(place).copied().unwrap_or(0) as f64
    }

    /// The rate per second, if each operation does so many.
    pub fn rate(&self, things: usize) -> f64 {
        things as f64 / self.sum().as_secs_f64().max(1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_noted() {
        let mut latencies = Latencies((1..=101).rev().collect());
        assert_eq!(latencies.quantile(0.5).to_bits(), 51_f64.to_bits());
        assert_eq!(latencies.quantile(1.0).to_bits(), 101_f64.to_bits());
        assert_eq!(Latencies::new().quantile(0.5).to_bits(), 0_f64.to_bits());
    }
}
