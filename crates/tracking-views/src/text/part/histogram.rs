//! A bar for each of a few things.

use std::io::{self, Write};

use crate::format::grouped;
use crate::model::Histogram;
use crate::text::TextOptions;
use crate::text::bar::bar;
use crate::text::cut::{cut, width};
use crate::text::line::heading;
use crate::text::paint::{Style, paint};

/// Names are not shown longer than this.
const MAX_NAME: usize = 20;

/// Writes a line for each bar.
pub(super) fn histogram<W: Write + ?Sized>(
    out: &mut W,
    histogram: &Histogram,
    options: TextOptions,
) -> io::Result<()> {
    heading(out, histogram.title(), options)?;
    let bars = histogram.bars();
    let largest = bars.iter().map(|bar| bar.1).max().unwrap_or(0);
    let numbers = grouped(largest).len();
    let names = bars.iter().map(|bar| width(&cut(&bar.0, MAX_NAME)));
    let names = names.max().unwrap_or(0);
    for (name, count) in bars {
        let name = cut(name, MAX_NAME);
        let free = names.saturating_sub(width(&name));
        let start = format!("{name}{:free$}  {:>numbers$}", "", grouped(*count));
        let start = options
            .room()
            .map_or_else(|| start.clone(), |room| cut(&start, room));
        let room = options.chart_width().saturating_sub(width(&start) + 2);
        let bar = bar(*count, largest, room);
        let gap = if bar.is_empty() { "" } else { "  " };
        writeln!(out, "{start}{gap}{}", paint(options, Style::Bar, &bar))?;
    }
    Ok(())
}
