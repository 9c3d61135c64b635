//! The contract's methods that change the store.

use tracking_core::{
    Batch, BatchRetention, ChangeFeed, Erasure, Field, NewRun, NewTrack, Outcome, Query, Record,
    Removal, Removed, Result, Retention, RunId, StopRun, Timestamp, TrackId, TrackUpdate,
    TrackingStorageExt as _, UserName,
};

use super::AsyncStorage;

/// Changes.
impl AsyncStorage {
    /// Applies a batch: all of it or nothing; see
    /// [`TrackingStorage::apply`](tracking_core::TrackingStorage::apply).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn apply(&self, batch: Batch) -> Result<Vec<Outcome>> {
        self.changing("apply a batch", move |store| store.apply(&batch))
            .await
    }

    /// Applies a batch that the store may commit later, with others; see
    /// [`TrackingStorage::apply_delayed`](tracking_core::TrackingStorage::apply_delayed).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn apply_delayed(&self, batch: Batch) -> Result<Vec<Outcome>> {
        self.changing("apply a batch", move |store| store.apply_delayed(&batch))
            .await
    }

    /// Commits the batches whose commit was delayed; see
    /// [`TrackingStorage::flush`](tracking_core::TrackingStorage::flush).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn flush(&self) -> Result<()> {
        self.changing("commit delayed batches", move |store| store.flush())
            .await
    }

    /// Saves one track; see
    /// [`TrackingStorage::save`](tracking_core::TrackingStorage::save).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn save(&self, track: NewTrack) -> Result<TrackId> {
        self.changing("save a track", move |store| store.save(track))
            .await
    }

    /// Changes one track; see
    /// [`TrackingStorage::update`](tracking_core::TrackingStorage::update).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn update(&self, update: TrackUpdate) -> Result<()> {
        self.changing("update a track", move |store| store.update(update))
            .await
    }

    /// Removes one track, and says whether it was there; see
    /// [`TrackingStorage::remove`](tracking_core::TrackingStorage::remove).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn remove(&self, id: TrackId) -> Result<bool> {
        self.changing("remove a track", move |store| store.remove(id))
            .await
    }

    /// Starts a run; see
    /// [`TrackingStorage::start_run`](tracking_core::TrackingStorage::start_run).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn start_run(&self, run: NewRun) -> Result<RunId> {
        self.changing("start a run", move |store| store.start_run(run))
            .await
    }

    /// Stops a run, and returns its id where there is one; see
    /// [`TrackingStorage::stop_run`](tracking_core::TrackingStorage::stop_run).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn stop_run(&self, stop: StopRun) -> Result<Option<RunId>> {
        self.changing("stop a run", move |store| store.stop_run(stop))
            .await
    }

    /// Stops the current runs that nobody has touched since a time; see
    /// [`TrackingStorageExt::expire_runs`](tracking_core::TrackingStorageExt::expire_runs).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn expire_runs(&self, untouched_since: Timestamp) -> Result<Vec<RunId>> {
        self.changing("expire runs", move |store| {
            store.expire_runs(untouched_since)
        })
        .await
    }

    /// Stops at most `limit` current runs that nobody has touched since a time; see
    /// [`TrackingStorage::expire_runs_before`](tracking_core::TrackingStorage::expire_runs_before).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn expire_runs_before(
        &self,
        untouched_since: Timestamp,
        limit: usize,
    ) -> Result<Vec<RunId>> {
        self.changing("expire runs", move |store| {
            store.expire_runs_before(untouched_since, limit)
        })
        .await
    }

    /// Removes tracks and runs, and returns how many; see
    /// [`TrackingStorage::remove_by`](tracking_core::TrackingStorage::remove_by).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn remove_by(&self, removal: Removal) -> Result<Removed> {
        self.changing("remove tracks and runs", move |store| {
            store.remove_by(&removal)
        })
        .await
    }

    /// Removes the tracks that a query asks for, and returns how many; see
    /// [`TrackingStorage::remove_matching`](tracking_core::TrackingStorage::remove_matching).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn remove_matching(&self, query: Query) -> Result<u64> {
        self.changing("remove tracks", move |store| store.remove_matching(&query))
            .await
    }

    /// Removes the tracks that are too old to keep, and returns how many; see
    /// [`TrackingStorage::prune`](tracking_core::TrackingStorage::prune).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn prune(&self, retention: Retention) -> Result<u64> {
        self.changing("prune tracks", move |store| store.prune(&retention))
            .await
    }

    /// Removes all tracks of a user, and says how many and whether their traces are wiped; see
    /// [`TrackingStorage::erase_user`](tracking_core::TrackingStorage::erase_user).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn erase_user(&self, user: UserName) -> Result<Erasure> {
        self.changing("erase a user", move |store| store.erase_user(&user))
            .await
    }

    /// Gives all tracks of a user to another name, and says how many; see
    /// [`TrackingStorage::rename_user`](tracking_core::TrackingStorage::rename_user).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn rename_user(&self, from: UserName, to: UserName) -> Result<Erasure> {
        self.changing("rename a user", move |store| store.rename_user(&from, &to))
            .await
    }

    /// Adds an index on a data field, and says whether there was none; see
    /// [`TrackingStorage::add_index`](tracking_core::TrackingStorage::add_index).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn add_index(&self, field: Field) -> Result<bool> {
        self.changing("add an index", move |store| store.add_index(&field))
            .await
    }

    /// Drops the index of a data field, and says whether there was one; see
    /// [`TrackingStorage::drop_index`](tracking_core::TrackingStorage::drop_index).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn drop_index(&self, field: Field) -> Result<bool> {
        self.changing("drop an index", move |store| store.drop_index(&field))
            .await
    }

    /// Rebuilds every index; see
    /// [`TrackingStorage::reindex`](tracking_core::TrackingStorage::reindex).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn reindex(&self) -> Result<()> {
        self.changing("reindex", move |store| store.reindex()).await
    }

    /// Takes what another store has exported; see
    /// [`TrackingStorage::restore`](tracking_core::TrackingStorage::restore).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn restore(&self, records: Vec<Record>) -> Result<()> {
        self.changing("restore records", move |store| store.restore(&records))
            .await
    }

    /// Takes what another store has exported, and may commit it later; see
    /// [`TrackingStorage::restore_delayed`](tracking_core::TrackingStorage::restore_delayed).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn restore_delayed(&self, records: Vec<Record>) -> Result<()> {
        self.changing("restore records", move |store| {
            store.restore_delayed(&records)
        })
        .await
    }

    /// Sets how long batch ids are remembered; see
    /// [`TrackingStorage::set_batch_retention`](tracking_core::TrackingStorage::set_batch_retention).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn set_batch_retention(&self, retention: BatchRetention) -> Result<()> {
        self.changing("set how long batch ids are remembered", move |store| {
            store.set_batch_retention(&retention)
        })
        .await
    }

    /// Turns the change feed on or off; see
    /// [`TrackingStorage::set_change_feed`](tracking_core::TrackingStorage::set_change_feed).
    ///
    /// # Errors
    ///
    /// Those of the contract, and of a [late call](AsyncStorage#cancelled-and-late-calls).
    pub async fn set_change_feed(&self, feed: ChangeFeed) -> Result<()> {
        self.changing("set the change feed", move |store| {
            store.set_change_feed(&feed)
        })
        .await
    }
}
