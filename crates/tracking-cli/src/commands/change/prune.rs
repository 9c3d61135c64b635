//! `tracking prune`: tracks that are too old to be kept.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, GroupBy, Query, Retention, TimeRange, Timestamp, TrackingStorage};

use super::removal::Removal;
use crate::args::{Ago, AnswerArgs, Confirm, ZoneArg, ago};
use crate::commands::Action;
use crate::progress::Steps;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// Which tracks are too old; those that meet either go.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Tracks older than this: a length like 90d, or a time
    #[arg(long, value_name = "AGE", value_parser = ago)]
    older_than: Option<Ago>,

    /// All but the last N tracks of each task and user
    #[arg(long, value_name = "N")]
    keep_last: Option<usize>,

    #[command(flatten)]
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

/// How many go at once; to find those of each task and user takes a while, so these are more.
const STEP: usize = 10_000;

impl Action for PruneArgs {
    fn fault(&self) -> Option<String> {
        let nothing = self.older_than.is_none() && self.keep_last.is_none();
        let missing = "say which tracks are too old: with --older-than 90d, --keep-last N, or both";
        let fault = nothing.then(|| missing.to_owned());
        self.store.fault().or(fault)
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let zone = self.zone.time_zone;
        let oldest_kept = self.older_than.map(|age| age.time(zone, clock));
        if self.dry_run {
            let matching = self.count(&*self.store.look()?, oldest_kept)?;
            return self.answer.tell(&Removal::counted(matching));
        }
        let store = self.store.open()?;
        let matching = self.count(&*store, oldest_kept)?;
        let mut removed = 0;
        if matching > 0 {
            let tracks = plural(matching, "old track");
            self.confirm
                .ask(&format!("remove {tracks} from {}", self.store.spec()?))?;
            removed = prune(&*store, self.retention(oldest_kept), matching)?;
        }
        self.answer.tell(&Removal::done(matching, removed))
    }
}

impl PruneArgs {
    fn retention(&self, oldest_kept: Option<Timestamp>) -> Retention {
        let mut retention = Retention::none().limit(STEP);
        if let Some(time) = oldest_kept {
            retention = retention.older_than(time);
        }
        if let Some(count) = self.keep_last {
            retention = retention.keep_last(count);
        }
        retention
    }

    /// How many tracks are too old.
    fn count(&self, store: &dyn TrackingStorage, oldest_kept: Option<Timestamp>) -> Result<u64> {
        let all = store.count(&Query::all())?;
        let oldest_kept = oldest_kept.unwrap_or(Timestamp::MIN);
        let young = Query::all().within(TimeRange::between(oldest_kept, Timestamp::MAX));
        let kept = match self.keep_last {
            None => store.count(&young)?,
            Some(most) => {
                // The last tracks of a task and user are the young ones first.
                let groups = store.groups(&young, &GroupBy::Task.and(GroupBy::User))?;
                let most = most as u64;
                groups.iter().map(|group| group.count().min(most)).sum()
            }
        };
        Ok(all.saturating_sub(kept))
    }
}

/// Removes them some at a time, so that nobody else waits for long.
fn prune(store: &dyn TrackingStorage, retention: Retention, matching: u64) -> Result<u64> {
    let steps = Steps::new("removed", Some(matching));
    let mut removed = 0;
    loop {
        let step = store.prune(&retention)?;
        if step == 0 {
            return Ok(removed);
        }
        removed += step;
        steps.at(removed);
    }
}
