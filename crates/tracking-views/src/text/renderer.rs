//! The text renderer.

use std::io::{self, Write};

use super::line::{heading, title};
use super::settings::Settings;
use super::{RunTable, TextOptions, TrackTable};
use crate::Context;
use crate::model::{RunList, RunView, TrackList, TrackRow, View};
use crate::renderer::Renderer;

/// Writes views as text.
///
/// ```
/// use tracking_views::{Overview, TextRenderer, TextOptions};
///
/// let text = TextRenderer::new().with_options(TextOptions::new().with_width(Some(80)));
/// let mut out = Vec::new();
/// text.view(&mut out, &Overview::new("What was tracked").with_total("Tracks", 12_345_u64))?;
/// assert_eq!(String::from_utf8_lossy(&out), "What was tracked\n\nTracks  12,345\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct TextRenderer<'c> {
    pub(super) settings: Settings<'c>,
}

impl<'c> TextRenderer<'c> {
    /// Writes for a file, in UTC.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the viewer and the program that the views are for.
    pub fn with_context(self, context: Context<'c>) -> Self {
        let options = self.settings.options;
        Self {
            settings: Settings { context, options },
        }
    }

    /// Sets the width and the use of colour.
    pub fn with_options(self, options: TextOptions) -> Self {
        let context = self.settings.context;
        Self {
            settings: Settings { context, options },
        }
    }

    /// Writes a view.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn view<W: Write + ?Sized>(&self, out: &mut W, view: &dyn View) -> io::Result<()> {
        title(
            out,
            &view.heading(&self.settings.context),
            self.settings.options,
        )?;
        self.write_view(out, view)
    }

    /// Writes a list of tracks, one line each, in the order in which they come.
    ///
    /// Rows are written as they come: the widths of the columns follow the first hundred, and
    /// longer values after those are cut.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn track_list<W, I>(&self, out: &mut W, list: &TrackList, rows: I) -> io::Result<()>
    where
        W: Write + ?Sized,
        I: IntoIterator,
        I::Item: TrackRow,
    {
        fill(self.table(out, list, list)?, rows)
    }

    /// Writes a run, and its tracks as they come.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn run<W, I>(&self, out: &mut W, view: &RunView, rows: I) -> io::Result<()>
    where
        W: Write + ?Sized,
        I: IntoIterator,
        I::Item: TrackRow,
    {
        fill(self.table(out, view, &view.track_list())?, rows)
    }

    /// Writes a view and begins a table of tracks below it, for callers that get one track after
    /// the other, such as the visitor of a store. For a list of tracks alone, the view is the
    /// list.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn table<'w, W: Write + ?Sized>(
        &self,
        out: &'w mut W,
        view: &dyn View,
        list: &TrackList,
    ) -> io::Result<TrackTable<'w, 'c, W>> {
        self.view(out, view)?;
        // A heading that repeats the title of the view is omitted.
        if view.heading(&self.settings.context) == list.title() {
            writeln!(out)?;
        } else {
            heading(out, list.title(), self.settings.options)?;
        }
        Ok(TrackTable::for_list(out, self.settings.clone(), list))
    }

    /// Writes the head of a list of runs and the runs that it has; the caller adds further runs
    /// to the table one by one.
    ///
    /// ```
    /// use tracking_core::{Run, RunId, Timestamp};
    /// use tracking_views::{RunList, RunRow, TextRenderer};
    ///
    /// let mut out = Vec::new();
    /// let mut table = TextRenderer::new().run_table(&mut out, &RunList::new("Runs"))?;
    /// let (first, last) = (Timestamp::EPOCH, Timestamp::from_secs(90)?);
    /// table.row(&RunRow::new(Run::new(RunId::FIRST, None, first, last)).with_count(3))?;
    /// table.finish()?;
    /// let shown = String::from_utf8(out)?;
    /// assert!(shown.contains("  1  1970-01-01 00:00:00  1 min 30 s  session"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn run_table<'w, W: Write + ?Sized>(
        &self,
        out: &'w mut W,
        list: &RunList,
    ) -> io::Result<RunTable<'w, 'c, W>> {
        title(out, list.title(), self.settings.options)?;
        if let Some(query) = list.query() {
            self.write_run_query(out, query)?;
        }
        writeln!(out)?;
        let mut table = RunTable::new(out, self.settings.clone(), list.without_rows());
        list.rows().iter().try_for_each(|row| table.row(row))?;
        Ok(table)
    }
}

fn fill<W, I>(mut table: TrackTable<'_, '_, W>, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    for row in rows {
        table.row(&row.as_track_ref())?;
    }
    table.finish()
}
