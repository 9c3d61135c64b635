//! A bar per day, week or month.

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::format::{counted, gap_between, grouped, point_name};
use crate::model::{Granularity, Series};
use crate::text::TextOptions;
use crate::text::bar::bar;
use crate::text::cut::{cut, width};
use crate::text::line::{heading, write_line};
use crate::text::paint::{Style, paint};

/// Writes a line per day, week or month; a gap is replaced by the number of missing points.
pub(super) fn series<W: Write + ?Sized>(
    out: &mut W,
    series: &Series,
    options: TextOptions,
) -> io::Result<()> {
    let (per, points) = (series.granularity(), series.points());
    let largest = points.iter().map(|point| point.1).max().unwrap_or(0);
    let title = format!("{} per {}", series.counted(), per.name());
    heading(out, &title, options)?;
    let mut before: Option<NaiveDate> = None;
    for (start, count) in points {
        let gap = before.map_or(0, |before| gap_between(per, before, start));
        if gap > 0 {
            let line = format!("({} without)", counted(gap, per.name(), per.names()));
            write_line(out, &line, Style::Faint, options)?;
        }
        before = Some(start);
        write_point(out, (per, start), (count, largest), options)?;
    }
    Ok(())
}

fn write_point<W: Write + ?Sized>(
    out: &mut W,
    (per, start): (Granularity, NaiveDate),
    (count, largest): (u64, u64),
    options: TextOptions,
) -> io::Result<()> {
    let numbers = grouped(largest).len();
    let start = format!("{}  {:>numbers$}", point_name(per, start), grouped(count));
    let start = options
        .max_width()
        .map_or_else(|| start.clone(), |max_width| cut(&start, max_width));
    let max_width = options.chart_width().saturating_sub(width(&start) + 2);
    let bar = bar(count, largest, max_width);
    let gap = if bar.is_empty() { "" } else { "  " };
    writeln!(out, "{start}{gap}{}", paint(options, Style::Bar, &bar))
}
