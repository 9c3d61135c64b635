//! An overview as text.

mod days;
mod problems;
mod ranking;

use std::io::{self, Write};

use super::TextOptions;
use super::cut::wrap;
use super::line::{title, write_line};
use super::paint::{Style, paint};
use super::table::{Column, Table};
use crate::model::{Overview, Total};
use crate::shown::{figure, moment, span};
use days::days;
use problems::problems;
use ranking::ranking;

/// Writes an overview: totals, a bar per day, rankings, problems, notes.
///
/// # Errors
///
/// Those of the writer.
///
/// ```
/// use tracking_views::{Overview, TextOptions, text};
///
/// let overview = Overview::new("access.log").with_total("Requests", 1382_u64);
/// let mut out = Vec::new();
/// text::overview(&mut out, &overview, TextOptions::new())?;
/// assert_eq!(String::from_utf8_lossy(&out), "access.log\n\nRequests  1,382\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn overview<W: Write + ?Sized>(
    out: &mut W,
    overview: &Overview,
    options: TextOptions,
) -> io::Result<()> {
    title(out, overview.title(), options)?;
    if let Some((first, last)) = overview.period() {
        let length = span(last.since(first));
        let line = format!("{} to {} UTC ({length})", moment(first), moment(last));
        write_line(out, &line, Style::Faint, options)?;
    }
    totals(out, overview.totals(), options)?;
    days(out, overview, options)?;
    for shown in overview.rankings() {
        ranking(out, shown, overview.counted(), options)?;
    }
    if let Some(shown) = overview.problems() {
        problems(out, shown, options)?;
    }
    notes(out, overview.notes(), options)
}

fn totals<W: Write + ?Sized>(
    out: &mut W,
    totals: &[Total],
    options: TextOptions,
) -> io::Result<()> {
    if totals.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let columns = vec![Column::long(""), Column::number("").styled(Style::Title)];
    let mut table = Table::new(columns, options);
    for total in totals {
        table.row(out, &[total.label(), &figure(total.value())])?;
    }
    table.finish(out)
}

fn notes<W: Write + ?Sized>(out: &mut W, notes: &[String], options: TextOptions) -> io::Result<()> {
    if !notes.is_empty() {
        writeln!(out)?;
    }
    for note in notes {
        for line in wrap(note, options.chart_width()) {
            writeln!(out, "{}", paint(options, Style::Faint, &line))?;
        }
    }
    Ok(())
}
