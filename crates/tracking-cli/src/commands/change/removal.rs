//! Removal of tracks: count, confirm, remove in batches.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{RunId, TrackId, TrackingStorage};

use super::archive::{ArchiveArgs, archive, remove_archived, sentence};
use super::batches::{EmptyRunArgs, RemovalCounts, in_batches};
use super::empty_runs::emptied_runs;
use crate::args::CommandResult;
use crate::commands::change_args::ChangeArgs;
use crate::commands::maintenance::shrink_after;
use crate::schema::plural;
use crate::store::PersistentStore;

/// Arguments of all commands that remove tracks.
#[derive(Debug, Args)]
pub(super) struct RemovalArgs {
    /// Only count what would be removed
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    runs: EmptyRunArgs,

    #[command(flatten)]
    archive: ArchiveArgs,

    #[command(flatten)]
    change: ChangeArgs,
}

/// The tracks to remove.
pub(super) trait RemovalTarget {
    /// Their name in the confirmation, such as `track`.
    const NAME: &str;

    /// Counts them.
    fn count(&mut self, store: &dyn TrackingStorage) -> Result<u64>;

    /// Calls a function with each track and its run, in any order.
    fn each(
        &mut self,
        store: &dyn TrackingStorage,
        take: &mut dyn FnMut(TrackId, RunId),
    ) -> Result<()>;

    /// All tracks by id, each with its run.
    fn tracks(&mut self, store: &dyn TrackingStorage) -> Result<Vec<(TrackId, RunId)>> {
        let mut tracks = Vec::new();
        self.each(store, &mut |track, run| tracks.push((track, run)))?;
        tracks.sort_unstable();
        Ok(tracks)
    }

    /// Counts the runs that have no other tracks.
    fn emptied_runs(&mut self, store: &dyn TrackingStorage) -> Result<u64> {
        let mut removed = BTreeMap::<RunId, u64>::new();
        self.each(store, &mut |_, run| *removed.entry(run).or_default() += 1)?;
        emptied_runs(store, &removed)
    }

    /// Removes what the store can drop as a whole, which takes no batches.
    fn drop_partitions(&mut self, _: &PersistentStore, _: EmptyRunArgs) -> Result<RemovalCounts> {
        Ok(RemovalCounts::default())
    }

    /// Removes a batch and returns its size: no tracks once all are removed.
    fn remove_some(
        &mut self,
        store: &dyn TrackingStorage,
        runs: EmptyRunArgs,
    ) -> Result<RemovalCounts>;
}

impl RemovalArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(super) fn validate(&self) -> Option<String> {
        self.change.validate().or_else(|| self.archive.validate())
    }

    /// Counts the tracks, asks for confirmation, removes them and prints the result.
    pub(super) fn run<U: RemovalTarget>(&self, unwanted: &mut U) -> Result<()> {
        let store = self.change.open(self.dry_run)?;
        let matching = unwanted.count(&store)?;
        let mut removed = RemovalCounts::default();
        if matching > 0 && !self.dry_run {
            let (what, file) = (plural(matching, U::NAME), self.change.store.location()?);
            self.change.confirm(&format!("remove {what} from {file}"))?;
            removed = match self.archive.file() {
                None => {
                    let dropped = unwanted.drop_partitions(&store, self.runs)?;
                    let left = matching.saturating_sub(dropped.tracks);
                    let remove_some = || unwanted.remove_some(&store, self.runs);
                    dropped.and(in_batches(left, remove_some)?)
                }
                Some(file) => {
                    let tracks = unwanted.tracks(&store)?;
                    archive(&store, file, &tracks)?;
                    remove_archived(&store, &tracks, self.runs)?
                }
            };
            shrink_after(&store);
        }
        let emptied_runs = if self.dry_run && self.runs.are_removed() {
            unwanted.emptied_runs(&store)?
        } else {
            removed.runs
        };
        self.change.print(&Report {
            matching,
            removed: removed.tracks,
            emptied_runs,
            removed_runs: removed.runs,
            archive: self.archive.file().filter(|_| removed.tracks > 0),
            is_dry_run: self.dry_run,
        })
    }
}

/// The result of a removal.
#[derive(Debug, Serialize)]
struct Report<'a> {
    /// How many there were to remove.
    matching: u64,
    /// How many of them were removed; none where they were only counted.
    removed: u64,
    /// How many runs have no tracks any more, or would have none, unless they are kept.
    #[serde(skip_serializing_if = "is_zero")]
    emptied_runs: u64,
    /// How many of these runs were removed.
    #[serde(skip_serializing_if = "is_zero")]
    removed_runs: u64,
    /// The file that has what was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<&'a Path>,
    #[serde(skip)]
    is_dry_run: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl CommandResult for Report<'_> {
    fn sentence(&self) -> String {
        let runs = match self.emptied_runs {
            0 => String::new(),
            runs => format!(" and {} without other tracks", plural(runs, "run")),
        };
        if self.is_dry_run {
            format!("this would remove {}{runs}", plural(self.matching, "track"))
        } else {
            let archived = sentence(self.archive, self.removed);
            format!("removed {}{runs}{archived}", plural(self.removed, "track"))
        }
    }
}
