//! A bar for each of a few things.

use std::io::{self, Write};

use crate::format::grouped;
use crate::model::Histogram;
use crate::text::TextOptions;
use crate::text::bar::{bar, height};
use crate::text::cut::{cut, width};
use crate::text::line::{heading, write_line};
use crate::text::paint::{Style, paint};

/// The maximum width of a name.
const MAX_NAME: usize = 20;
/// With more bars than this, bars are vertical.
const MAX_LINES: usize = 7;
/// The width of a vertical bar, which has its name below it.
const BAR_WIDTH: usize = 3;

/// Writes a line for each of a few bars, else vertical bars.
pub(super) fn histogram<W: Write + ?Sized>(
    out: &mut W,
    histogram: &Histogram,
    options: TextOptions,
) -> io::Result<()> {
    let title = match histogram.range() {
        "" => histogram.title().to_owned(),
        range => format!("{}: {range}", histogram.title()),
    };
    heading(out, &title, options)?;
    if histogram.bars().len() > MAX_LINES {
        vertical(out, histogram, options)
    } else {
        horizontal(out, histogram.bars(), options)
    }
}

fn horizontal<W: Write + ?Sized>(
    out: &mut W,
    bars: &[(String, u64)],
    options: TextOptions,
) -> io::Result<()> {
    let largest = bars.iter().map(|bar| bar.1).max().unwrap_or(0);
    let numbers = grouped(largest).len();
    let names = bars.iter().map(|bar| width(&cut(&bar.0, MAX_NAME)));
    let names = names.max().unwrap_or(0);
    for (name, count) in bars {
        let name = cut(name, MAX_NAME);
        let free = names.saturating_sub(width(&name));
        let start = format!("{name}{:free$}  {:>numbers$}", "", grouped(*count));
        let start = options
            .max_width()
            .map_or_else(|| start.clone(), |max_width| cut(&start, max_width));
        let max_width = options.chart_width().saturating_sub(width(&start) + 2);
        let bar = bar(*count, largest, max_width);
        let gap = if bar.is_empty() { "" } else { "  " };
        writeln!(out, "{start}{gap}{}", paint(options, Style::Bar, &bar))?;
    }
    Ok(())
}

fn vertical<W: Write + ?Sized>(
    out: &mut W,
    histogram: &Histogram,
    options: TextOptions,
) -> io::Result<()> {
    let bars = histogram.bars();
    let largest = bars.iter().max_by_key(|bar| bar.1);
    let highest = largest.map_or(0, |bar| bar.1);
    let is_wide = bars.len() * BAR_WIDTH <= options.chart_width();
    let mut line = String::new();
    let mut names = String::new();
    for (name, count) in bars {
        let height = height(*count, highest);
        line.push(height);
        if is_wide {
            line.extend([height, ' ']);
            let name = cut(name, BAR_WIDTH - 1);
            let free = BAR_WIDTH.saturating_sub(width(&name));
            names.push_str(&name);
            names.extend(std::iter::repeat_n(' ', free));
        }
    }
    let fitting = |line: &str| match options.max_width() {
        Some(max_width) => cut(line.trim_end(), max_width),
        None => line.trim_end().to_owned(),
    };
    writeln!(out, "{}", paint(options, Style::Bar, &fitting(&line)))?;
    if is_wide {
        write_line(out, names.trim_end(), Style::Faint, options)?;
    }
    let summary = largest.map(|(name, count)| format!("most: {} in {name}", grouped(*count)));
    write_line(out, &summary.unwrap_or_default(), Style::Faint, options)
}
