//! Removing tracks: counted, asked about, some at a time.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{RunId, TrackId, TrackingStorage};

use super::archive::{ArchiveArgs, archive, remove_archived, sentence};
use crate::args::{AnswerArgs, Confirm, Done};
use crate::commands::upkeep::shrink_after;
use crate::progress::Steps;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// What all commands have in common that remove tracks.
#[derive(Debug, Args)]
pub(super) struct Removing {
    /// Only count what would be removed
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    archive: ArchiveArgs,

    #[command(flatten)]
    confirm: Confirm,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// Tracks that are to go.
pub(super) trait Unwanted {
    /// What they are called when it is asked, like `track`.
    const NAME: &str;

    /// How many there are.
    fn count(&mut self, store: &dyn TrackingStorage) -> Result<u64>;

    /// All of them, sorted by id, each with its run.
    fn tracks(&mut self, store: &dyn TrackingStorage) -> Result<Vec<(TrackId, RunId)>>;

    /// Removes some of them, and tells how many; none where all are gone.
    fn remove_some(&mut self, store: &dyn TrackingStorage) -> Result<u64>;
}

impl Removing {
    /// Says what cannot be meant.
    pub(super) fn fault(&self) -> Option<String> {
        self.store.fault().or_else(|| self.archive.fault())
    }

    /// Counts tracks, asks, removes them, and tells how many.
    pub(super) fn run<U: Unwanted>(&self, unwanted: &mut U) -> Result<()> {
        let store = if self.dry_run {
            self.store.look_at_kept()?
        } else {
            self.store.open_kept()?
        };
        let matching = unwanted.count(&store)?;
        let mut removed = 0;
        if matching > 0 && !self.dry_run {
            let (what, file) = (plural(matching, U::NAME), self.store.place()?);
            self.confirm.ask(&format!("remove {what} from {file}"))?;
            removed = match self.archive.file() {
                None => in_steps(matching, || unwanted.remove_some(&store))?,
                Some(file) => {
                    let tracks = unwanted.tracks(&store)?;
                    archive(&store, file, &tracks)?;
                    remove_archived(&store, &tracks)?
                }
            };
            shrink_after(&store);
        }
        self.answer.tell(&Removal {
            matching,
            removed,
            archive: self.archive.file().filter(|_| removed > 0),
            is_dry_run: self.dry_run,
        })
    }
}

/// Removes tracks some at a time, so that nobody else waits for long, until all are gone.
pub(super) fn in_steps(matching: u64, mut remove_some: impl FnMut() -> Result<u64>) -> Result<u64> {
    let steps = Steps::new("removed", Some(matching));
    let mut removed = 0;
    loop {
        let step = remove_some()?;
        if step == 0 {
            return Ok(removed);
        }
        removed += step;
        steps.at(removed);
    }
}

/// How many tracks were to go, and went.
#[derive(Debug, Serialize)]
struct Removal<'a> {
    /// How many there were to remove.
    matching: u64,
    /// How many of them were removed; none where they were only counted.
    removed: u64,
    /// The file that has what was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<&'a Path>,
    #[serde(skip)]
    is_dry_run: bool,
}

impl Done for Removal<'_> {
    fn sentence(&self) -> String {
        if self.is_dry_run {
            format!("this would remove {}", plural(self.matching, "track"))
        } else {
            let archived = sentence(self.archive, self.removed);
            format!("removed {}{archived}", plural(self.removed, "track"))
        }
    }
}
