//! `tracking erase`: a user.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_core::{
    Clock, Erasure, Group, GroupBy, GroupKey, Query, RunId, TrackingStorage, UserName,
};

use super::archive::{ArchiveArgs, archive, remove_archived, sentence, tracks_of};
use super::mentions::Mentions;
use super::remove::STEP;
use super::removing::in_steps;
use super::wiped::complete;
use crate::args::{AnswerArgs, Confirm, Done};
use crate::commands::Action;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// Who is erased.
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
    archive: ArchiveArgs,

    #[command(flatten)]
    confirm: Confirm,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// Whose tracks are gone, and how many there were.
#[derive(Debug, Serialize)]
struct EraseReport<'a> {
    user: &'a UserName,
    /// How many tracks there were to remove.
    matching: u64,
    /// How many of them were removed, each with its key; none where they were only counted.
    erased: u64,
    /// How many runs have no tracks any more.
    emptied_runs: u64,
    /// Whether no trace of them is left in the file.
    wiped: bool,
    /// The file that has what was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<&'a Path>,
    #[serde(skip)]
    is_dry_run: bool,
}

impl Action for EraseArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault().or_else(|| self.archive.fault())
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        if self.list_mentions || self.dry_run {
            return self.look();
        }
        let store = self.store.open_file()?;
        let query = Query::all().user(self.user.as_str());
        let matching = store.count(&query)?;
        let emptied_runs = emptied_runs(&store, &query)?;
        if matching > 0 {
            let (tracks, user) = (plural(matching, "track"), self.user.as_str());
            let file = self.store.spec()?;
            self.confirm
                .ask(&format!("erase user {user:?} with {tracks} from {file}"))?;
        }
        // Also without tracks: of those that were removed before, traces may be left.
        let erasure = self.erase(&store, &query, matching).with_context(|| {
            format!(
                "user {:?} is not erased completely, and traces may remain; run the command again",
                self.user.as_str()
            )
        })?;
        self.answer.tell(&EraseReport {
            user: &self.user,
            matching,
            erased: erasure.tracks,
            emptied_runs,
            wiped: erasure.wipe.is_complete(),
            archive: self.archive.file().filter(|_| erasure.tracks > 0),
            is_dry_run: false,
        })?;
        complete(&self.user, erasure.wipe, self.store.spec()?)
    }
}

impl EraseArgs {
    /// Says what would be removed, and changes nothing.
    fn look(&self) -> Result<()> {
        let store = self.store.look()?;
        let query = Query::all().user(self.user.as_str());
        let emptied_runs = emptied_runs(&*store, &query)?;
        if self.list_mentions {
            let mentions = Mentions::find(&*store, &self.user, emptied_runs)?;
            return self.answer.tell(&mentions);
        }
        self.answer.tell(&EraseReport {
            user: &self.user,
            matching: store.count(&query)?,
            erased: 0,
            emptied_runs,
            wiped: false,
            archive: None,
            is_dry_run: true,
        })
    }

    /// Removes most of the tracks some at a time, and has the store erase the last ones: then it
    /// wipes what all of them have left behind, too.
    fn erase(&self, store: &dyn TrackingStorage, query: &Query, matching: u64) -> Result<Erasure> {
        if let Some(file) = self.archive.file().filter(|_| matching > 0) {
            return self.archive_and_erase(store, query, file);
        }
        let some = query.clone().limit(STEP);
        let removed = in_steps(matching, || {
            if store.count(query)? <= STEP as u64 {
                return Ok(0);
            }
            Ok(store.remove_matching(&some)?)
        })?;
        let mut erasure = store.erase_user(&self.user)?;
        erasure.tracks += removed;
        Ok(erasure)
    }
}

impl EraseArgs {
    /// Removes the archived tracks only, and has the store wipe what they have left behind.
    fn archive_and_erase(
        &self,
        store: &dyn TrackingStorage,
        query: &Query,
        file: &Path,
    ) -> Result<Erasure> {
        let tracks = tracks_of(store, query)?;
        archive(store, file, &tracks)?;
        let removed = remove_archived(store, &tracks)?;
        let new = store.count(query)?;
        if new > 0 {
            let user = self.user.as_str();
            let new = plural(new, "track");
            bail!(
                "{new} of user {user:?} came in while the others were archived, and were not \
                 removed: run it again with another --archive file"
            );
        }
        let mut erasure = store.erase_user(&self.user)?;
        erasure.tracks += removed;
        Ok(erasure)
    }
}

/// How many runs have tracks that a query asks for, and no others.
fn emptied_runs(store: &dyn TrackingStorage, query: &Query) -> Result<u64> {
    let own = counts(&store.groups(query, &GroupBy::Run.into())?);
    let ids: Vec<RunId> = own.keys().copied().collect();
    let mut emptied = 0;
    for some in ids.chunks(STEP) {
        let all = Query::all().runs(some.iter().copied());
        let all = counts(&store.groups(&all, &GroupBy::Run.into())?);
        let is_emptied = |(run, count): &(&RunId, &u64)| own.get(run) == Some(count);
        emptied += all.iter().filter(is_emptied).count() as u64;
    }
    Ok(emptied)
}

fn counts(groups: &[Group]) -> BTreeMap<RunId, u64> {
    let count = |group: &Group| match group.key() {
        GroupKey::Run(run) => Some((*run, group.count())),
        _ => None,
    };
    groups.iter().filter_map(count).collect()
}

impl Done for EraseReport<'_> {
    fn sentence(&self) -> String {
        let user = self.user.as_str();
        let runs = match self.emptied_runs {
            0 => String::new(),
            runs => format!("; {} without other tracks stay", plural(runs, "run")),
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
