//! Many runs as text.

use std::io::{self, Write};

use tracking_core::RunId;

use super::line::write_line;
use super::notes::write_notes;
use super::paint::Style;
use super::settings::Settings;
use super::table::{Column, Table};
use crate::cells::RunCells;
use crate::format::rows_of_all;
use crate::model::{RunList, RunRow};

/// The table of a list of runs, for callers that get one run at a time; see
/// [`TextRenderer::run_table`](super::TextRenderer::run_table).
///
/// Whether tracks are counted shows in the first run.
#[derive(Debug)]
pub struct RunTable<'w, 'c, W: Write + ?Sized> {
    out: &'w mut W,
    settings: Settings<'c>,
    list: RunList,
    has_counts: Option<bool>,
    table: Option<Table>,
    count: u64,
}

impl<'w, 'c, W: Write + ?Sized> RunTable<'w, 'c, W> {
    /// A table without rows.
    pub(super) fn new(out: &'w mut W, settings: Settings<'c>, list: RunList) -> Self {
        Self {
            out,
            settings,
            list,
            has_counts: None,
            table: None,
            count: 0,
        }
    }

    /// Whether there is a column for how many tracks runs have.
    pub(super) fn count_tracks(&mut self, has_counts: bool) {
        self.has_counts = Some(has_counts);
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn row(&mut self, row: &RunRow) -> io::Result<()> {
        self.count += 1;
        let has_counts = *self.has_counts.get_or_insert(row.count().is_some());
        let row = RunCells::new(row, has_counts, &self.settings.context);
        let mut cells = vec![
            row.id.text.as_str(),
            &row.start.text,
            &row.length,
            row.state,
        ];
        cells.extend(row.count.as_deref());
        cells.push(&row.task.text);
        let new = || Table::new(columns(&self.settings, has_counts), self.settings.options);
        self.table.get_or_insert_with(new).row(self.out, &cells)
    }

    /// Writes the pending rows, the number of runs and the notes of the list.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn finish(self) -> io::Result<()> {
        let next = self.list.next();
        self.finish_at(next)
    }

    /// Does the same with the last run before the next page, if it was not known before.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn finish_at(mut self, next: Option<RunId>) -> io::Result<()> {
        let options = self.settings.options;
        if let Some(table) = &mut self.table {
            table.finish(self.out)?;
            writeln!(self.out)?;
        }
        let line = rows_of_all(
            self.count,
            self.list.total(),
            self.settings.context.terms().run(),
        );
        write_line(self.out, &line, Style::Faint, options)?;
        if let Some(next) = next {
            let line = format!("Next after {next}");
            write_line(self.out, &line, Style::Faint, options)?;
        }
        if self.list.notes().is_empty() {
            return Ok(());
        }
        write_notes(self.out, self.list.notes(), options)
    }
}

fn columns(settings: &Settings<'_>, counts: bool) -> Vec<Column> {
    let terms = settings.context.terms();
    let start = settings.context.time_heading().replacen("Time", "Start", 1);
    let mut columns = vec![
        Column::number(&terms.run().title()),
        Column::short(&start),
        Column::number("Length"),
        Column::short("State"),
    ];
    if counts {
        columns.push(Column::number(&terms.track().titles()));
    }
    columns.push(Column::long(&terms.task().title()));
    columns
}
