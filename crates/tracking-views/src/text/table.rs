//! Tables whose rows come one by one.

use std::io::{self, Write};

use super::TextOptions;
use super::cut::{cut, width};
use super::paint::{Style, paint};

/// The number of rows that determine the widths of the columns. Later cells that do not fit are
/// cut, so that a table of any length takes constant memory.
const MAX_SAMPLED_ROWS: usize = 100;
/// The maximum width of a cell.
pub(super) const MAX_CELL_WIDTH: usize = 120;
/// Columns do not shrink below this width while others can shrink.
const MIN_SHRUNK_WIDTH: usize = 8;
/// The same for the columns that shrink first.
const MIN_FIRST_SHRUNK_WIDTH: usize = 14;
/// The minimum width of a column; the last columns are omitted if they would not get it.
const MIN_COLUMN_WIDTH: usize = 2;
const GAP: &str = "  ";

/// A column: its heading, and how its cells are set.
#[derive(Clone, Debug)]
pub(super) struct Column {
    heading: String,
    style: Style,
    right: bool,
    shrink_order: ShrinkOrder,
    is_dispensable: bool,
}

/// When a column shrinks, if the line is too narrow for all columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShrinkOrder {
    First,
    Second,
    Last,
}

impl Column {
    /// Cells that are short and must not be cut, such as times.
    pub(super) fn short(heading: &str) -> Self {
        Self {
            heading: cut(heading, MAX_CELL_WIDTH),
            style: Style::Plain,
            right: false,
            shrink_order: ShrinkOrder::Last,
            is_dispensable: false,
        }
    }

    /// Cells of any length, which shrink if the line is too narrow.
    pub(super) fn long(heading: &str) -> Self {
        Self {
            shrink_order: ShrinkOrder::Second,
            ..Self::short(heading)
        }
    }

    /// Numbers.
    pub(super) fn number(heading: &str) -> Self {
        Self {
            right: true,
            ..Self::short(heading)
        }
    }

    /// Aligns its cells to the right.
    pub(super) fn aligned_right(self) -> Self {
        Self {
            right: true,
            ..self
        }
    }

    /// Shrinks before all others.
    pub(super) fn shrinking_first(self) -> Self {
        Self {
            shrink_order: ShrinkOrder::First,
            ..self
        }
    }

    /// Omits the column if not all columns fit.
    pub(super) fn dispensable(self) -> Self {
        Self {
            is_dispensable: true,
            ..self
        }
    }

