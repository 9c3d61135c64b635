//! Removal, renaming, indexes and restoring that are wrong.

use tracking_core::{
    Erasure, Error, Field, Order, Query, Record, Result, Retention, TrackingStorageExt as _,
    UserName, Wipe,
};

use super::wrap::{Right, Rules};

/// Removes all that a query finds, whatever its limit.
pub(super) struct RemovalIgnoresTheLimit;

impl Rules for RemovalIgnoresTheLimit {
    fn remove_matching(&self, right: &Right, query: &Query) -> Result<u64> {
        right.remove_matching(&query.clone().limit(usize::MAX))
    }
}

/// Removes by id, whatever the order asked for.
pub(super) struct RemovalIgnoresTheOrder;

impl Rules for RemovalIgnoresTheOrder {
    fn remove_matching(&self, right: &Right, query: &Query) -> Result<u64> {
        if query.cursor()?.is_some() {
            return right.remove_matching(query);
        }
        right.remove_matching(&query.clone().order(Order::Id))
    }
}

/// Prunes tracks of the very time that is still to be kept.
pub(super) struct PrunesTheLastMoment;

impl Rules for PrunesTheLastMoment {
    fn prune(&self, right: &Right, retention: &Retention) -> Result<u64> {
        let wider = retention.oldest_kept().map(|time| {
            retention.older_than(time.saturating_add(chrono::TimeDelta::microseconds(1)))
        });
        right.prune(&wider.unwrap_or(*retention))
    }
}

/// Keeps the first tracks of each task and user by id, instead of the last by time.
pub(super) struct PrunesTheNewest;

impl Rules for PrunesTheNewest {
    fn prune(&self, right: &Right, retention: &Retention) -> Result<u64> {
        let Some(count) = retention.kept_per_user() else {
            return right.prune(retention);
        };
        let mut removed = 0;
        for task in right.task_ids()? {
            for user in right.users_of(&task)? {
                let query = Query::all().task(task.as_str()).user(user.as_str());
                for track in right.query(&query)?.iter().skip(count) {
                    removed += u64::from(right.remove(track.id())?);
                }
            }
        }
        Ok(removed)
    }
}

/// Erases users, and leaves traces of them behind.
pub(super) struct LeavesTraces;

impl Rules for LeavesTraces {
    fn erase_user(&self, right: &Right, user: &UserName) -> Result<Erasure> {
        let erased = right.erase_user(user)?;
        let pending = Wipe::Pending("the log names them".to_owned());
        Ok(Erasure::new(erased.tracks, pending))
    }
}

/// Loses the tracks of a user who is renamed to somebody who has tracks.
pub(super) struct RenameLosesTracks;

impl Rules for RenameLosesTracks {
    fn rename_user(&self, right: &Right, from: &UserName, to: &UserName) -> Result<Erasure> {
        if from != to {
            right.erase_user(to)?;
        }
        right.rename_user(from, to)
    }
}

/// Takes what is there already for a conflict.
pub(super) struct RestoresOnlyOnce;

impl Rules for RestoresOnlyOnce {
    fn restore(&self, right: &Right, records: &[Record]) -> Result<()> {
        for (index, record) in records.iter().enumerate() {
            if let Record::Track(track) = record
                && right.track(track.id())?.is_some()
            {
                let what = format!("track {}", track.id());
                return Err(Error::restore_conflict(what).in_batch(index));
            }
        }
        right.restore(records)
    }
}

/// Restores record by record, until one does not fit.
pub(super) struct RestoresInPart;

impl Rules for RestoresInPart {
    fn restore(&self, right: &Right, records: &[Record]) -> Result<()> {
        for (index, record) in records.iter().enumerate() {
            let restored = right.restore(std::slice::from_ref(record));
            restored.map_err(|error| error.out_of_batch().in_batch(index))?;
        }
        Ok(())
    }
}

/// Forgets the counters, so that ids of removed tracks come back after a move.
pub(super) struct RestoresNoCounters;

impl Rules for RestoresNoCounters {
    fn restore(&self, right: &Right, records: &[Record]) -> Result<()> {
        let counters = |record: &&Record| !matches!(record, Record::Counters(_));
        right.restore(&records.iter().filter(counters).cloned().collect::<Vec<_>>())
    }
}

/// Restores runs, but none of them as the current one of its task.
pub(super) struct RestoresNoCurrentRun;

impl Rules for RestoresNoCurrentRun {
    fn restore(&self, right: &Right, records: &[Record]) -> Result<()> {
        let past = |record: &Record| match record {
            Record::Run(run) => Record::Run(run.clone().with_current(false)),
            other => other.clone(),
        };
        right.restore(&records.iter().map(past).collect::<Vec<_>>())
    }
}

/// Reports that it added an index each time, but adds none.
pub(super) struct AlwaysAddsAnIndex;

impl Rules for AlwaysAddsAnIndex {
    fn add_index(&self, right: &Right, field: &Field) -> Result<bool> {
        right.add_index(field)?;
        Ok(true)
    }
}

/// Drops every index instead of rebuilding it.
pub(super) struct ReindexDropsIndexes;

impl Rules for ReindexDropsIndexes {
    fn reindex(&self, right: &Right) -> Result<()> {
        for field in right.indexes()? {
            right.drop_index(&field)?;
        }
        Ok(())
    }
}
