//! An export of some tracks.

use std::collections::BTreeSet;
use std::io::Write;

use super::export::each_record;
use super::header::Header;
use super::lines::write_line;
use super::pages::PAGE;
use super::{ExportError, Record, TransferSummary};
use crate::{RunId, TrackId, TrackingStorage};

/// Writes some tracks as lines of JSON, like [`export_lines`](crate::export_lines): these tracks
/// with their keys, their runs, the indexes and the last ids given. Checkpoints are left out, since
/// whoever continues from one needs all tracks.
///
/// `tracks` must be sorted by id. A track that is not there any more is left out, so compare the
/// number of tracks in the result. `progress` is called every thousand lines.
///
/// # Errors
///
/// What the store or the writer reports.
pub fn export_track_lines(
    store: &dyn TrackingStorage,
    tracks: &[(TrackId, RunId)],
    mut out: impl Write,
    progress: &mut dyn FnMut(&TransferSummary),
) -> Result<TransferSummary, ExportError> {
    let runs: BTreeSet<RunId> = tracks.iter().map(|(_, run)| *run).collect();
    let is_wanted = |id: TrackId| tracks.binary_search_by_key(&id, |(id, _)| *id).is_ok();
    let mut moved = TransferSummary::default();
    let mut line = Vec::new();
    write_line(&mut out, &mut line, &Header::of_now(), || {
        "the header".to_owned()
    })?;
    let mut left = PAGE;
    each_record(store, |record| {
        let is_part = match &record {
            Record::Run(run) => runs.contains(&run.id()),
            Record::Track(track) => is_wanted(track.id()),
            Record::Key(used) => is_wanted(used.track()),
            Record::Checkpoint(_) => false,
            Record::Index(_) | Record::Counters(_) => true,
        };
        if !is_part {
            return Ok(());
        }
        moved.add(&record);
        left -= 1;
        if left == 0 {
            progress(&moved);
            left = PAGE;
        }
        write_line(&mut out, &mut line, &record, || "a record".to_owned())
    })?;
    out.flush().map_err(ExportError::Write)?;
    progress(&moved);
    Ok(moved)
}
