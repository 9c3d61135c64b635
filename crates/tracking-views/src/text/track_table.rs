//! Many tracks as text.

use std::io::{self, Write};

use tracking_core::{Cursor, TrackRef};

use super::line::write_line;
use super::paint::Style;
use super::table::{Column, Table};
use super::{Text, TextOptions};
use crate::model::TrackList;
use crate::shown::{rows_of_all, summary};

/// The table of a list of tracks, for who has no iterator but is handed one track after the
/// other, as the visitor of a store is.
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
    text: Text<'c>,
    table: Table,
    count: u64,
    total: Option<u64>,
    next: Option<Cursor>,
}

impl<'w, 'c, W: Write + ?Sized> TrackTable<'w, 'c, W> {
    /// A table without rows, in UTC.
    pub fn new(out: &'w mut W, options: TextOptions) -> TrackTable<'w, 'static, W> {
        let text = Text::new().with_options(options);
        TrackTable::below(out, text, &TrackList::default())
    }

    /// A table without rows.
    pub(super) fn below(out: &'w mut W, text: Text<'c>, list: &TrackList) -> Self {
        let mut columns = vec![
            Column::number("Id").styled(Style::Faint),
            Column::short(&text.context.time_heading()),
            Column::long("Task"),
            Column::number("Run"),
            Column::long("User"),
        ];
        for own in text.context.columns() {
            let column = Column::long(own.title());
            columns.push(if own.is_aligned_right() {
                column.aligned_right()
            } else {
                column
            });
        }
        columns.push(Column::long("Data").styled(Style::Faint));
        Self {
            out,
            table: Table::new(columns, text.options),
            text,
            count: 0,
            total: list.total(),
            next: list.next(),
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn row(&mut self, track: &TrackRef<'_>) -> io::Result<()> {
        self.count += 1;
        let context = &self.text.context;
        let mut cells = vec![
            track.id().to_string(),
            context.when(track.time()).text,
            context.task(track.task()).text,
            track.run().to_string(),
            context.user(track.user()).text,
        ];
        cells.extend(context.columns().iter().map(|own| own.value(track)));
        cells.push(summary(track.data()));
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        self.table.row(self.out, &cells)
    }

    /// Writes what was held back, and how many rows there were.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish(self) -> io::Result<()> {
        let next = self.next;
        self.finish_at(next)
    }

    /// Writes what was held back, and nothing else.
    pub(super) fn finish_bare(mut self) -> io::Result<()> {
        self.table.finish(self.out)
    }

    /// The same, where it has come out only now where the next page begins.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish_at(mut self, next: Option<Cursor>) -> io::Result<()> {
        let options = self.text.options;
        if self.count == 0 {
            return write_line(self.out, "No tracks.", Style::Faint, options);
        }
        self.table.finish(self.out)?;
        writeln!(self.out)?;
        let line = rows_of_all(self.count, self.total, "track", "tracks");
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
