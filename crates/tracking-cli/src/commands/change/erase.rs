//! `tracking erase` removes all tracks of a user.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_core::{Query, Removal, Removed, RunId, TrackId, TrackingStorage, UserName};

use super::archive::{ArchiveArgs, archive, remove_archived, sentence, tracks_of};
use super::batches::{BATCH_SIZE, EmptyRunArgs, RemovalCounts, in_batches};
use super::empty_runs::emptied_by_query;
use super::mentions::Mentions;
use super::wipe::require_complete;
use crate::args::CommandResult;
use crate::commands::change_args::ChangeArgs;
use crate::commands::{Action, Environment};
use crate::schema::plural;

/// Arguments of `tracking erase`.
#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    /// The user, as `list` shows them
    #[arg(value_name = "USER")]
    user: UserName,

    /// Only list where else the name occurs: task names, data, keys and checkpoints
    #[arg(long)]
    list_mentions: bool,

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

/// The result of an erasure.
#[derive(Debug, Serialize)]
struct EraseReport<'a> {
    user: &'a UserName,
    /// How many tracks there were to remove.
    matching: u64,
    /// How many of them were removed, each with its key; none where they were only counted.
    erased: u64,
    /// How many runs have no tracks any more.
    emptied_runs: u64,
    /// How many of these runs were removed.
    removed_runs: u64,
    /// Whether they stay.
    #[serde(skip)]
    keeps_runs: bool,
    /// Whether no trace of them is left in the file.
    wiped: bool,
    /// The file that has what was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<&'a Path>,
    #[serde(skip)]
    is_dry_run: bool,
}

impl Action for EraseArgs {
    fn validate(&self) -> Option<String> {
        self.change.validate().or_else(|| self.archive.validate())
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        if self.list_mentions || self.dry_run {
            return self.preview();
        }
        let store = self.change.store.open_persistent()?;
        let query = Query::all().user(self.user.as_str());
        let matching = store.count(&query)?;
        // What is removed is counted by the store; what stays is counted before.
        let emptied_runs = if self.runs.are_removed() {
            0
        } else {
            emptied_by_query(&store, &query)?
        };
        if matching > 0 {
            let (tracks, user) = (plural(matching, "track"), self.user.as_str());
            let file = self.change.store.location()?;
            self.change
                .confirm(&format!("erase user {user:?} with {tracks} from {file}"))?;
        }
        // Also without tracks: of those that were removed before, traces may be left.
        let archived = self.archive(&store, &query, matching)?;
        let erasure = self.erase(&store, &query, matching, archived.as_deref());
        let erasure = erasure.with_context(|| {
            format!(
                "user {:?} is not erased completely, and traces may remain; run the command again",
                self.user.as_str()
            )
        })?;
        self.change.print(&EraseReport {
            user: &self.user,
            matching,
            erased: erasure.tracks,
            emptied_runs: emptied_runs.max(erasure.runs),
            removed_runs: erasure.runs,
            keeps_runs: !self.runs.are_removed(),
            wiped: erasure.wipe.is_complete(),
            archive: self.archive.file().filter(|_| erasure.tracks > 0),
            is_dry_run: false,
        })?;
        require_complete(&self.user, erasure.wipe, &self.change.store.location()?)
    }
}

impl EraseArgs {
    /// Reports what would be removed; changes nothing.
    fn preview(&self) -> Result<()> {
        let store = self.change.store.open_read_only()?;
        let query = Query::all().user(self.user.as_str());
        let emptied_runs = emptied_by_query(&*store, &query)?;
        if self.list_mentions {
            let mentions = Mentions::find(&*store, &self.user, emptied_runs)?;
            return self.change.print(&mentions);
        }
        self.change.print(&EraseReport {
            user: &self.user,
            matching: store.count(&query)?,
            erased: 0,
            emptied_runs,
            removed_runs: 0,
            keeps_runs: !self.runs.are_removed(),
            wiped: false,
            archive: None,
            is_dry_run: true,
        })
    }

    /// Exports the tracks first, where a file is named for them, and gives those that are in it.
    fn archive(
        &self,
        store: &dyn TrackingStorage,
        query: &Query,
        matching: u64,
    ) -> Result<Option<Vec<(TrackId, RunId)>>> {
        let Some(file) = self.archive.file().filter(|_| matching > 0) else {
            return Ok(None);
        };
        let tracks = tracks_of(store, query)?;
        archive(store, file, &tracks)?;
        Ok(Some(tracks))
    }

    /// Removes most of the tracks some at a time, and has the store erase the last ones: then it
    /// wipes what all of them have left behind, too. Of tracks that were archived, it removes only
    /// these.
    fn erase(
        &self,
        store: &dyn TrackingStorage,
        query: &Query,
        matching: u64,
        archived: Option<&[(TrackId, RunId)]>,
    ) -> Result<Removed> {
        let removed = match archived {
            Some(tracks) => self.remove_only(store, query, tracks)?,
            None => self.remove_most(store, query, matching)?,
        };
        let mut erasure = store.remove_by(&self.runs.of(Removal::user(self.user.clone())))?;
        erasure.tracks += removed.tracks;
        erasure.runs += removed.runs;
        Ok(erasure)
    }

    /// Removes archived tracks, and fails where there are others, which nothing has archived.
    fn remove_only(
        &self,
        store: &dyn TrackingStorage,
        query: &Query,
        tracks: &[(TrackId, RunId)],
    ) -> Result<RemovalCounts> {
        let removed = remove_archived(store, tracks, self.runs)?;
        match store.count(query)? {
            0 => Ok(removed),
            new => bail!(
                "{} of user {:?} came in while the others were archived, and were not removed; \
                 name another --archive file for them",
                plural(new, "track"),
                self.user.as_str()
            ),
        }
    }

    /// Removes tracks some at a time, so that nobody else waits for long, until few are left.
    fn remove_most(
        &self,
        store: &dyn TrackingStorage,
        query: &Query,
        matching: u64,
    ) -> Result<RemovalCounts> {
        let some = self
            .runs
            .of(Removal::tracks(query.clone().limit(BATCH_SIZE)));
        in_batches(matching, || {
            if store.count(query)? <= BATCH_SIZE as u64 {
                return Ok(RemovalCounts::default());
            }
            Ok(store.remove_by(&some)?.into())
        })
    }
}

impl CommandResult for EraseReport<'_> {
    fn sentence(&self) -> String {
        let user = self.user.as_str();
        let runs = match self.emptied_runs {
            0 => String::new(),
            runs if self.keeps_runs => {
                format!("; {} without other tracks stay", plural(runs, "run"))
            }
            runs => format!("; also {} without other tracks", plural(runs, "run")),
        };
        let rest = "task names, data and log files that mention the name are not changed: \
                    `tracking erase --list-mentions` lists them";
        match (self.is_dry_run, self.matching, self.erased) {
            (true, tracks, _) => format!(
                "this would erase user {user:?} with {} and their keys{runs}",
                plural(tracks, "track")
            ),
            (false, _, 0) => format!("there were no tracks of user {user:?}; {rest}"),
            (false, _, erased) => format!(
                "erased user {user:?} with {} and their keys{runs}{}; {rest}",
                plural(erased, "track"),
                sentence(self.archive, erased)
            ),
        }
    }
}
