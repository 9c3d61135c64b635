//! `tracking run remove` removes runs with all their tracks.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_core::{
    Clock, Group, GroupBy, NameFilter, Query, Removal, Run, RunId, RunQuery, RunSelector,
    TimeRange, TrackingStorage,
};

use crate::args::{CommandResult, Moment, ZoneArg, moment};
use crate::commands::change_args::ChangeArgs;
use crate::commands::maintenance::shrink_after;
use crate::commands::runs::State;
use crate::commands::{Action, Environment};
use crate::pages::each_runs;
use crate::progress::Steps;
use crate::schema::plural;

/// The number of runs per batch.
const BATCH_SIZE: usize = 100;

/// Arguments of `tracking run remove`.
#[derive(Debug, Args)]
pub(crate) struct RunRemoveArgs {
    /// Ids of runs, as `runs` shows them; the options below choose among these, or among all
    #[arg(value_name = "ID")]
    ids: Vec<RunId>,

    /// Remove every run
    #[arg(long)]
    all: bool,

    /// Only runs that have no tracks
    #[arg(long)]
    empty: bool,

    /// Only runs that were started for this task; repeat for more
    #[arg(long = "task", value_name = "NAME")]
    tasks: Vec<String>,

    /// Only runs in this state; repeat for more
    #[arg(long = "state", value_enum, value_name = "STATE")]
    states: Vec<State>,

    /// Only runs that ended before this time: 90d, 2026-11, 2026-11-23 15:47
    #[arg(long, value_name = "TIME", value_parser = moment)]
    ended_before: Option<Moment>,

    /// Only count what would be removed
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    zone: ZoneArg,

    #[command(flatten)]
    change: ChangeArgs,
}

/// The result of a removal of runs.
#[derive(Debug, Serialize)]
struct Report {
    /// How many runs there were to remove, and how many tracks these have.
    matching: u64,
    matching_tracks: u64,
    /// How many runs were removed with how many tracks; none where they were only counted.
    removed: u64,
    removed_tracks: u64,
    #[serde(skip)]
    is_dry_run: bool,
}

impl Action for RunRemoveArgs {
    fn validate(&self) -> Option<String> {
        let chosen = !self.ids.is_empty() || self.empty || !self.tasks.is_empty();
        let chosen = chosen || !self.states.is_empty() || self.ended_before.is_some();
        let problem = match (chosen, self.all) {
            (false, false) => Some("say which runs: ids, options like --ended-before, or --all"),
            (true, true) => Some("--all and ids or options like --state cannot both be meant"),
            _ => None,
        };
        self.change.validate().or(problem.map(str::to_owned))
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let store = self.change.open(self.dry_run)?;
        let missing = self.missing(&store)?;
        let query = self.query(clock);
        let (matching, matching_tracks) = self.count(&store, &query)?;
        let mut report = Report {
            matching,
            matching_tracks,
            removed: 0,
            removed_tracks: 0,
            is_dry_run: self.dry_run,
        };
        if matching > 0 && !self.dry_run {
            let (runs, tracks) = (plural(matching, "run"), plural(matching_tracks, "track"));
            let file = self.change.store.location()?;
            self.change
                .confirm(&format!("remove {runs} with {tracks} from {file}"))?;
            self.remove(&store, &query, &mut report)?;
            shrink_after(&store);
        }
        self.change.print(&report)?;
        report_missing(&self.ids, matching, &missing)
    }
}

impl RunRemoveArgs {
    fn query(&self, clock: &dyn Clock) -> RunQuery {
        let mut query = RunQuery::all();
        if !self.ids.is_empty() {
            query = query.ids(self.ids.iter().copied());
        }
        if !self.tasks.is_empty() {
            query = query.tasks(NameFilter::exact(self.tasks.iter().cloned()));
        }
        if !self.states.is_empty() {
            query = query.states(self.states.iter().map(|state| state.of_run()));
        }
        match self.ended_before {
            Some(time) => query.ended(TimeRange::before(time.first(self.zone.viewer(clock)))),
            None => query,
        }
    }

    fn removal(&self, query: RunQuery) -> Removal {
        if self.empty {
            Removal::empty_runs(query)
        } else {
            Removal::runs(query)
        }
    }

    /// Counts the runs and their tracks.
    fn count(&self, store: &dyn TrackingStorage, query: &RunQuery) -> Result<(u64, u64)> {
        let (mut runs, mut tracks) = (0, 0);
        each_runs(store, query, |some| {
            let query = Query::all().runs(some.iter().map(Run::id));
            let groups = store.groups(&query, &GroupBy::Run.into())?;
            if self.empty {
                runs += (some.len() - groups.len()) as u64;
            } else {
                runs += some.len() as u64;
                tracks += groups.iter().map(Group::count).sum::<u64>();
            }
            Ok(true)
        })?;
        Ok((runs, tracks))
    }

    /// Removes runs in batches, so that other writers get their turn.
    fn remove(
        &self,
        store: &dyn TrackingStorage,
        query: &RunQuery,
        report: &mut Report,
    ) -> Result<()> {
        let some = self.removal(query.clone().limit(BATCH_SIZE));
        let steps = Steps::new("removed", Some(report.matching));
        loop {
            let removed = store.remove_by(&some)?;
            if removed.is_nothing() {
                return Ok(());
            }
            report.removed += removed.runs;
            report.removed_tracks += removed.tracks;
            steps.at(report.removed);
        }
    }

    /// The given ids that do not exist.
    fn missing(&self, store: &dyn TrackingStorage) -> Result<Vec<RunId>> {
        let mut missing = Vec::new();
        for id in self.ids.iter().copied().collect::<BTreeSet<_>>() {
            if store.run(&RunSelector::Id(id))?.is_none() {
                missing.push(id);
            }
        }
        Ok(missing)
    }
}

/// Fails if some runs do not exist, after the others were removed.
fn report_missing(ids: &[RunId], matching: u64, missing: &[RunId]) -> Result<()> {
    match (ids, missing) {
        ([id], _) if matching == 0 => {
            bail!("there is no run {id} to remove; `tracking runs` lists all")
        }
        ([_, ..], []) if matching == 0 => {
            bail!("there are none of these runs to remove; `tracking runs` lists all")
        }
        (_, []) => Ok(()),
        (_, [id]) => bail!("there is no run {id} to remove; `tracking runs` lists all"),
        (_, ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let ids = ids.join(", ");
            bail!("there are no runs {ids} to remove; `tracking runs` lists all")
        }
    }
}

impl CommandResult for Report {
    fn sentence(&self) -> String {
        let text =
            |runs, tracks| format!("{} with {}", plural(runs, "run"), plural(tracks, "track"));
        if self.is_dry_run {
            let what = text(self.matching, self.matching_tracks);
            format!("this would remove {what}")
        } else {
            format!("removed {}", text(self.removed, self.removed_tracks))
        }
    }
}
