//! Runs.

use std::io::{self, Write};

use crate::model::{RunRow, state_name};
use crate::shown::{grouped, rows_of_all, span};
use crate::text::Text;
use crate::text::line::{heading, write_line};
use crate::text::paint::Style;
use crate::text::table::{Column, Table};

/// Writes runs, one a line.
pub(super) fn runs<W: Write + ?Sized>(
    out: &mut W,
    title: &str,
    (rows, total): (&[RunRow], Option<u64>),
    text: &Text<'_>,
) -> io::Result<()> {
    let options = text.options;
    if title.is_empty() {
        writeln!(out)?;
    } else {
        heading(out, title, options)?;
    }
    if rows.is_empty() {
        return write_line(out, "No runs.", Style::Faint, options);
    }
    let counts = rows.iter().any(|row| row.count().is_some());
    let mut table = Table::new(columns(text, counts), options);
    for row in rows {
        let run = row.run();
        let task = run.task().map(|task| text.context.task(task).text);
        let mut cells = vec![
            run.id().to_string(),
            text.context.when(run.start()).text,
            span(run.end().since(run.start())),
            state_name(run.state()).into(),
        ];
        if counts {
            cells.push(row.count().map(grouped).unwrap_or_default());
        }
        cells.push(task.unwrap_or_default());
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        table.row(out, &cells)?;
    }
    table.finish(out)?;
    writeln!(out)?;
    let number = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let line = rows_of_all(number, total, "run", "runs");
    write_line(out, &line, Style::Faint, options)
}

fn columns(text: &Text<'_>, counts: bool) -> Vec<Column> {
    let start = text.context.time_heading().replacen("Time", "Start", 1);
    let mut columns = vec![
        Column::number("Run"),
        Column::short(&start),
        Column::number("Length"),
        Column::short("State"),
    ];
    if counts {
        columns.push(Column::number("Tracks"));
    }
    columns.push(Column::long("Task"));
    columns
}
