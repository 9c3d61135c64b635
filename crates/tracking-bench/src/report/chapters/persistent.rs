//! Stores in a file: ours compared with `SQLite` used directly.

use super::cells::{head, median, row, unit};
use crate::contenders::Name;
use crate::report::unit::significant;
use crate::report::words::{metrics, words};
use crate::report::{Measured, Summary, Unit};

/// The bar of our store compared with `SQLite` used directly: of a rate at least this share, of anything
/// else at most.
const BARS: &[(&str, f64)] = &[
    ("bulk_rate", 0.9),
    ("save_rate", 0.9),
    ("last_p50", 1.0),
    ("user_tracks_p50", 1.0),
    ("q_task_p50", 1.0),
    ("q_task_1k_p50", 1.0),
    ("q_time_p50", 1.0),
    ("disk", 1.0),
];

const NORMAL: [Name; 2] = Name::IN_A_FILE;
const FULL: [Name; 2] = [Name::TrackingSqliteFull, Name::SqliteFileFull];

const AFTER_POWER_LOSS: &str = "save, one by one, surviving a loss of power";

/// A row for each metric, and one for a single save that survives the loss of power.
pub(super) fn persistent(measured: &Measured) -> String {
    let titles = ["operation", "ours", "by hand", "ours ÷ by hand (bar)"];
    let mut rows = String::new();
    for metric in metrics(|metric| unit(&measured.persistent, metric).is_some()) {
        rows += &compared(measured, metric, words(metric), NORMAL);
        if metric == "save_rate" {
            rows += &compared(measured, metric, AFTER_POWER_LOSS, FULL);
        }
    }
    head(&titles) + &rows
}

/// A row for each operation: our store in memory, and our store in a file.
pub(super) fn stores(measured: &Measured) -> String {
    let mut rows = String::new();
    for metric in metrics(|metric| unit(&measured.persistent, metric).is_some() && metric != "disk")
    {
        let in_memory = median(&measured.main, metric, Name::Tracking, measured.n);
        rows += &store_row(measured, metric, words(metric), in_memory);
        if metric == "save_rate" {
            rows += &store_row(measured, metric, AFTER_POWER_LOSS, "–".to_owned());
        }
    }
    head(&["operation", "in memory", "in an SQLite file"]) + &rows
}

fn store_row(measured: &Measured, metric: &str, words: &str, in_memory: String) -> String {
    let name = if words == AFTER_POWER_LOSS {
        Name::TrackingSqliteFull
    } else {
        Name::TrackingSqlite
    };
    let in_file = median(
        &measured.persistent,
        metric,
        name,
        size(&measured.persistent, metric, name),
    );
    row(&[words.to_owned(), in_memory, in_file])
}

/// The largest number of tracks with which something was measured.
fn size(summary: &Summary, metric: &str, name: Name) -> usize {
    let sizes = summary.sizes().iter().copied();
    let sizes = sizes.filter(|n| summary.median(metric, name, *n).is_some());
    sizes.max().unwrap_or_default()
}

fn compared(measured: &Measured, metric: &str, words: &str, names: [Name; 2]) -> String {
    let summary = &measured.persistent;
    let [ours, by_hand] = names;
    // The two promises are measured with different numbers of tracks.
    let n = size(summary, metric, ours);
    let ratio = summary.ratio(n, (metric, ours), (metric, by_hand));
    row(&[
        words.to_owned(),
        median(summary, metric, ours, n),
        median(summary, metric, by_hand, n),
        ratio.map_or("–".to_owned(), |ratio| judged(measured, metric, ratio)),
    ])
}

/// A ratio with its bar, if it has one.
fn judged(measured: &Measured, metric: &str, ratio: f64) -> String {
    let is_rate = unit(&measured.persistent, metric).is_some_and(Unit::is_rate);
    let shown = significant(ratio);
    match BARS.iter().find(|(name, _)| *name == metric) {
        None => shown,
        Some((_, bar)) if is_rate && ratio >= *bar => format!("{shown} (≥ {bar})"),
        Some((_, bar)) if is_rate => format!("**{shown} (≥ {bar}), missed**"),
        Some((_, bar)) if ratio <= *bar => format!("{shown} (≤ {bar})"),
        Some((_, bar)) => format!("**{shown} (≤ {bar}), missed**"),
    }
}
