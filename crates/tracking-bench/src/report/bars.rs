//! The bars that our store has to meet.

use std::fmt;

use super::Summary;
use crate::contenders::Name;

/// A bar: what a metric of our store has to reach compared with the same metric of a peer.
///
/// If more is better, it is the minimum share of the peer's number, else the maximum
/// multiple.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Bar {
    /// The metric.
    pub metric: &'static str,
    /// The metric of `limit-rows` that it is compared with; `limit-rows` only lets visitors borrow.
    pub limit_metric: &'static str,
    /// Whether more is better.
    pub is_rate: bool,
    /// Compared with `limit-rows`.
    pub limit: f64,
    /// Compared with `SQLite` in memory.
    pub sqlite: Option<f64>,
}

const fn rate(metric: &'static str, limit: f64, sqlite: f64) -> Bar {
    Bar {
        metric,
        limit_metric: metric,
        is_rate: true,
        limit,
        sqlite: Some(sqlite),
    }
}

const fn cost(metric: &'static str, limit: f64, sqlite: Option<f64>) -> Bar {
    Bar {
        metric,
        limit_metric: metric,
        is_rate: false,
        limit,
        sqlite,
    }
}

const TENTH: Option<f64> = Some(0.1);

/// Owned tracks, compared with borrowed tracks of the limit.
const fn owned(metric: &'static str, borrowed: &'static str) -> Bar {
    Bar {
        metric,
        limit_metric: borrowed,
        is_rate: false,
        limit: 4.0,
        sqlite: Some(0.2),
    }
}

/// The bars, for a million tracks, medians of five rounds.
pub const BARS: &[Bar] = &[
    rate("bulk_rate", 0.6, 10.0),
    rate("save_rate", 0.5, 6.0),
    rate("update_rate", 0.5, 6.0),
    cost("last_p50", 2.0, TENTH),
    cost("user_tracks_p50", 2.0, TENTH),
    cost("q_task_p50", 2.0, TENTH),
    cost("q_task_1k_p50", 2.0, TENTH),
    cost("q_10_tasks_p50", 2.0, TENTH),
    cost("q_user_p50", 2.0, TENTH),
    cost("q_run_p50", 2.0, TENTH),
    cost("q_time_p50", 2.0, TENTH),
    cost("q_conj_p50", 2.0, TENTH),
    cost("q_page_p50", 2.0, TENTH),
    owned("q_task_owned_p50", "q_task_p50"),
    owned("q_task_1k_owned_p50", "q_task_1k_p50"),
    owned("q_10_tasks_owned_p50", "q_10_tasks_p50"),
    owned("q_user_owned_p50", "q_user_p50"),
    owned("q_run_owned_p50", "q_run_p50"),
    owned("q_time_owned_p50", "q_time_p50"),
    owned("q_conj_owned_p50", "q_conj_p50"),
    owned("q_page_owned_p50", "q_page_p50"),
    cost("count_all_p50", 2.0, TENTH),
    cost("user_names_p50", 2.0, TENTH),
    cost("user_names_1k_p50", 2.0, TENTH),
    cost("task_ids_p50", 2.0, TENTH),
    cost("memory_beyond_data", 1.3, Some(1.0)),
    cost("reader_p99", 2.0, None),
    cost("render_paged_writer_max", 2.0, None),
];

/// Whether a bar is met.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether it is met.
    pub is_met: bool,
    /// The reached share of the peer's number.
    pub ratio: f64,
    /// The required share.
    pub bar: f64,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_met { "met" } else { "MISSED" };
        write!(f, "{word} ({})", self.bar)
    }
}

impl Bar {
    /// The bar of a metric, if it has one.
    pub fn of(metric: &str) -> Option<&'static Self> {
        BARS.iter().find(|bar| bar.metric == metric)
    }

    fn verdict(&self, ratio: f64, bar: f64) -> Verdict {
        let is_met = if self.is_rate {
            ratio >= bar
        } else {
            ratio <= bar
        };
        Verdict { is_met, ratio, bar }
    }

    /// Compared with `limit-rows`, if both were measured.
    pub fn versus_limit(&self, summary: &Summary, n: usize) -> Option<Verdict> {
        let (ours, limit) = (
            (self.metric, Name::Tracking),
            (self.limit_metric, Name::LimitRows),
        );
        Some(self.verdict(summary.ratio(n, ours, limit)?, self.limit))
    }

    /// Compared with `SQLite` in memory, if both were measured and there is a bar.
    pub fn versus_sqlite(&self, summary: &Summary, n: usize) -> Option<Verdict> {
        let (ours, sqlite) = (
            (self.metric, Name::Tracking),
            (self.metric, Name::SqliteMem),
        );
        Some(self.verdict(summary.ratio(n, ours, sqlite)?, self.sqlite?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_to_be_high_and_a_cost_low() {
        let (bulk, last) = (Bar::of("bulk_rate").unwrap(), Bar::of("last_p50").unwrap());
        assert!(bulk.verdict(0.7, bulk.limit).is_met);
        assert!(!bulk.verdict(0.5, bulk.limit).is_met);
        assert!(last.verdict(1.9, last.limit).is_met);
        assert!(!last.verdict(2.1, last.limit).is_met);
    }

    #[test]
    fn each_metric_has_one_bar_at_most() {
        let mut metrics: Vec<&str> = BARS.iter().map(|bar| bar.metric).collect();
        metrics.sort_unstable();
        metrics.dedup();
        assert_eq!(metrics.len(), BARS.len());
    }
}
