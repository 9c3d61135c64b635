//! Runs.

use std::io::{self, Write};

use crate::Context;
use crate::html::RunTable;
use crate::model::{RunList, RunRow};

/// Writes some runs as a table below a title.
pub(super) fn runs<W: Write + ?Sized>(
    out: &mut W,
    title: &str,
    (rows, total): (&[RunRow], Option<u64>),
    context: &Context<'_>,
) -> io::Result<()> {
    let list = RunList::new(title).with_total(total);
    let table = RunTable::new(out, context.clone(), list, Some(title));
    fill(table, rows)
}

/// Writes the runs of a list, and its notes.
pub(super) fn run_list<W: Write + ?Sized>(
    out: &mut W,
    list: &RunList,
    context: &Context<'_>,
) -> io::Result<()> {
    let table = RunTable::new(out, context.clone(), list.without_rows(), None);
    fill(table, list.rows())
}

fn fill<W: Write + ?Sized>(mut table: RunTable<'_, '_, W>, rows: &[RunRow]) -> io::Result<()> {
    table.count_tracks(rows.iter().any(|row| row.count().is_some()));
    rows.iter().try_for_each(|row| table.row(row))?;
    table.finish()
}
