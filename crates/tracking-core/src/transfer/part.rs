//! An export of some tracks.

use std::collections::BTreeSet;
use std::io::Write;

use super::lines::export_matching_lines;
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
    out: impl Write,
    progress: &mut dyn FnMut(&TransferSummary),
) -> Result<TransferSummary, ExportError> {
    let runs: BTreeSet<RunId> = tracks.iter().map(|(_, run)| *run).collect();
    let is_listed = |id: TrackId| tracks.binary_search_by_key(&id, |(id, _)| *id).is_ok();
    let matches = |record: &Record| match record {
        Record::Run(run) => runs.contains(&run.id()),
        Record::Track(track) => is_listed(track.id()),
        Record::Key(used) => is_listed(used.track()),
        Record::Checkpoint(_) => false,
        Record::Index(_) | Record::Counters(_) => true,
    };
    export_matching_lines(store, matches, out, progress)
}
