//! Two things counted against each other.

use std::io::{self, Write};

use crate::format::grouped;
use crate::labels::axis_labels;
use crate::model::{Axis, Matrix, heading};
use crate::text::cut::{cut, width};
use crate::text::line::write_line;
use crate::text::paint::Style;
use crate::text::settings::Settings;
use crate::text::table::{Column, MAX_CELL_WIDTH, Table};
use tracking_core::GroupBy;

/// The maximum widths of the names of rows and columns.
const MAX_NAME: usize = 24;
const MAX_COLUMN: usize = 12;

/// Writes a table of counts with sums; if columns do not fit, those with the smaller sums are
/// added to the others.
pub(super) fn matrix<W: Write + ?Sized>(
    out: &mut W,
    matrix: &Matrix,
    settings: &Settings<'_>,
) -> io::Result<()> {
    writeln!(out)?;
    if matrix.total() == 0 {
        let nothing = format!("No {}.", settings.context.terms().track().many());
        return write_line(out, &nothing, Style::Faint, settings.options);
    }
    let context = &settings.context;
    let matrix = &fitting(matrix, settings);
    let mut columns = vec![Column::long(&heading(matrix.down(), context))];
    let across = axis_labels(matrix.columns(), matrix.across(), context);
    let limit = settings
        .options
        .max_width()
        .map_or(MAX_CELL_WIDTH, |_| MAX_COLUMN);
    let across = across.iter().map(|label| cut(label.or_none(), limit));
    columns.extend(across.map(|name| Column::long(&name).aligned_right()));
    columns.push(Column::number("Total").styled(Style::Title));
    let mut table =
        Table::new(columns, settings.options).with_above(1, &heading(matrix.across(), context));
    let down = axis_labels(matrix.rows(), matrix.down(), context);
    let sums = matrix.rows().sums();
    for ((label, cells), sum) in down.iter().zip(matrix.cells()).zip(sums) {
        row(out, &mut table, label.or_none(), cells, *sum)?;
    }
    row(
        out,
        &mut table,
        "Total",
        matrix.columns().sums(),
        matrix.total(),
    )?;
    table.finish(out)
}

/// The matrix with as many columns as have room.
fn fitting(matrix: &Matrix, settings: &Settings<'_>) -> Matrix {
    let Some(max_width) = settings.options.max_width() else {
        return matrix.clone();
    };
    let widest = |axis: &Axis, by: &GroupBy, limit: usize| {
        let labels = axis_labels(axis, by, &settings.context);
        let widths = labels
            .iter()
            .map(|label| width(&cut(label.or_none(), limit)));
        widths.max().unwrap_or(0)
    };
    let name = widest(
        matrix.rows(),
        matrix.down(),
        MAX_NAME.min(max_width * 2 / 5),
    );
    let number = grouped(matrix.total()).len();
    let column = widest(matrix.columns(), matrix.across(), MAX_COLUMN).max(number) + 2;
    let max_width = max_width.saturating_sub(name + number.max("Total".len()) + 2);
    let columns = max_width / column;
    if columns >= matrix.cells().first().map_or(0, Vec::len) {
        return matrix.clone();
    }
    // One of them is that of the others.
    matrix
        .clone()
        .with_fewer_columns(columns.saturating_sub(1).max(1))
}

fn row<W: Write + ?Sized>(
    out: &mut W,
    table: &mut Table,
    name: &str,
    counts: &[u64],
    sum: u64,
) -> io::Result<()> {
    let formatted = |count: &u64| match count {
        0 => "·".to_owned(),
        count => grouped(*count),
    };
    let counts = counts.iter().chain([&sum]).map(formatted);
    let cells: Vec<String> = std::iter::once(name.to_owned()).chain(counts).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    table.row(out, &cells)
}
