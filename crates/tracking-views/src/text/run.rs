//! One run as text.

use std::io::{self, Write};

use super::line::title;
use super::track::fields;
use super::{TextOptions, TrackTable};
use crate::model::{RunView, TrackRow};
use crate::shown::{grouped, moment, span};

/// Writes a run: its task, state, start, end, length and count, and its tracks as they come.
///
/// # Errors
///
/// Those of the writer.
pub fn run<W, I>(out: &mut W, view: &RunView, rows: I, options: TextOptions) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    title(out, view.title(), options)?;
    writeln!(out)?;
    let run = view.run();
    let task = run.task().map(ToString::to_string).unwrap_or_default();
    let mut pairs = vec![
        ("Task", task),
        ("State", view.state().to_owned()),
        ("Start", format!("{} UTC", moment(run.start()))),
        ("End", format!("{} UTC", moment(run.end()))),
        ("Length", span(view.duration())),
    ];
    if let Some(count) = view.count() {
        pairs.push(("Tracks", grouped(count)));
    }
    fields(out, &pairs, options)?;
    writeln!(out)?;
    let mut table = TrackTable::new(out, options);
    for row in rows {
        table.row(&row.lend())?;
    }
    table.finish()
}
