//! `tracking prune` removes tracks that retention no longer covers.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use tracking_core::{
    GroupBy, GroupKey, Order, Query, Removal, Retention, RunId, TimeRange, Timestamp, TrackId,
    TrackingStorage,
};

use super::batches::{EmptyRunArgs, RemovalCounts};
use super::empty_runs::{emptied_by_query, emptied_runs};
use super::removal::{RemovalArgs, RemovalTarget};
use crate::args::{Filters, Moment, ZoneArg, moment};
use crate::commands::{Action, Environment};
use crate::pages::each_track;
use crate::store::PersistentStore;

/// Arguments of `tracking prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Remove tracks from before this time: 90d, 2026-11, 2026-11-23 15:47
    #[arg(long, value_name = "TIME", value_parser = moment)]
    older_than: Option<Moment>,

    /// Remove all but the last N tracks of each task and user
    #[arg(long, value_name = "N")]
    keep_last: Option<usize>,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten, next_help_heading = None)]
    zone: ZoneArg,

    #[command(flatten)]
    removal: RemovalArgs,
}

/// The number of tracks per batch. It is large since each batch searches every task and user.
const BATCH_SIZE: usize = 10_000;

impl Action for PruneArgs {
    fn validate(&self) -> Option<String> {
        let nothing = self.older_than.is_none() && self.keep_last.is_none();
        let missing = "say which tracks are too old: with --older-than 90d, --keep-last N, or both";
        let problem = nothing.then(|| missing.to_owned());
        let period = || self.filters.validate(self.zone.time_zone);
        self.removal.validate().or(problem).or_else(period)
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let viewer = self.zone.viewer(clock);
        let mut retention = Retention::none().limit(BATCH_SIZE);
        if let Some(age) = self.older_than {
            retention = retention.older_than(age.first(viewer));
        }
        if let Some(count) = self.keep_last {
            retention = retention.keep_last(count);
        }
        let among = self.filters.query(viewer)?;
        self.removal.run(&mut ExpiredTracks { retention, among })
    }
}

/// The tracks that retention no longer covers, among those of a query.
struct ExpiredTracks {
    retention: Retention,
    among: Query,
}

impl ExpiredTracks {
    /// The tracks before the oldest time to keep.
    fn before_oldest_kept(&self) -> Query {
        let oldest = self.retention.oldest_kept().unwrap_or(Timestamp::MIN);
        self.among.clone().within(TimeRange::before(oldest))
    }
}

impl RemovalTarget for ExpiredTracks {
    const NAME: &str = "old track";

    fn count(&mut self, store: &dyn TrackingStorage) -> Result<u64> {
        let oldest_kept = self.retention.oldest_kept().unwrap_or(Timestamp::MIN);
        let young = self
            .among
            .clone()
            .within(TimeRange::between(oldest_kept, Timestamp::MAX));
        let kept = match self.retention.kept_per_user() {
            None => store.count(&young)?,
            Some(limit) => {
                // The last tracks of a task and user are the young ones first.
                let groups = store.groups(&young, &GroupBy::Task.and(GroupBy::User))?;
                let limit = limit as u64;
                groups.iter().map(|group| group.count().min(limit)).sum()
            }
        };
        Ok(store.count(&self.among)?.saturating_sub(kept))
    }

    fn each(
        &mut self,
        store: &dyn TrackingStorage,
        take: &mut dyn FnMut(TrackId, RunId),
    ) -> Result<()> {
        let Some(limit) = self.retention.kept_per_user() else {
            each_track(store, &self.before_oldest_kept(), |track| {
                take(track.id(), track.run());
                Ok(())
            })?;
            return Ok(());
        };
        let oldest_kept = self.retention.oldest_kept();
        for group in store.groups(&self.among, &GroupBy::Task.and(GroupBy::User))? {
            let (GroupKey::Task(task), Some(GroupKey::User(user))) =
                (group.key(), group.second_key())
            else {
                continue;
            };
            let query = self.among.clone().task(task.as_str()).user(user.as_str());
            let query = query.order(Order::TimeDescending);
            let mut kept = 0;
            each_track(store, &query, |track| {
                kept += 1;
                if kept > limit || oldest_kept.is_some_and(|oldest| track.time() < oldest) {
                    take(track.id(), track.run());
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn emptied_runs(&mut self, store: &dyn TrackingStorage) -> Result<u64> {
        if self.retention.kept_per_user().is_none() {
            return emptied_by_query(store, &self.before_oldest_kept());
        }
        let mut removed = BTreeMap::<RunId, u64>::new();
        self.each(store, &mut |_, run| *removed.entry(run).or_default() += 1)?;
        emptied_runs(store, &removed)
    }

    fn drop_partitions(
        &mut self,
        store: &PersistentStore,
        runs: EmptyRunArgs,
    ) -> Result<RemovalCounts> {
        // What is too old goes, however many tracks of a task and user stay.
        let Some(oldest) = self.retention.oldest_kept() else {
            return Ok(RemovalCounts::default());
        };
        let retention = Retention::none().older_than(oldest);
        let old = Removal::old_tracks_among(retention, self.among.clone());
        Ok(store.drop_partitions(&runs.of(old))?.into())
    }

    fn remove_some(
        &mut self,
        store: &dyn TrackingStorage,
        runs: EmptyRunArgs,
    ) -> Result<RemovalCounts> {
        let old = Removal::old_tracks_among(self.retention, self.among.clone());
        Ok(store.remove_by(&runs.of(old))?.into())
    }
}
