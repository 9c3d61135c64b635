//! Shorthands.

use std::io::{self, Write};

use super::{TextOptions, TextRenderer};
use crate::model::{Overview, RunView, TrackList, TrackRow, TrackView};

/// Writes an overview: totals, a bar per day, rankings, problems, notes.
///
/// # Errors
///
/// Returns an error of the writer.
///
/// ```
/// use tracking_views::{Overview, TextOptions, text};
///
/// let overview = Overview::new("access.log").with_total("Requests", 1382_u64);
/// let mut out = Vec::new();
/// text::overview(&mut out, &overview, TextOptions::new())?;
/// assert_eq!(String::from_utf8_lossy(&out), "access.log\n\nRequests  1,382\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn overview<W: Write + ?Sized>(
    out: &mut W,
    overview: &Overview,
    options: TextOptions,
) -> io::Result<()> {
    TextRenderer::new()
        .with_options(options)
        .view(out, overview)
}

/// Writes a track: its id, time, task, run and user, and its data as a tree.
///
/// Where there is no width, values of the data are written whole.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn track<W: Write + ?Sized>(
    out: &mut W,
    view: &TrackView,
    options: TextOptions,
) -> io::Result<()> {
    TextRenderer::new().with_options(options).view(out, view)
}

/// Writes a list of tracks, one line each, in the order in which they come; see
/// [`TextRenderer::track_list`].
///
/// # Errors
///
/// Returns an error of the writer.
pub fn track_list<W, I>(
    out: &mut W,
    list: &TrackList,
    rows: I,
    options: TextOptions,
) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    TextRenderer::new()
        .with_options(options)
        .track_list(out, list, rows)
}

/// Writes a run: its task, state, start, end, length and count, and its tracks as they come.
///
/// # Errors
///
/// Returns an error of the writer.
pub fn run<W, I>(out: &mut W, view: &RunView, rows: I, options: TextOptions) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    TextRenderer::new()
        .with_options(options)
        .run(out, view, rows)
}
