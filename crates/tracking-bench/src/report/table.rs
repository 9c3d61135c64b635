//! The main table.

use std::fmt::{self, Write};

use super::unit::significant;
use super::{Bar, Summary, Unit, Verdict};
use crate::contenders::Name;

/// Medians of all contenders, what our store reaches beside its peers, and whether that will do:
/// a table in Markdown.
///
/// A ratio is our number as a part of the peer's. For tracks that are collected it is formed with
/// what `limit-rows` takes to lend them.
///
/// # Errors
///
/// Those of the writer.
pub fn table(summary: &Summary, n: usize, out: &mut impl Write) -> fmt::Result {
    let contenders = summary.contenders();
    let heads: Vec<&str> = contenders.iter().map(|name| name.as_str()).collect();
    writeln!(
        out,
        "| n = {n} | {} | ÷ limit-rows | bar | ÷ sqlite-mem | bar |",
        heads.join(" | ")
    )?;
    writeln!(out, "|---|{}", "---:|".repeat(contenders.len() + 4))?;
    for (metric, unit) in summary.metrics() {
        write!(out, "| {metric} |")?;
        for contender in contenders {
            let median = summary.median(metric, *contender, n);
            write!(
                out,
                " {} |",
                median.map_or("–".to_owned(), |value| unit.show(value))
            )?;
        }
        let bar = Bar::of(metric);
        let limit_metric = bar.map_or(metric.as_str(), |bar| bar.limit_metric);
        let ratio = |peer: (&str, Name)| {
            summary
                .ratio(n, (metric, Name::Tracking), peer)
                .filter(|_| *unit != Unit::Tracks)
        };
        let limit = bar.and_then(|bar| bar.beside_limit(summary, n));
        beside(ratio((limit_metric, Name::LimitRows)), limit, out)?;
        let sqlite = bar.and_then(|bar| bar.beside_sqlite(summary, n));
        beside(ratio((metric, Name::SqliteMem)), sqlite, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn beside(ratio: Option<f64>, verdict: Option<Verdict>, out: &mut impl Write) -> fmt::Result {
    let ratio = ratio.map_or("–".to_owned(), significant);
    let verdict = verdict.map_or(String::new(), |verdict| verdict.to_string());
    write!(out, " {ratio} | {verdict} |")
}
