//! Tables whose rows come one by one.

use std::io::{self, Write};

use super::TextOptions;
use super::cut::{cut, width};
use super::paint::{Style, paint};

/// How many rows are looked at before the columns get their widths; later cells that do not
/// fit are cut, so that a table of any length takes constant memory.
const LOOKED_AT: usize = 100;
/// No cell is wider.
pub(super) const WIDEST_CELL: usize = 120;
/// Columns are not made narrower than this while others can give way.
const NARROW: usize = 8;
/// Nothing can be read in less; columns at the end that would not get it are left out.
const LEAST: usize = 2;
const GAP: &str = "  ";

/// A column: its heading, and how its cells are set.
#[derive(Clone, Debug)]
pub(super) struct Column {
    heading: String,
    style: Style,
    right: bool,
    gives_way: bool,
}

impl Column {
    /// Cells that are short and to be seen whole, such as times.
    pub(super) fn short(heading: &str) -> Self {
        Self {
            heading: cut(heading, WIDEST_CELL),
            style: Style::Plain,
            right: false,
            gives_way: false,
        }
    }

    /// Cells of any length, which give way where there is little room.
    pub(super) fn long(heading: &str) -> Self {
        Self {
            gives_way: true,
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

    /// Sets its cells to the right.
    pub(super) fn aligned_right(self) -> Self {
        Self {
            right: true,
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
    widths: Option<Vec<usize>>,
    held: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: Vec<Column>, options: TextOptions) -> Self {
        Self {
            columns,
            options,
            widths: None,
            held: Vec::new(),
        }
    }

    /// Takes a row, which must hold a cell for each column.
    pub(super) fn row<W: Write + ?Sized>(&mut self, out: &mut W, cells: &[&str]) -> io::Result<()> {
        if let Some(widths) = &self.widths {
            return self.write_row(out, widths, cells);
        }

        let cells = cells.iter().map(|cell| cut(cell, WIDEST_CELL)).collect();
        self.held.push(cells);
        if self.held.len() >= LOOKED_AT {
            self.settle(out)?;
        }
        Ok(())
    }

    /// Writes what was held back.
    pub(super) fn finish<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        if self.widths.is_none() {
            self.settle(out)?;
        }
        Ok(())
    }

    fn settle<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        if let Some(room) = self.options.room() {
            let most = (room + GAP.len()) / (LEAST + GAP.len());
            self.columns.truncate(most);
        }
        let held = std::mem::take(&mut self.held);
        let widths = self.fit(&held);
        self.write_head(out, &widths)?;
        for cells in &held {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            self.write_row(out, &widths, &cells)?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    /// The widths that the cells ask for, made narrower until a line fits.
    fn fit(&self, rows: &[Vec<String>]) -> Vec<usize> {
        let widest = |index: usize, column: &Column| {
            let cells = rows.iter().filter_map(|row| row.get(index));
            let cells = cells.map(|cell| width(cell)).max().unwrap_or(0);
            cells.max(width(&column.heading)).max(1)
        };
        let columns = self.columns.iter().enumerate();
        let mut widths: Vec<usize> = columns.map(|(n, column)| widest(n, column)).collect();
        if let Some(room) = self.options.room() {
            let gaps = GAP.len() * widths.len().saturating_sub(1);
            let room = room.saturating_sub(gaps);
            let giving: Vec<bool> = self.columns.iter().map(|c| c.gives_way).collect();
            narrow(&mut widths, &giving, room, NARROW);
            narrow(&mut widths, &vec![true; giving.len()], room, 1);
        }
        widths
    }

    fn write_head<W: Write + ?Sized>(&self, out: &mut W, widths: &[usize]) -> io::Result<()> {
        let headings: Vec<&str> = self.columns.iter().map(|c| c.heading.as_str()).collect();
        if headings.iter().all(|heading| heading.is_empty()) {
            return Ok(());
        }
        self.write_cells(out, widths, &headings, Some(Style::Title))?;
        let below = widths.iter().zip(&headings);
        let rules: Vec<String> = below
            .map(|(width, heading)| "─".repeat(if heading.is_empty() { 0 } else { *width }))
            .collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        self.write_cells(out, widths, &rules, Some(Style::Faint))
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
        for ((column, most), cell) in self.columns.iter().zip(widths).zip(cells) {
            let cell = cut(cell, *most);
            let free = most.saturating_sub(width(&cell));
            let before = if column.right { free } else { 0 };
            if !cell.is_empty() {
                let painted = paint(self.options, style.unwrap_or(column.style), &cell);
                write!(out, "{:1$}{painted}", "", blanks + before)?;
                blanks = 0;
            }
            blanks += if cell.is_empty() {
                *most
            } else {
                free - before
            } + GAP.len();
        }
        writeln!(out)
    }
}

/// Takes columns from the widest of those that give way, until all fit or none gives way.
fn narrow(widths: &mut [usize], giving: &[bool], room: usize, least: usize) {
    while widths.iter().sum::<usize>() > room {
        let candidates = widths.iter_mut().zip(giving);
        let widest = candidates
            .filter(|(width, gives)| **gives && **width > least)
            .max_by_key(|(width, _)| **width);
        match widest {
            Some((width, _)) => *width -= 1,
            None => return,
        }
    }
}
