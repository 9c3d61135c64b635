//! Our store compared with its peers.

use super::cells::{head, main as shown, row, versus_limit, versus_sqlite};
use crate::contenders::Name;
use crate::report::words::{metrics, words};
use crate::report::{BARS, Bar, Measured, Verdict};

const NAMES: [Name; 3] = Name::IN_MEMORY;

/// Sentences that say which bars are met.
pub(super) fn bars(measured: &Measured) -> String {
    let compared = |peer: &str, verdict: fn(&Bar, &Measured) -> Option<Verdict>| {
        let judged = BARS.iter().filter_map(|bar| {
            let verdict = verdict(bar, measured)?;
            Some((bar.metric, verdict.is_met))
        });
        let judged: Vec<(&str, bool)> = judged.collect();
        let missed = judged.iter().filter(|(_, is_met)| !is_met);
        let missed: Vec<&str> = missed.map(|(metric, _)| words(metric)).collect();
        let met = judged.len() - missed.len();
        let missed = match missed.len() {
            0 => String::new(),
            _ => format!("; missed: {}", missed.join(" · ")),
        };
        format!(
            "- Compared with {peer}: {met} of {} bars are met{missed}.\n",
            judged.len()
        )
    };
    compared("`limit-rows`", |bar, measured| {
        bar.versus_limit(&measured.main, measured.n)
    }) + &compared("SQLite in memory", |bar, measured| {
        bar.versus_sqlite(&measured.main, measured.n)
    })
}

/// The metrics with a bar.
pub(super) fn main(measured: &Measured) -> String {
    let titles = [
        "operation",
        "ours",
        "limit-rows",
        "ours ÷ limit (bar)",
        "SQLite",
        "better than SQLite (bar)",
    ];
    let rows = BARS.iter().map(|bar| {
        let (summary, n) = (&measured.main, measured.n);
        let of = |name| shown(measured, bar.metric, name);
        row(&[
            words(bar.metric).to_owned(),
            of(Name::Tracking),
            shown(measured, bar.limit_metric, Name::LimitRows),
            versus_limit(bar.versus_limit(summary, n), bar.is_rate),
            of(Name::SqliteMem),
            versus_sqlite(bar.versus_sqlite(summary, n), bar.is_rate),
        ])
    });
    head(&titles) + &rows.collect::<String>()
}

/// The metrics without a bar.
pub(super) fn others(measured: &Measured) -> String {
    let metrics = ["remove_rate", "count_scan_p50"];
    plain(measured, |metric| metrics.contains(&metric))
}

/// Two threads and more.
pub(super) fn threads(measured: &Measured) -> String {
    plain(measured, |metric| {
        ["reader", "writer", "render"]
            .iter()
            .any(|part| metric.starts_with(part))
    })
}

/// Memory.
pub(super) fn memory(measured: &Measured) -> String {
    plain(measured, |metric| metric.starts_with("memory"))
}

/// All contenders, without ratios.
fn plain(measured: &Measured, filter: impl Fn(&str) -> bool) -> String {
    let titles = ["", "ours", "limit-rows", "SQLite"];
    let rows = metrics(filter).map(|metric| {
        let cells = NAMES.map(|name| shown(measured, metric, name));
        row(&[&[words(metric).to_owned()], cells.as_slice()].concat())
    });
    head(&titles) + &rows.collect::<String>()
}