    /// The colour of its cells.
    pub(super) fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

/// A table that is being written.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    options: TextOptions,
    /// A text above the headings, and the column where it begins.
    above: Option<(usize, String)>,
    /// The widths of the columns; 0 for omitted ones.
    widths: Option<Vec<usize>>,
    pending: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: Vec<Column>, options: TextOptions) -> Self {
        Self {
            columns,
            options,
            above: None,
            widths: None,
            pending: Vec::new(),
        }
    }

    /// Writes something above the headings of the columns from one on.
    pub(super) fn with_above(self, from: usize, text: &str) -> Self {
        Self {
            above: Some((from, cut(text, MAX_CELL_WIDTH))),
            ..self
        }
    }

    /// The headings of the columns that did not fit.
    pub(super) fn omitted_columns(&self) -> Vec<&str> {
        let columns = self.columns.iter().zip(self.widths.iter().flatten());
        let omitted_columns = columns.filter(|(_, width)| **width == 0);
        omitted_columns
            .map(|(column, _)| column.heading.as_str())
            .collect()
    }

    /// Takes a row, which must hold a cell for each column.
    pub(super) fn row<W: Write + ?Sized>(&mut self, out: &mut W, cells: &[&str]) -> io::Result<()> {
        if let Some(widths) = &self.widths {
            return self.write_row(out, widths, cells);
        }

        let cells = cells.iter().map(|cell| cut(cell, MAX_CELL_WIDTH)).collect();
        self.pending.push(cells);
        if self.pending.len() >= MAX_SAMPLED_ROWS {
            self.write_pending(out)?;
        }
        Ok(())
    }

    /// Writes the pending rows.
    pub(super) fn finish<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        if self.widths.is_none() {
            self.write_pending(out)?;
        }
        Ok(())
    }

    fn write_pending<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        if let Some(max_width) = self.options.max_width() {
            let limit = (max_width + GAP.len()) / (MIN_COLUMN_WIDTH + GAP.len());
            self.columns.truncate(limit);
        }
        let pending = std::mem::take(&mut self.pending);
        let widths = self.fit(&pending);
        self.write_head(out, &widths)?;
        for cells in &pending {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            self.write_row(out, &widths, &cells)?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    /// The widths of the widest cells, shrunk until a line fits.
    fn fit(&self, rows: &[Vec<String>]) -> Vec<usize> {
        let widest = |index: usize, column: &Column| {
            let cells = rows.iter().filter_map(|row| row.get(index));
            let cells = cells.map(|cell| width(cell)).max().unwrap_or(0);
            cells.max(width(&column.heading)).max(1)
        };
        let columns = self.columns.iter().enumerate();
        let mut natural: Vec<usize> = columns.map(|(n, column)| widest(n, column)).collect();
        let Some(max_width) = self.options.max_width() else {
            return natural;
        };
        loop {
            let mut widths = natural.clone();
            if self.shrink_in_order(&mut widths, max_width) {
                return widths;
            }
            let mut visible = natural.iter().zip(&self.columns);
            let last = visible.rposition(|(width, column)| *width > 0 && column.is_dispensable);
            let Some(last) = last.and_then(|last| natural.get_mut(last)) else {
                shrink(&mut widths, |_| true, &self.columns, max_width, 1);
                return widths;
            };
            *last = 0;
        }
    }

    /// Shrinks columns to their minimum widths at most; returns whether all columns fit.
    fn shrink_in_order(&self, widths: &mut [usize], max_width: usize) -> bool {
        let columns = &self.columns;
        let when = |when| move |column: &Column| column.shrink_order == when;
        shrink(
            widths,
            when(ShrinkOrder::First),
            columns,
            max_width,
            MIN_FIRST_SHRUNK_WIDTH,
        );
        shrink(
            widths,
            when(ShrinkOrder::Second),
            columns,
            max_width,
            MIN_SHRUNK_WIDTH,
        );
        line_width(widths) <= max_width
    }

    fn write_head<W: Write + ?Sized>(&self, out: &mut W, widths: &[usize]) -> io::Result<()> {
        let headings: Vec<&str> = self.columns.iter().map(|c| c.heading.as_str()).collect();
        if headings.iter().all(|heading| heading.is_empty()) {
            return Ok(());
        }
        self.write_above(out, widths)?;
        self.write_cells(out, widths, &headings, Some(Style::Title))?;
        let below = widths.iter().zip(&headings);
        let rules: Vec<String> = below
            .map(|(width, heading)| "─".repeat(if heading.is_empty() { 0 } else { *width }))
            .collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        self.write_cells(out, widths, &rules, Some(Style::Faint))
    }

    fn write_above<W: Write + ?Sized>(&self, out: &mut W, widths: &[usize]) -> io::Result<()> {
        let Some((from, text)) = &self.above else {
            return Ok(());
        };
        let (before, below) = widths.split_at(*from.min(&widths.len()));
        let indent: usize = before.iter().map(|width| width + GAP.len()).sum();
        let text = cut(text, line_width(below));
        let text = paint(self.options, Style::Title, &text);
        writeln!(out, "{:indent$}{text}", "")
    }

    fn write_row<W: Write + ?Sized>(
        &self,
        out: &mut W,
        widths: &[usize],
        cells: &[&str],
    ) -> io::Result<()> {
        self.write_cells(out, widths, cells, None)
    }

    fn write_cells<W: Write + ?Sized>(
        &self,
        out: &mut W,
        widths: &[usize],
        cells: &[&str],
        style: Option<Style>,
    ) -> io::Result<()> {
        // Blanks are written before the next cell only, so that no line ends in them.
        let mut blanks = 0;
        let visible = self.columns.iter().zip(widths).zip(cells);
        for ((column, limit), cell) in visible.filter(|((_, width), _)| **width > 0) {
            let cell = cut(cell, *limit);
            let free = limit.saturating_sub(width(&cell));
            let before = if column.right { free } else { 0 };
            if !cell.is_empty() {
                let painted = paint(self.options, style.unwrap_or(column.style), &cell);
                write!(out, "{:1$}{painted}", "", blanks + before)?;
                blanks = 0;
            }
            blanks += if cell.is_empty() {
                *limit
            } else {
                free - before
            } + GAP.len();
        }
        writeln!(out)
    }
}

/// The width of a line.
fn line_width(widths: &[usize]) -> usize {
    let visible = widths.iter().filter(|width| **width > 0);
    let gaps = GAP.len() * visible.count().saturating_sub(1);
    widths.iter().sum::<usize>() + gaps
}

/// Shrinks the widest column that may shrink, again and again, until all fit or none may.
fn shrink(
    widths: &mut [usize],
    shrink_order: impl Fn(&Column) -> bool,
    columns: &[Column],
    max_width: usize,
    min_width: usize,
) {
    while line_width(widths) > max_width {
        let candidates = widths.iter_mut().zip(columns);
        let widest = candidates
            .filter(|(width, column)| shrink_order(column) && **width > min_width)
            .max_by_key(|(width, _)| **width);
        match widest {
            Some((width, _)) => *width -= 1,
            None => return,
        }
    }
}
