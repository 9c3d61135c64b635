//! Many tracks as HTML.

use std::io::{self, Write};

use askama::Template;
use tracking_core::TrackRef;

use super::page::page;
use super::value::write;
use crate::model::{TrackList, TrackRow};
use crate::shown::{Visible, counted, moment, summary};

#[derive(Template)]
#[template(path = "tracks_open.html")]
struct Open<'a> {
    note: Option<&'a str>,
    caption: &'a str,
}

#[derive(Template)]
#[template(path = "tracks_row.html")]
struct Row<'a> {
    track: TrackRef<'a>,
    data: &'a str,
}

#[derive(Template)]
#[template(path = "tracks_close.html")]
struct Close {
    rows: String,
}

/// Writes a list of tracks as a fragment, in the order in which they come; each row is written
/// as it comes.
///
/// # Errors
///
/// Those of the writer.
pub fn track_list<W, I>(out: &mut W, list: &TrackList, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    let mut table = TrackTable::new(out, list)?;
    for row in rows {
        table.row(&row.lend())?;
    }
    table.finish()
}

/// Writes a list of tracks as a page that stands alone.
///
/// # Errors
///
/// Those of the writer.
pub fn track_list_page<W, I>(out: &mut W, list: &TrackList, rows: I) -> io::Result<()>
where
    W: Write + ?Sized,
    I: IntoIterator,
    I::Item: TrackRow,
{
    page(out, list.title(), |out| track_list(out, list, rows))
}

/// The table of a list of tracks, for who has no iterator but is handed one track after the
/// other, as the visitor of a store is.
#[derive(Debug)]
pub struct TrackTable<'w, W: Write + ?Sized> {
    out: &'w mut W,
    count: u64,
}

impl<'w, W: Write + ?Sized> TrackTable<'w, W> {
    /// Begins the fragment.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn new(out: &'w mut W, list: &TrackList) -> io::Result<Self> {
        let open = Open {
            note: list.note(),
            caption: list.title(),
        };
        write(out, &open)?;
        Ok(Self { out, count: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn row(&mut self, track: &TrackRef<'_>) -> io::Result<()> {
        self.count += 1;
        let data = summary(track.data());
        let row = Row {
            track: *track,
            data: &data,
        };
        write(self.out, &row)
    }

    /// Ends the fragment, with how many rows there were.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish(self) -> io::Result<()> {
        let rows = if self.count == 0 {
            String::new()
        } else {
            counted(self.count, "track", "tracks")
        };
        write(self.out, &Close { rows })
    }
}
