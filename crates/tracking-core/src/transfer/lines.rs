//! An export as lines of JSON.

use std::io::{self, BufRead, Read, Write};

use super::export::each_record;
use super::header::Header;
use super::pages::PAGE;
use super::restorer::{Refused, Restorer};
use super::{ExportError, ImportError, Record, TransferSummary};
use crate::TrackingStorage;

/// Writes everything that a store holds as lines of JSON: a first line that says what it is, a
/// line for each [`Record`] in the order of [`export`](crate::export), and the last ids given at
/// the end. `progress` is called every thousand lines.
///
/// ```text
/// {"format":"tracking-export","version":1}
/// {"index":"page"}
/// {"run":{"id":1,"task":"b1","start":"2026-11-23T09:00:00Z","end":"2026-11-23T09:20:00Z","finished":false,"current":true}}
/// {"track":{"id":1,"task":"b1","run":1,"user":"anna","time":"2026-11-23T09:20:00Z","data":{"page":3}}}
/// {"key":{"key":"k1","track":1,"fingerprint":"31543d3dbb2c94741987a6b3b0950d9f"}}
/// {"checkpoint":{"name":"log","position":{"line":7}}}
/// {"counters":{"last_track":1,"last_run":1}}
/// ```
///
/// All lines are of one moment, whatever is written to the store meanwhile. The lines of a store
/// are always the same, so exports can be compared; imported into an empty
/// store and exported again, they come out byte by byte as they went in.
///
/// This is also how a program keeps what it has in memory: see [`import_lines`].
///
/// # Errors
///
/// What the store or the writer reports. What was written up to then has no last line, which
/// [`import_lines`] tells.
pub fn export_lines(
    store: &dyn TrackingStorage,
    out: impl Write,
    progress: &mut dyn FnMut(&TransferSummary),
) -> Result<TransferSummary, ExportError> {
    export_matching_lines(store, |_| true, out, progress)
}

/// Writes the header and the records that a condition holds for, as lines.
pub(super) fn export_matching_lines(
    store: &dyn TrackingStorage,
    matches: impl Fn(&Record) -> bool,
    mut out: impl Write,
    progress: &mut dyn FnMut(&TransferSummary),
) -> Result<TransferSummary, ExportError> {
    let mut moved = TransferSummary::default();
    let mut line = Vec::new();
    write_line(&mut out, &mut line, &Header::of_now(), || {
        "the header".to_owned()
    })?;
    let mut left = PAGE;
    each_record(store, |record| {
        if !matches(&record) {
            return Ok(());
        }
        moved.add(&record);
        left -= 1;
        if left == 0 {
            progress(&moved);
            left = PAGE;
        }
        write_line(&mut out, &mut line, &record, || what(&record))
    })?;
    out.flush().map_err(ExportError::Write)?;
    progress(&moved);
    Ok(moved)
}

fn write_line(
    out: &mut impl Write,
    line: &mut Vec<u8>,
    content: &impl serde::Serialize,
    what: impl FnOnce() -> String,
) -> Result<(), ExportError> {
    line.clear();
    serde_json::to_writer(&mut *line, content).map_err(|source| ExportError::Damaged {
        what: what(),
        source,
    })?;
    line.push(b'\n');
    out.write_all(line).map_err(ExportError::Write)
}

/// What a record is, for who has to find it.
fn what(record: &Record) -> String {
    match record {
        Record::Track(track) => format!("track {}", track.id()),
        Record::Checkpoint(checkpoint) => format!("checkpoint {:?}", checkpoint.name()),
        _ => "a record".to_owned(),
    }
}

/// How many bytes a line of an import has at most: more than any record that was ever loaded.
pub(super) const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// What some programs write in front of text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Restores what [`export_lines`] has written. Blank lines are skipped, and so is a byte order
/// mark at the start. A line has at most 64 MiB. `progress` is called after each step.
///
/// What the store has already is left alone and counted, so that an interrupted import can be
/// repeated. A program that keeps its tracks in memory begins and ends like this:
///
/// ```
/// use std::fs::{self, File};
/// use std::io::{BufReader, BufWriter};
/// use std::path::Path;
///
/// use tracking_core::{TrackingStorage, export_lines, import_lines};
///
/// type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
///
/// fn begin(store: &dyn TrackingStorage, state: &Path) -> Result<()> {
///     if state.exists() {
///         import_lines(store, BufReader::new(File::open(state)?), &mut |_| ())?;
///     }
///     Ok(())
/// }
///
/// fn end(store: &dyn TrackingStorage, state: &Path) -> Result<()> {
///     // Next to its place first, so that no half of it is ever there.
///     let new = state.with_extension("new");
///     let file = File::create(&new)?;
///     export_lines(store, BufWriter::new(&file), &mut |_| ())?;
///     file.sync_all()?;
///     Ok(fs::rename(new, state)?)
/// }
/// ```
///
/// # Errors
///
/// [`ImportError`] with the line concerned.
pub fn import_lines(
    store: &dyn TrackingStorage,
    mut input: impl BufRead,
    progress: &mut dyn FnMut(&TransferSummary),
) -> Result<TransferSummary, ImportError> {
    let mut text = Vec::new();
    read_line(&mut input, Header::MAX_BYTES, 1, &mut text)?;
    Header::check(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text))?;

    let mut restorer = Restorer::new(store, progress);
    let (mut line, mut is_whole) = (1, false);
    loop {
        text.clear();
        read_line(&mut input, MAX_LINE_BYTES + 1, line + 1, &mut text)?;
        if text.is_empty() {
            break;
        }
        line += 1;
        if text.len() as u64 > MAX_LINE_BYTES && !text.ends_with(b"\n") {
            let limit = MAX_LINE_BYTES;
            return Err(ImportError::TooLong { line, limit });
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let record = record(text.trim_ascii_end(), line)?;
        is_whole = matches!(record, Record::Counters(_));
        restorer.take(line, record)?;
    }
    let moved = restorer.finish()?;
    if is_whole {
        Ok(moved)
    } else {
        Err(ImportError::CutOff { line })
    }
}

/// Reads a line, or so many bytes of it.
fn read_line(
    input: &mut impl BufRead,
    limit: u64,
    line: u64,
    text: &mut Vec<u8>,
) -> Result<(), ImportError> {
    let read = input.take(limit).read_until(b'\n', text);
    read.map_err(|source| ImportError::Read { line, source })?;
    Ok(())
}

fn record(text: &[u8], line: u64) -> Result<Record, ImportError> {
    serde_json::from_slice(text).map_err(|error| ImportError::Line(numbered(text, line, error)))
}

/// The same error once more, with the number of the line instead of 1: what is read on behind
/// so many line feeds.
fn numbered(text: &[u8], line: u64, error: serde_json::Error) -> serde_json::Error {
    let before = io::repeat(b'\n').take(line - 1);
    let read: Result<Record, _> = serde_json::from_reader(before.chain(text));
    read.err().unwrap_or(error)
}

impl From<Refused> for ImportError {
    fn from(Refused { number, error }: Refused) -> Self {
        match number {
            Some(line) => Self::Record {
                line,
                source: error,
            },
            None => Self::Store(error),
        }
    }
}
