//! Our store beside its peers.

use super::cells::{beside_limit, beside_sqlite, head, main as shown, row};
use crate::contenders::Name;
use crate::report::words::{metrics, words};
use crate::report::{BARS, Bar, Measured, Verdict};

const NAMES: [Name; 3] = Name::IN_MEMORY;

/// Which bars are met, in a sentence or two.
pub(super) fn bars(measured: &Measured) -> String {
    let beside = |peer: &str, verdict: fn(&Bar, &Measured) -> Option<Verdict>| {
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
            "- Beside {peer}: {met} of {} bars are met{missed}.\n",
            judged.len()
        )
    };
    beside("`limit-rows`", |bar, measured| {
        bar.beside_limit(&measured.main, measured.n)
    }) + &beside("SQLite in memory", |bar, measured| {
        bar.beside_sqlite(&measured.main, measured.n)
    })
}

/// What has a bar.
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
            beside_limit(bar.beside_limit(summary, n), bar.is_rate),
            of(Name::SqliteMem),
            beside_sqlite(bar.beside_sqlite(summary, n), bar.is_rate),
        ])
    });
    head(&titles) + &rows.collect::<String>()
}

/// What has none.
pub(super) fn others(measured: &Measured) -> String {
    let wanted = ["remove_rate", "count_scan_p50"];
    plain(measured, |metric| wanted.contains(&metric))
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

/// All contenders side by side, without ratios.
fn plain(measured: &Measured, wanted: impl Fn(&str) -> bool) -> String {
    let titles = ["", "ours", "limit-rows", "SQLite"];
    let rows = metrics(wanted).map(|metric| {
        let cells = NAMES.map(|name| shown(measured, metric, name));
        row(&[&[words(metric).to_owned()], cells.as_slice()].concat())
    });
    head(&titles) + &rows.collect::<String>()
}
