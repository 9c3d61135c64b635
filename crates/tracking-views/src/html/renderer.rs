//! The HTML renderer.

use std::io::{self, Write};

use super::page::{close, open};
use super::track_table::Placement;
use super::{RunTable, TrackTable};
use crate::Context;
use crate::model::{RunList, RunView, TrackList, TrackRow, View};
use crate::renderer::Renderer;

/// Writes views as HTML.
///
/// ```
/// use tracking_views::links::{Links, encode};
/// use tracking_views::{Context, HtmlRenderer, Overview, Ranking};
/// use tracking_core::{GroupKey, TaskId};
///
/// struct Site;
///
/// impl Links for Site {
///     fn task(&self, task: &str) -> Option<String> {
///         Some(format!("/task?id={}", encode(task)))
///     }
/// }
/// let task = GroupKey::Task(TaskId::new("a & b")?);
/// let view = Overview::new("All").with_ranking(Ranking::new("Top", "Task").with_key(task, 1));
/// let mut page = Vec::new();
/// HtmlRenderer::new().with_context(Context::new().with_links(&Site)).page(&mut page, &view)?;
/// assert!(String::from_utf8(page)?.contains(r#"<a href="/task?id=a%20%26%20b">"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct HtmlRenderer<'c> {
    pub(super) context: Context<'c>,
}

impl<'c> HtmlRenderer<'c> {
    /// Writes in UTC, without links.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the viewer and the program that the views are for.
    pub fn with_context(self, context: Context<'c>) -> Self {
        Self { context }
    }

    /// Writes a view as a fragment.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn view<W: Write + ?Sized>(&self, out: &mut W, view: &dyn View) -> io::Result<()> {
        self.write_view(out, view)
    }

    /// Writes a view as a complete page.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn page<W: Write + ?Sized>(&self, out: &mut W, view: &dyn View) -> io::Result<()> {
        open(out, view, &self.context)?;
        self.view(out, view)?;
        close(out)
    }

    /// Writes a list of tracks as a fragment, in the order in which they come; each row is
    /// written as it comes.
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

    /// Writes a list of tracks as a complete page.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn track_list_page<W, I>(&self, out: &mut W, list: &TrackList, rows: I) -> io::Result<()>
    where
        W: Write + ?Sized,
        I: IntoIterator,
        I::Item: TrackRow,
    {
        fill(self.table_page(out, list, list)?, rows)
    }

    /// Writes a run as a fragment, and its tracks as they come.
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

    /// Writes a run as a complete page.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn run_page<W, I>(&self, out: &mut W, view: &RunView, rows: I) -> io::Result<()>
    where
        W: Write + ?Sized,
        I: IntoIterator,
        I::Item: TrackRow,
    {
        fill(self.table_page(out, view, &view.track_list())?, rows)
    }

    /// Writes a view as a fragment and begins a table of tracks below it, for callers that get
    /// one track after the other, such as the visitor of a store. For a list of tracks alone,
    /// the view is the list.
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
        Ok(self.begin_table(out, view, list, Placement::Fragment))
    }

    /// Does the same for a complete page, which [`TrackTable::finish`] ends.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn table_page<'w, W: Write + ?Sized>(
        &self,
        out: &'w mut W,
        view: &dyn View,
        list: &TrackList,
    ) -> io::Result<TrackTable<'w, 'c, W>> {
        open(out, view, &self.context)?;
        self.view(out, view)?;
        Ok(self.begin_table(out, view, list, Placement::Page))
    }

    /// Writes the head of a list of runs as a fragment and the runs that it has; the caller
    /// adds further runs to the table one by one.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn run_table<'w, W: Write + ?Sized>(
        &self,
        out: &'w mut W,
        list: &RunList,
    ) -> io::Result<RunTable<'w, 'c, W>> {
        if let Some(query) = list.query() {
            self.write_run_query(out, query)?;
        }
        let mut table = RunTable::new(out, self.context.clone(), list.without_rows(), None);
        list.rows().iter().try_for_each(|row| table.row(row))?;
        Ok(table)
    }

    /// Does the same for a complete page, which [`RunTable::finish`] ends.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn run_table_page<'w, W: Write + ?Sized>(
        &self,
        out: &'w mut W,
        list: &RunList,
    ) -> io::Result<RunTable<'w, 'c, W>> {
        open(out, list, &self.context)?;
        Ok(self.run_table(out, list)?.of_page())
    }

    /// A table; it has no heading if that would repeat the title of the view.
    fn begin_table<'w, W: Write + ?Sized>(
        &self,
        out: &'w mut W,
        view: &dyn View,
        list: &TrackList,
        placement: Placement,
    ) -> TrackTable<'w, 'c, W> {
        let has_heading = view.heading(&self.context) != list.title();
        TrackTable::for_list(out, self.context.clone(), (list, has_heading), placement)
    }
}

impl<'w, W: Write + ?Sized> TrackTable<'w, '_, W> {
    /// Begins a list of tracks as a fragment, in UTC.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn new(out: &'w mut W, list: &TrackList) -> io::Result<TrackTable<'w, 'static, W>> {
        HtmlRenderer::new().table(out, list, list)
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
