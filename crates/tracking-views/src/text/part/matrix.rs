//! Two things counted against each other.

use std::io::{self, Write};

use crate::Context;
use crate::model::{Axis, Matrix, heading};
use crate::shown::{counted, grouped};
use crate::text::Text;
use crate::text::line::write_line;
use crate::text::paint::Style;
use crate::text::table::{Column, Table};
use tracking_core::GroupBy;

/// What names of rows and of columns need to be told apart.
const LEAST_NAME: usize = 12;
const LEAST_COLUMN: usize = 6;

/// Writes a table of counts with sums; where columns do not fit, those of the smaller sums are
/// put to the others.
pub(super) fn matrix<W: Write + ?Sized>(
    out: &mut W,
    matrix: &Matrix,
    text: &Text<'_>,
) -> io::Result<()> {
    writeln!(out)?;
    if matrix.total() == 0 {
        return write_line(out, "No tracks.", Style::Faint, text.options);
    }
    let context = &text.context;
    let matrix = &fitting(matrix, text);
    let mut columns = vec![Column::long(&heading(matrix.down()))];
    let across = names(matrix.columns(), matrix.across(), context);
    columns.extend(across.iter().map(|name| Column::long(name).aligned_right()));
    columns.push(Column::number("Sum").styled(Style::Title));
    let mut table = Table::new(columns, text.options);
    let down = names(matrix.rows(), matrix.down(), context);
    let sums = matrix.rows().sums();
    for ((name, cells), sum) in down.iter().zip(matrix.cells()).zip(sums) {
        row(out, &mut table, name, cells, *sum)?;
    }
    row(
        out,
        &mut table,
        "Sum",
        matrix.columns().sums(),
        matrix.total(),
    )?;
    table.finish(out)
}

/// The matrix with as many columns as have room.
fn fitting(matrix: &Matrix, text: &Text<'_>) -> Matrix {
    let Some(room) = text.options.room() else {
        return matrix.clone();
    };
    let number = grouped(matrix.total()).len().max(LEAST_COLUMN) + 2;
    let room = room.saturating_sub(LEAST_NAME + number);
    matrix
        .clone()
        .with_fewer_columns((room / number).saturating_sub(1).max(1))
}

fn row<W: Write + ?Sized>(
    out: &mut W,
    table: &mut Table,
    name: &str,
    counts: &[u64],
    sum: u64,
) -> io::Result<()> {
    let shown = |count: &u64| match count {
        0 => "·".to_owned(),
        count => grouped(*count),
    };
    let counts = counts.iter().chain([&sum]).map(shown);
    let cells: Vec<String> = std::iter::once(name.to_owned()).chain(counts).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    table.row(out, &cells)
}

fn names(axis: &Axis, by: &GroupBy, context: &Context<'_>) -> Vec<String> {
    let keys = axis.keys().iter();
    let names = keys.map(|key| context.group(key, Some(by)).or_none().to_owned());
    let others = (axis.others() > 0).then(|| counted(axis.others(), "other", "others"));
    names.chain(others).collect()
}
