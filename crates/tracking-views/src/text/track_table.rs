//! Many tracks as text.

use std::io::{self, Write};

use tracking_core::{Cursor, TrackRef};

use super::TextOptions;
use super::line::write_line;
use super::paint::Style;
use super::settings::Settings;
use super::table::{Column, Table};
use crate::Context;
use crate::cells::TrackCells;
use crate::format::rows_of_all;
use crate::model::{TrackColumn, TrackList};

/// In a narrower line, measured in columns, little space is left for the data.
const NARROW_WIDTH: usize = 100;

/// The table of a list of tracks, for callers that get one track at a time, such as the
/// visitor of a store.
///
/// ```
/// use tracking_core::{NewTrack, RunId, TaskId, Timestamp, Track, TrackId, UserName};
/// use tracking_views::{TextOptions, text::TrackTable};
///
/// let data = r#"{"page":3}"#.parse()?;
/// let (task, user) = (TaskId::new("a001")?, UserName::new("u1")?);
/// let track = Track::new(TrackId::FIRST, task, RunId::FIRST, user, Timestamp::EPOCH, data);
///
/// let mut out = Vec::new();
/// let mut table = TrackTable::new(&mut out, TextOptions::new());
/// table.row(&track.as_ref())?;
/// table.finish()?;
/// assert!(String::from_utf8(out)?.ends_with("1970-01-01 00:00:00  a001    1  u1    page: 3\n\n1 track\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TrackTable<'w, 'c, W: Write + ?Sized> {
    out: &'w mut W,
    settings: Settings<'c>,
    table: Table,
    list: TrackList,
    count: u64,
}

impl<'w, 'c, W: Write + ?Sized> TrackTable<'w, 'c, W> {
    /// A table without rows, in UTC.
    pub fn new(out: &'w mut W, options: TextOptions) -> TrackTable<'w, 'static, W> {
        let settings = Settings {
            context: Context::new(),
            options,
        };
        TrackTable::for_list(out, settings, &TrackList::default())
    }

    /// A table without rows.
    pub(super) fn for_list(out: &'w mut W, settings: Settings<'c>, list: &TrackList) -> Self {
        let time = settings.context.time_heading();
        let terms = settings.context.terms();
        let mut columns = vec![
            Column::number("Id").styled(Style::Faint),
            Column::short(&time),
        ];
        let known = [
            (TrackColumn::Task, Column::long(&terms.task().title())),
            (TrackColumn::Run, Column::number(&terms.run().title())),
            (TrackColumn::User, Column::long(&terms.user().title())),
        ];
        let known = known.into_iter().filter(|known| list.has(known.0));
        columns.extend(known.map(|known| known.1));
        columns.extend(settings.context.columns().iter().map(|added| {
            let column = Column::long(added.title()).dispensable();
            if added.is_aligned_right() {
                column.aligned_right()
            } else {
                column
            }
        }));
        if list.has(TrackColumn::Data) {
            let data = Column::long("Data").styled(Style::Faint);
            columns.push(data.shrinking_first().dispensable());
        }
        Self {
            out,
            table: Table::new(columns, settings.options),
            settings,
            list: list.clone(),
            count: 0,
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn row(&mut self, track: &TrackRef<'_>) -> io::Result<()> {
        self.count += 1;
        let max_width = self.settings.options.max_width();
        let narrow = max_width.is_some_and(|max_width| max_width < NARROW_WIDTH);
        let cells = TrackCells::new(track, &self.list, &self.settings.context, narrow);
        self.table.row(self.out, &cells.texts())
    }

    /// Writes the pending rows and the number of rows.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn finish(self) -> io::Result<()> {
        let next = self.list.next();
        self.finish_at(next)
    }

    /// Writes the pending rows and nothing else.
    pub(super) fn finish_bare(mut self) -> io::Result<()> {
        self.table.finish(self.out)
    }

    /// Does the same with the start of the next page, if it was not known before.
    ///
    /// # Errors
    ///
    /// Returns an error of the writer.
    pub fn finish_at(mut self, next: Option<Cursor>) -> io::Result<()> {
        let options = self.settings.options;
        if self.count == 0 {
            let nothing = self.list.nothing(self.settings.context.terms());
            return write_line(self.out, &nothing, Style::Faint, options);
        }
        self.table.finish(self.out)?;
        writeln!(self.out)?;
        let mut line = rows_of_all(
            self.count,
            self.list.total(),
            self.settings.context.terms().track(),
        );
        let omitted = self.table.omitted_columns();
        if !omitted.is_empty() {
            line = format!("{line}; no room for {}", omitted.join(", "));
        }
        write_line(self.out, &line, Style::Faint, options)?;
        match next {
            Some(next) => write_line(
                self.out,
                &format!("Next after {next}"),
                Style::Faint,
                options,
            ),
            None => Ok(()),
        }
    }
}
