//! Shorthands.

use std::io::{self, Write};

use super::HtmlRenderer;
use crate::model::{Overview, RunView, TrackList, TrackRow, TrackView};

/// Writes an overview as a fragment: totals, a chart of the days with a table behind it,
/// rankings, problems, notes.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn overview<W: Write + ?Sized>(out: &mut W, overview: &Overview) -> io::Result<()> {
    HtmlRenderer::new().view(out, overview)
}

/// Writes an overview as a complete page.
///
/// # Errors
///
/// Returns an error of the writer.
///
/// ```
/// use tracking_views::{Overview, html};
///
/// let mut page = Vec::new();
/// html::overview_page(&mut page, &Overview::new("a <b>log</b>"))?;
/// let page = String::from_utf8_lossy(&page);
/// assert!(page.contains("<h1><bdi>a &#60;b&#62;log&#60;/b&#62;</bdi></h1>"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn overview_page<W: Write + ?Sized>(out: &mut W, view: &Overview) -> io::Result<()> {
    HtmlRenderer::new().page(out, view)
}

/// Writes a track as a fragment: its id, time, task, run and user, and its data as a tree.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn track<W: Write + ?Sized>(out: &mut W, view: &TrackView) -> io::Result<()> {
    HtmlRenderer::new().view(out, view)
}

/// Writes a track as a complete page.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn track_page<W: Write + ?Sized>(out: &mut W, view: &TrackView) -> io::Result<()> {
    HtmlRenderer::new().page(out, view)
}

/// Writes a list of tracks as a fragment, in the order in which they come.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn track_list<W, I>(out: &mut W, list: &TrackList, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    HtmlRenderer::new().track_list(out, list, rows)
}

/// Writes a list of tracks as a complete page.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn track_list_page<W, I>(out: &mut W, list: &TrackList, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    HtmlRenderer::new().track_list_page(out, list, rows)
}

/// Writes a run as a fragment: its task, state, start, end, length and count, and its tracks as
/// they come.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn run<W, I>(out: &mut W, view: &RunView, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    HtmlRenderer::new().run(out, view, rows)
}

/// Writes a run as a complete page.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn run_page<W, I>(out: &mut W, view: &RunView, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    HtmlRenderer::new().run_page(out, view, rows)
}
