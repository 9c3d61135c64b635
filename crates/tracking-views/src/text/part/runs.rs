//! Runs.

use std::io::{self, Write};

use crate::model::{RunList, RunRow};
use crate::text::RunTable;
use crate::text::line::heading;
use crate::text::settings::Settings;

/// Writes some runs below a title.
pub(super) fn runs<W: Write + ?Sized>(
    out: &mut W,
    title: &str,
    (rows, total): (&[RunRow], Option<u64>),
    settings: &Settings<'_>,
) -> io::Result<()> {
    heading(out, title, settings.options)?;
    let list = RunList::new(title).with_total(total);
    fill(RunTable::new(out, settings.clone(), list), rows)
}

/// Writes the runs of a list, and its notes.
pub(super) fn run_list<W: Write + ?Sized>(
    out: &mut W,
    list: &RunList,
    settings: &Settings<'_>,
) -> io::Result<()> {
    writeln!(out)?;
    let table = RunTable::new(out, settings.clone(), list.without_rows());
    fill(table, list.rows())
}

fn fill<W: Write + ?Sized>(mut table: RunTable<'_, '_, W>, rows: &[RunRow]) -> io::Result<()> {
    table.count_tracks(rows.iter().any(|row| row.count().is_some()));
    rows.iter().try_for_each(|row| table.row(row))?;
    table.finish()
}
