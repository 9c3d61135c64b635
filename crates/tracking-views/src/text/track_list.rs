//! Many tracks as text.

use std::io::{self, Write};

use tracking_core::TrackRef;

use super::TextOptions;
use super::line::{title, write_line};
use super::paint::Style;
use super::table::{Column, Table};
use crate::model::{TrackList, TrackRow};
use crate::shown::{counted, moment, summary};

/// Writes a list of tracks, one line each, in the order in which they come.
///
/// Rows are written as they come: the widths of the columns follow the first hundred, and
/// longer values after those are cut.
///
/// # Errors
///
/// Those of the writer.
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
    title(out, list.title(), options)?;
    if let Some(note) = list.note() {
        write_line(out, note, Style::Faint, options)?;
    }
    writeln!(out)?;
    let mut table = TrackTable::new(out, options);
    for row in rows {
        table.row(&row.lend())?;
    }
    table.finish()
}

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
pub struct TrackTable<'w, W: Write + ?Sized> {
    out: &'w mut W,
    options: TextOptions,
    table: Table,
    count: u64,
}

impl<'w, W: Write + ?Sized> TrackTable<'w, W> {
    /// A table without rows.
    pub fn new(out: &'w mut W, options: TextOptions) -> Self {
        let columns = vec![
            Column::number("Id").styled(Style::Faint),
            Column::short("Time (UTC)"),
            Column::long("Task"),
            Column::number("Run"),
            Column::long("User"),
            Column::long("Data").styled(Style::Faint),
        ];
        Self {
            out,
            options,
            table: Table::new(columns, options),
            count: 0,
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn row(&mut self, track: &TrackRef<'_>) -> io::Result<()> {
        self.count += 1;
        let (id, time) = (track.id().to_string(), moment(track.time()).to_string());
        let (run, data) = (track.run().to_string(), summary(track.data()));
        let cells = [id.as_str(), &time, track.task(), &run, track.user(), &data];
        self.table.row(self.out, &cells)
    }

    /// Writes what was held back, and how many rows there were.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<()> {
        if self.count == 0 {
            return write_line(self.out, "No tracks.", Style::Faint, self.options);
        }
        self.table.finish(self.out)?;
        writeln!(self.out)?;
        let line = counted(self.count, "track", "tracks");
        write_line(self.out, &line, Style::Faint, self.options)
    }
}
