//! Two things counted against each other.

use std::io::{self, Write};

use askama::Template;
use tracking_core::GroupBy;

use crate::format::{Label, Visible, grouped};
use crate::html::value::write;
use crate::labels::axis_labels;
use crate::model::{Matrix, heading};
use crate::{Context, Terms};

#[derive(Template)]
#[template(path = "part/matrix.html")]
struct Body<'a> {
    matrix: &'a Matrix,
    down: String,
    across: String,
    columns: Vec<Label>,
    /// Whether columns are days, which are not broken.
    are_days: bool,
    rows: Vec<Row>,
    sums: Vec<String>,
    terms: &'a Terms,
}

struct Row {
    name: Label,
    cells: Vec<Cell>,
    sum: String,
}

struct Cell {
    text: String,
    heat: &'static str,
}

/// Shades of cells, from some to the most.
const HEATS: [&str; 5] = ["heat1", "heat2", "heat3", "heat4", "heat5"];

/// Writes a table of counts with sums; the more, the darker.
pub(super) fn matrix<W: Write + ?Sized>(
    out: &mut W,
    matrix: &Matrix,
    context: &Context<'_>,
) -> io::Result<()> {
    let keyed = (matrix.rows().keys().len(), matrix.columns().keys().len());
    let names = axis_labels(matrix.rows(), matrix.down(), context).into_iter();
    let sums = matrix.rows().sums();
    let rows = names.zip(matrix.cells()).zip(sums).enumerate();
    let rows = rows.map(|(down, ((name, counts), sum))| {
        let cell = |(across, count): (usize, &u64)| {
            let is_keyed = down < keyed.0 && across < keyed.1;
            Cell::new(*count, if is_keyed { matrix.largest() } else { 0 })
        };
        Row {
            name,
            cells: counts.iter().enumerate().map(cell).collect(),
            sum: grouped(*sum),
        }
    });
    let body = Body {
        matrix,
        terms: context.terms(),
        down: heading(matrix.down(), context),
        across: heading(matrix.across(), context),
        columns: axis_labels(matrix.columns(), matrix.across(), context),
        are_days: matches!(matrix.across(), GroupBy::Day(_)),
        rows: rows.collect(),
        sums: matrix
            .columns()
            .sums()
            .iter()
            .copied()
            .map(grouped)
            .collect(),
    };
    write(out, &body)
}

impl Cell {
    /// A cell that is shaded by the largest of all; others are not.
    fn new(count: u64, largest: u64) -> Self {
        let heat = if count == 0 {
            "zero"
        } else if largest == 0 {
            ""
        } else {
            let shade = u128::from(count) * HEATS.len() as u128 / u128::from(largest);
            let shade = usize::try_from(shade).unwrap_or(0).min(HEATS.len() - 1);
            HEATS.get(shade).copied().unwrap_or_default()
        };
        Self {
            text: grouped(count),
            heat,
        }
    }
}
