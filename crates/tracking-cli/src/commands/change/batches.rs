//! Removal in batches, and the runs that it empties.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::Args;
use tracking_core::{Removal, Removed, RunId, RunQuery, TrackId, TrackingStorage};

use crate::progress::Steps;

/// The number of tracks per batch.
pub(super) const BATCH_SIZE: usize = 1_000;

/// The option that keeps runs without tracks.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct EmptyRunArgs {
    /// Keep runs that lose their last track; otherwise they are removed, too
    #[arg(long)]
    keep_runs: bool,
}

/// The numbers of removed tracks and runs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RemovalCounts {
    pub(super) tracks: u64,
    pub(super) runs: u64,
}

impl EmptyRunArgs {
    /// Extends a removal to the runs that it empties, unless they are kept.
    pub(super) fn of(self, removal: Removal) -> Removal {
        if self.keep_runs {
            removal
        } else {
            removal.with_empty_runs()
        }
    }

    /// Whether emptied runs are removed.
    pub(super) fn are_removed(self) -> bool {
        !self.keep_runs
    }

    /// Removes the runs of some tracks if they have no tracks left, unless they are kept.
    pub(super) fn remove_of(
        self,
        store: &dyn TrackingStorage,
        tracks: &[(TrackId, RunId)],
    ) -> Result<u64> {
        let mut removed = 0;
        if self.are_removed() {
            let runs: BTreeSet<RunId> = tracks.iter().map(|(_, run)| *run).collect();
            let runs: Vec<RunId> = runs.into_iter().collect();
            for some in runs.chunks(BATCH_SIZE) {
                let these = RunQuery::all().ids(some.iter().copied());
                removed += store.remove_by(&Removal::empty_runs(these))?.runs;
            }
        }
        Ok(removed)
    }
}

impl RemovalCounts {
    /// Adds those of another removal.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            tracks: self.tracks + other.tracks,
            runs: self.runs + other.runs,
        }
    }
}

impl From<Removed> for RemovalCounts {
    fn from(removed: Removed) -> Self {
        Self {
            tracks: removed.tracks,
            runs: removed.runs,
        }
    }
}

/// Removes tracks in batches, so that other writers get their turn.
pub(super) fn in_batches(
    matching: u64,
    mut remove_some: impl FnMut() -> Result<RemovalCounts>,
) -> Result<RemovalCounts> {
    let steps = Steps::new("removed", Some(matching));
    let mut removed = RemovalCounts::default();
    loop {
        let step = remove_some()?;
        removed.runs += step.runs;
        if step.tracks == 0 {
            return Ok(removed);
        }
        removed.tracks += step.tracks;
        steps.at(removed.tracks);
    }
}
