//! Archives tracks before they are removed.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use tracking_core::{
    Batch, Operation, Outcome, Query, RunId, TrackId, TrackingStorage, TransferSummary,
    export_track_lines,
};

use super::batches::{BATCH_SIZE, EmptyRunArgs, RemovalCounts, in_batches};
use crate::output::write_file;
use crate::pages::each_track;
use crate::progress::Steps;
use crate::schema::plural;

/// The option that archives removed tracks.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ArchiveArgs {
    /// Export what is removed to this new file first; if that fails, remove nothing
    ///
    /// The file has the tracks, their keys and their runs, as `tracking export` writes them;
    /// `tracking import` reads it. Nothing is removed before the file is completely on disk.
    #[arg(long, value_name = "FILE")]
    archive: Option<PathBuf>,
}

impl ArchiveArgs {
    /// The file, if one was given.
    pub(super) fn file(&self) -> Option<&Path> {
        self.archive.as_deref()
    }

    /// Returns why the file cannot be written, if so.
    pub(super) fn validate(&self) -> Option<String> {
        let file = self.file().filter(|file| file.exists())?;
        let file = file.display();
        Some(format!("--archive {file} exists already; name a new file"))
    }
}

/// The tracks of a query by id, each with its run.
pub(crate) fn tracks_of(
    store: &dyn TrackingStorage,
    query: &Query,
) -> Result<Vec<(TrackId, RunId)>> {
    let mut tracks = Vec::new();
    each_track(store, query, |track| {
        tracks.push((track.id(), track.run()));
        Ok(())
    })?;
    tracks.sort_unstable();
    Ok(tracks)
}

/// Exports tracks to a new file; fails unless the file has all of them.
pub(super) fn archive(
    store: &dyn TrackingStorage,
    file: &Path,
    tracks: &[(TrackId, RunId)],
) -> Result<()> {
    let steps = Steps::new("archived", Some(tracks.len() as u64));
    write_file(file, |out: &mut dyn Write| {
        let mut progress = |moved: &TransferSummary| steps.at(moved.tracks);
        let moved = export_track_lines(store, tracks, out, &mut progress);
        let moved = moved.map_err(crate::exit::export_error)?;
        if moved.tracks != tracks.len() as u64 {
            bail!("some of the tracks were removed by somebody else meanwhile; run it again");
        }
        Ok(())
    })
    .with_context(|| format!("cannot archive to {}; nothing was removed", file.display()))
}

/// Removes only the archived tracks.
pub(super) fn remove_archived(
    store: &dyn TrackingStorage,
    tracks: &[(TrackId, RunId)],
    runs: EmptyRunArgs,
) -> Result<RemovalCounts> {
    let mut steps = tracks.chunks(BATCH_SIZE);
    // A step may find that others have removed its tracks already.
    let mut removed = 0;
    let worked = in_batches(tracks.len() as u64, || {
        let Some(step) = steps.next() else {
            return Ok(RemovalCounts::default());
        };
        let batch: Batch = step.iter().map(|(id, _)| Operation::Remove(*id)).collect();
        let outcomes = store.apply(&batch)?;
        removed += outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Removed(true))
            .count() as u64;
        Ok(RemovalCounts {
            tracks: step.len() as u64,
            runs: 0,
        })
    })?;
    debug_assert_eq!(worked.tracks, tracks.len() as u64);
    Ok(RemovalCounts {
        tracks: removed,
        runs: runs.remove_of(store, tracks)?,
    })
}

/// The end of a sentence that says how much was archived.
pub(super) fn sentence(file: Option<&Path>, tracks: u64) -> String {
    match file {
        Some(file) if tracks > 0 => {
            format!("; {} in {}", plural(tracks, "track"), file.display())
        }
        _ => String::new(),
    }
}
