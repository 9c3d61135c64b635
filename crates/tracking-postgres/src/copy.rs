//! Rows in the binary form of `copy`, which takes the server less time than a statement.

use bytes::{BufMut as _, Bytes, BytesMut};
use tracking_core::Track;

use crate::names::split;
use crate::statement::Sql;
use crate::values::Time;

/// How long the pieces are that are sent.
const CHUNK_BYTES: usize = 64 * 1024;
/// What the binary form begins with: a signature, no flags, and a header without an extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with, where a row has the number of its columns.
const TRAILER: i16 = -1;

/// A `copy` from this program.
pub(crate) struct Copy<'c> {
    pub(crate) statement: Sql,
    pub(crate) chunks: Box<dyn Iterator<Item = Bytes> + Send + 'c>,
}

impl<'c> Copy<'c> {
    /// Copies new tracks.
    pub(crate) fn of_tracks(store: &'c str, tracks: Vec<(i64, &'c Track)>) -> Self {
        let statement = Sql::fixed(
            "copy tracking.track \
             (store, id, task, task_rest, run, username, username_rest, time, data) \
             from stdin (format binary)",
        );
        let chunks = Chunks {
            store,
            tracks: tracks.into_iter(),
            buffer: BytesMut::from(HEADER),
            is_complete: false,
        };
        Self {
            statement,
            chunks: Box::new(chunks),
        }
    }
}

/// New tracks in pieces.
struct Chunks<'c, I> {
    store: &'c str,
    tracks: I,
    buffer: BytesMut,
    is_complete: bool,
}

impl<'c, I: Iterator<Item = (i64, &'c Track)>> Iterator for Chunks<'c, I> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        if self.is_complete {
            return None;
        }
        while self.buffer.len() < CHUNK_BYTES {
            let Some((number, track)) = self.tracks.next() else {
                self.buffer.put_i16(TRAILER);
                self.is_complete = true;
                break;
            };
            put_track(&mut self.buffer, self.store, number, track);
        }
        Some(self.buffer.split().freeze())
    }
}

fn put_track(row: &mut BytesMut, store: &str, number: i64, track: &Track) {
    let (task, task_rest) = split(track.task());
    let (user, user_rest) = split(track.user());
    row.put_i16(9);
    put_text(row, Some(store));
    put_int(row, number);
    put_text(row, Some(task));
    put_text(row, task_rest);
    put_int(row, i64::try_from(track.run().number()).unwrap_or(i64::MAX));
    put_text(row, Some(user));
    put_text(row, user_rest);
    put_int(row, Time(track.time()).since_2000());
    put_text(row, Some(track.data().as_str()));
}

fn put_text(row: &mut BytesMut, text: Option<&str>) {
    match text {
        Some(text) => {
            // The server refuses what is too long.
            row.put_i32(i32::try_from(text.len()).unwrap_or(i32::MAX));
            row.put_slice(text.as_bytes());
        }
        None => row.put_i32(-1),
    }
}

fn put_int(row: &mut BytesMut, number: i64) {
    row.put_i32(8);
    row.put_i64(number);
}
