//! `tracking remove`: tracks, by id or by what they are.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Batch, Clock, Operation, Outcome, Query, TrackId, TrackingStorage};

use super::removal::Removal;
use crate::args::{AnswerArgs, Confirm, Filters, ZoneArg};
use crate::commands::Action;
use crate::progress::Steps;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// Which tracks are removed.
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    /// Ids of tracks, as `list` shows them; or else the options of `list` say which
    #[arg(value_name = "ID")]
    ids: Vec<TrackId>,

    /// Every track there is
    #[arg(long, conflicts_with = "ids")]
    all: bool,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten, next_help_heading = None)]
    zone: ZoneArg,

    /// Only count them
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    confirm: Confirm,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// How many are removed at once, so that nobody else waits for long.
pub(super) const STEP: usize = 1_000;

impl Action for RemoveArgs {
    fn fault(&self) -> Option<String> {
        let filtered = self.query() != Query::all();
        let fault = match (self.ids.is_empty(), self.all, filtered) {
            (true, false, false) => Some("say which tracks: ids, options like --user, or --all"),
            (true, true, true) => Some("--all and options like --user cannot both be meant"),
            (false, _, true) => Some("ids and options like --user cannot both be meant"),
            _ => None,
        };
        let period = || self.filters.period.fault(self.zone.time_zone);
        let fault = fault.map(str::to_owned);
        self.store.fault().or(fault).or_else(period)
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        if self.ids.is_empty() {
            self.by_query()
        } else {
            self.by_id()
        }
    }
}

impl RemoveArgs {
    fn query(&self) -> Query {
        self.filters.query(self.zone.time_zone)
    }

    fn by_query(&self) -> Result<()> {
        let query = self.query();
        if self.dry_run {
            let matching = self.store.look()?.count(&query)?;
            return self.answer.tell(&Removal::counted(matching));
        }
        let store = self.store.open()?;
        let matching = store.count(&query)?;
        let mut removed = 0;
        if matching > 0 {
            self.confirm(matching)?;
            removed = remove_in_steps(&*store, &query, matching)?;
        }
        self.answer.tell(&Removal::done(matching, removed))
    }

    fn confirm(&self, matching: u64) -> Result<()> {
        let what = plural(matching, "track");
        self.confirm
            .ask(&format!("remove {what} from {}", self.store.spec()?))
    }

    fn by_id(&self) -> Result<()> {
        let mut ids = self.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        let store = if self.dry_run {
            self.store.look()?
        } else {
            self.store.open()?
        };
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for id in ids {
            match store.track(id)? {
                Some(_) => there.push(id),
                None => missing.push(id),
            }
        }
        let matching = there.len() as u64;
        if self.dry_run {
            self.answer.tell(&Removal::counted(matching))?;
        } else {
            let removed = if there.is_empty() {
                0
            } else {
                self.confirm(matching)?;
                remove_ids(&*store, there)?
            };
            self.answer.tell(&Removal::done(matching, removed))?;
        }
        match missing.as_slice() {
            [] => Ok(()),
            [id] => bail!("there is no track {id}"),
            ids => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                bail!("there are no tracks {}", ids.join(", "))
            }
        }
    }
}

fn remove_ids(store: &dyn TrackingStorage, ids: Vec<TrackId>) -> Result<u64> {
    let batch: Batch = ids.into_iter().map(Operation::Remove).collect();
    let outcomes = store.apply(&batch)?;
    let gone = outcomes
        .iter()
        .filter(|outcome| **outcome == Outcome::Removed(true));
    Ok(gone.count() as u64)
}

/// Removes the tracks that a query asks for, some at a time.
pub(super) fn remove_in_steps(
    store: &dyn TrackingStorage,
    query: &Query,
    matching: u64,
) -> Result<u64> {
    let steps = Steps::new("removed", Some(matching));
    let query = query.clone().limit(STEP);
    let mut removed = 0;
    loop {
        let step = store.remove_matching(&query)?;
        if step == 0 {
            return Ok(removed);
        }
        removed += step;
        steps.at(removed);
    }
}
