//! Many runs as HTML.

use std::io::{self, Write};

use askama::Template;
use tracking_core::RunId;

use super::notes::write_notes;
use super::page::close;
use super::value::{state_class, write};
use crate::cells::RunCells;
use crate::format::{Visible, rows_of_all};
use crate::model::{RunList, RunRow};
use crate::{Context, Terms};

#[derive(Template)]
#[template(path = "runs_open.html")]
struct Open<'a> {
    heading: Option<&'a str>,
    start: String,
    has_counts: bool,
    is_empty: bool,
    terms: &'a Terms,
}

#[derive(Template)]
#[template(path = "runs_row.html")]
struct Row {
    cells: RunCells,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "runs_close.html")]
struct Close {
    is_empty: bool,
    has_heading: bool,
    rows: String,
    next: Option<String>,
}

/// The table of a list of runs, for callers that get one run at a time; see
/// [`HtmlRenderer::run_table`](super::HtmlRenderer::run_table).
///
/// Whether tracks are counted shows in the first run.
#[derive(Debug)]
pub struct RunTable<'w, 'c, W: Write + ?Sized> {
    out: &'w mut W,
    context: Context<'c>,
    list: RunList,
    heading: Option<String>,
    has_counts: Option<bool>,
    count: u64,
    is_page: bool,
}

impl<'w, 'c, W: Write + ?Sized> RunTable<'w, 'c, W> {
    /// A table without rows.
    pub(super) fn new(
        out: &'w mut W,
        context: Context<'c>,
        list: RunList,
        heading: Option<&str>,
    ) -> Self {
        Self {
            out,
            context,
            list,
            heading: heading.map(str::to_owned),
            has_counts: None,
            count: 0,
            is_page: false,
        }
    }

    /// Ends a page with the table.
    pub(super) fn of_page(self) -> Self {
        Self {
            is_page: true,
            ..self
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
        let has_counts = *self.has_counts.get_or_insert(row.count().is_some());
        if self.count == 0 {
            self.open(has_counts, false)?;
        }
        self.count += 1;
        let class = state_class(row.run().state());
        let cells = RunCells::new(row, has_counts, &self.context);
        write(self.out, &Row { cells, class })
    }

    /// Writes the head of the table, or a sentence if it is empty.
    fn open(&mut self, has_counts: bool, is_empty: bool) -> io::Result<()> {
        let open = Open {
            heading: self.heading.as_deref(),
            start: self.context.time_heading().replacen("Time", "Start", 1),
            has_counts,
            is_empty,
            terms: self.context.terms(),
        };
        write(self.out, &open)
    }

    /// Ends the table, with how many runs there were, a link to the next page and what is noted
    /// in the list, and the page where it is one.
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
        let is_empty = self.count == 0;
        if is_empty {
            self.open(false, true)?;
        }
        let next = next.zip(self.list.query());
        let end = Close {
            is_empty,
            has_heading: self.heading.is_some(),
            rows: rows_of_all(self.count, self.list.total(), self.context.terms().run()),
            next: next.and_then(|(next, query)| self.context.runs_after(query, next)),
        };
        write(self.out, &end)?;
        if !self.list.notes().is_empty() {
            write_notes(self.out, self.list.notes())?;
        }
        if self.is_page {
            close(self.out)
        } else {
            Ok(())
        }
    }
}
