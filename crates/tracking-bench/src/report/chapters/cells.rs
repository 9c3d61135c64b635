//! The cells of tables.

use crate::contenders::Name;
use crate::report::unit::significant;
use crate::report::{Measured, Summary, Unit, Verdict};

/// The unit of a metric.
pub(super) fn unit(summary: &Summary, metric: &str) -> Option<Unit> {
    let found = summary.metrics().iter().find(|(name, _)| name == metric);
    found.map(|(_, unit)| *unit)
}

/// A median; a dash where there is none.
pub(super) fn median(summary: &Summary, metric: &str, name: Name, n: usize) -> String {
    let shown = || {
        let value = summary.median(metric, name, n)?;
        Some(unit(summary, metric)?.show(value))
    };
    shown().unwrap_or_else(|| "–".to_owned())
}

/// A ratio to `limit-rows`, with its bar: `1.4 (≤ 2)`.
pub(super) fn versus_limit(verdict: Option<Verdict>, is_rate: bool) -> String {
    let Some(verdict) = verdict else {
        return "–".to_owned();
    };
    let sign = if is_rate { '≥' } else { '≤' };
    let shown = format!("{} ({sign} {})", significant(verdict.ratio), verdict.bar);
    emphasised(shown, verdict.is_met)
}

/// How many times better than `SQLite`, with its bar: `19 × (≥ 10)`.
pub(super) fn versus_sqlite(verdict: Option<Verdict>, is_rate: bool) -> String {
    let Some(verdict) = verdict else {
        return "–".to_owned();
    };
    let turned = |ratio: f64| if is_rate { ratio } else { 1.0 / ratio };
    let (times, bar) = (turned(verdict.ratio), turned(verdict.bar));
    let shown = format!("{} × (≥ {bar})", significant(times));
    emphasised(shown, verdict.is_met)
}

fn emphasised(shown: String, is_met: bool) -> String {
    if is_met {
        shown
    } else {
        format!("**{shown}, missed**")
    }
}

/// A row of a table in Markdown.
pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The head of a table with a text column and number columns.
pub(super) fn head(cells: &[&str]) -> String {
    let line = "---:|".repeat(cells.len().saturating_sub(1));
    format!("| {} |\n|---|{line}\n", cells.join(" | "))
}

/// A median of the main run.
pub(super) fn main(measured: &Measured, metric: &str, name: Name) -> String {
    median(&measured.main, metric, name, measured.n)
}
