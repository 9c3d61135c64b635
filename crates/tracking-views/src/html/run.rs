//! One run as HTML.

use std::io::{self, Write};

use askama::Template;
use tracking_core::Run;

use super::page::page;
use super::track_list::track_list;
use super::value::write;
use crate::model::{RunView, TrackList, TrackRow};
use crate::shown::{Visible, grouped, moment, span};

#[derive(Template)]
#[template(path = "run.html")]
struct Body<'a> {
    view: &'a RunView,
    run: &'a Run,
    count: Option<String>,
}

/// Writes a run as a fragment: its task, state, start, end, length and count, and its tracks as
/// they come.
///
/// # Errors
///
/// Those of the writer.
pub fn run<W, I>(out: &mut W, view: &RunView, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    let run = view.run();
    let count = view.count().map(grouped);
    write(out, &Body { view, run, count })?;
    let title = format!("Tracks of {}", view.title());
    track_list(out, &TrackList::new(title), rows)
}

/// Writes a run as a page that stands alone.
///
/// # Errors
///
/// Those of the writer.
pub fn run_page<W, I>(out: &mut W, view: &RunView, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    page(out, view.title(), |out| run(out, view, rows))
}
