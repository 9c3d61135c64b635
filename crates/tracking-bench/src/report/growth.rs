//! Cost by number of tracks.

use std::fmt::{self, Write};

use super::unit::significant;
use super::{Summary, Unit};

/// Medians for each number of tracks, and the ratio of the last to the first: a table in
/// Markdown for each contender.
///
/// # Errors
///
/// Returns the errors of the writer.
pub fn growth(summary: &Summary, out: &mut impl Write) -> fmt::Result {
    let sizes = summary.sizes();
    for contender in summary.contenders() {
        let heads: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        writeln!(
            out,
            "| {}, n = | {} | last ÷ first |",
            contender.as_str(),
            heads.join(" | ")
        )?;
        writeln!(out, "|---|{}", "---:|".repeat(sizes.len() + 1))?;
        for (metric, unit) in summary.metrics() {
            let medians: Vec<Option<f64>> = sizes
                .iter()
                .map(|n| summary.median(metric, *contender, *n))
                .collect();
            write!(out, "| {metric} |")?;
            for median in &medians {
                let shown = median.map_or("–".to_owned(), |value| unit.show(value));
                write!(out, " {shown} |")?;
            }
            let ends = medians
                .first()
                .copied()
                .flatten()
                .zip(medians.last().copied().flatten());
            let times = ends.filter(|ends| ends.0 > 0.0 && *unit != Unit::Tracks);
            let times = times.map(|(first, last)| significant(last / first));
            writeln!(out, " {} |", times.unwrap_or("–".to_owned()))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
