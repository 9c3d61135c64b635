//! The main table.

use std::fmt::{self, Write};

use super::unit::significant;
use super::{Bar, Summary, Unit, Verdict};
use crate::contenders::Name;

/// Medians of all contenders, the ratios of our store to its peers, and whether the bars are met:
/// a table in Markdown.
///
/// A ratio is our number divided by the peer's. For collected tracks the peer's number is
/// that of borrowed tracks of `limit-rows`.
///
/// # Errors
///
/// Returns the errors of the writer.
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
        let limit = bar.and_then(|bar| bar.versus_limit(summary, n));
        write_ratio(ratio((limit_metric, Name::LimitRows)), limit, out)?;
        let sqlite = bar.and_then(|bar| bar.versus_sqlite(summary, n));
        write_ratio(ratio((metric, Name::SqliteMem)), sqlite, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_ratio(ratio: Option<f64>, verdict: Option<Verdict>, out: &mut impl Write) -> fmt::Result {
    let ratio = ratio.map_or("–".to_owned(), significant);
    let verdict = verdict.map_or(String::new(), |verdict| verdict.to_string());
    write!(out, " {ratio} | {verdict} |")
}
