//! The contract's methods that only read.

use std::time::Duration;

use tracking_core::{
    BatchRetention, ChangeCursor, ChangeFeed, ChangePage, Checkpoint, CheckpointName, Counters,
    DistinctCounts, Field, Group, GroupBy, Grouping, Key, KeyUse, Page, Query, Result, Run,
    RunChoice, RunId, RunQuery, RunSelector, RunSummary, SessionGap, TaskId, Timestamp, Track,
    TrackId, TrackingStorageExt as _, UserName,
};

use super::AsyncStorage;

/// Reads.
impl AsyncStorage {
    /// Reads a track by its id; see
    /// [`TrackingStorage::track`](tracking_core::TrackingStorage::track).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn track(&self, id: TrackId) -> Result<Option<Track>> {
        self.reading("read a track", move |store| store.track(id))
            .await
    }

    /// Reads the last track of a task, run and user; see
    /// [`TrackingStorage::last_track`](tracking_core::TrackingStorage::last_track).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn last_track(
        &self,
        task: TaskId,
        run: RunChoice,
        user: UserName,
    ) -> Result<Option<Track>> {
        self.reading("read the last track", move |store| {
            store.last_track(&task, run, &user)
        })
        .await
    }

    /// Reads the run of a user's session at a time; see
    /// [`TrackingStorage::session_run`](tracking_core::TrackingStorage::session_run).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn session_run(
        &self,
        user: UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Run>> {
        self.reading("read the run of a session", move |store| {
            store.session_run(&user, time, gap)
        })
        .await
    }

    /// Reads the tracks that a query asks for, up to its limit, and where to continue; see
    /// [`TrackingStorage::page`](tracking_core::TrackingStorage::page).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn page(&self, query: Query) -> Result<Page> {
        self.reading("read a page of tracks", move |store| store.page(&query))
            .await
    }

    /// Counts the tracks that a query asks for; see
    /// [`TrackingStorage::count`](tracking_core::TrackingStorage::count).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn count(&self, query: Query) -> Result<u64> {
        self.reading("count tracks", move |store| store.count(&query))
            .await
    }

    /// Counts the tracks that a query asks for, by group; see
    /// [`TrackingStorage::groups`](tracking_core::TrackingStorage::groups).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn groups(&self, query: Query, grouping: Grouping) -> Result<Vec<Group>> {
        self.reading("group tracks", move |store| store.groups(&query, &grouping))
            .await
    }

    /// Counts the tracks that a query asks for, and the different things that they have; see
    /// [`TrackingStorage::count_distinct`](tracking_core::TrackingStorage::count_distinct).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn count_distinct(
        &self,
        query: Query,
        kinds: Vec<GroupBy>,
    ) -> Result<DistinctCounts> {
        self.reading("count what tracks have", move |store| {
            store.count_distinct(&query, &kinds)
        })
        .await
    }

    /// Lists the tasks that have tracks; see
    /// [`TrackingStorageExt::task_ids`](tracking_core::TrackingStorageExt::task_ids).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn task_ids(&self) -> Result<Vec<TaskId>> {
        self.reading("list tasks", move |store| store.task_ids())
            .await
    }

    /// Lists at most `limit` of the tasks that have tracks, after one; see
    /// [`TrackingStorage::task_ids_after`](tracking_core::TrackingStorage::task_ids_after).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn task_ids_after(&self, after: Option<TaskId>, limit: usize) -> Result<Vec<TaskId>> {
        self.reading("list tasks", move |store| {
            store.task_ids_after(after.as_ref(), limit)
        })
        .await
    }

    /// Lists the users who have tracks, of a task or at all; see
    /// [`TrackingStorageExt::user_names`](tracking_core::TrackingStorageExt::user_names).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn user_names(&self, task: Option<TaskId>) -> Result<Vec<UserName>> {
        self.reading("list users", move |store| store.user_names(task.as_ref()))
            .await
    }

    /// Lists at most `limit` of the users who have tracks, of a task or at all, after one; see
    /// [`TrackingStorage::user_names_after`](tracking_core::TrackingStorage::user_names_after).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn user_names_after(
        &self,
        task: Option<TaskId>,
        after: Option<UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        self.reading("list users", move |store| {
            store.user_names_after(task.as_ref(), after.as_ref(), limit)
        })
        .await
    }

    /// Reads a run; see
    /// [`TrackingStorage::run`](tracking_core::TrackingStorage::run).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn run(&self, run: RunSelector) -> Result<Option<Run>> {
        self.reading("read a run", move |store| store.run(&run))
            .await
    }

    /// Reads the runs that a query asks for; see
    /// [`TrackingStorage::runs`](tracking_core::TrackingStorage::runs).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn runs(&self, query: RunQuery) -> Result<Vec<Run>> {
        self.reading("read runs", move |store| store.runs(&query))
            .await
    }

    /// Counts the runs that meet the criteria of a query; see
    /// [`TrackingStorage::count_runs`](tracking_core::TrackingStorage::count_runs).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn count_runs(&self, query: RunQuery) -> Result<u64> {
        self.reading("count runs", move |store| store.count_runs(&query))
            .await
    }

    /// Counts runs by task or by the period in which they started; see
    /// [`TrackingStorage::run_groups`](tracking_core::TrackingStorage::run_groups).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn run_groups(&self, query: RunQuery, grouping: Grouping) -> Result<Vec<Group>> {
        self.reading("group runs", move |store| {
            store.run_groups(&query, &grouping)
        })
        .await
    }

    /// Reads what the tracks of a run add up to; see
    /// [`TrackingStorage::run_summary`](tracking_core::TrackingStorage::run_summary).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        self.reading("sum a run up", move |store| store.run_summary(run))
            .await
    }

    /// Lists the data fields that have an index; see
    /// [`TrackingStorage::indexes`](tracking_core::TrackingStorage::indexes).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn indexes(&self) -> Result<Vec<Field>> {
        self.reading("list indexes", move |store| store.indexes())
            .await
    }

    /// Reads a checkpoint; see
    /// [`TrackingStorage::checkpoint`](tracking_core::TrackingStorage::checkpoint).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn checkpoint(&self, name: CheckpointName) -> Result<Option<Checkpoint>> {
        self.reading("read a checkpoint", move |store| store.checkpoint(&name))
            .await
    }

    /// Reads all checkpoints; see
    /// [`TrackingStorageExt::checkpoints`](tracking_core::TrackingStorageExt::checkpoints).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn checkpoints(&self) -> Result<Vec<Checkpoint>> {
        self.reading("read checkpoints", move |store| store.checkpoints())
            .await
    }

    /// Reads at most `limit` checkpoints after one; see
    /// [`TrackingStorage::checkpoints_after`](tracking_core::TrackingStorage::checkpoints_after).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn checkpoints_after(
        &self,
        after: Option<CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        self.reading("read checkpoints", move |store| {
            store.checkpoints_after(after.as_ref(), limit)
        })
        .await
    }

    /// Reads what was saved with a key; see
    /// [`TrackingStorage::key_use`](tracking_core::TrackingStorage::key_use).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn key_use(&self, key: Key) -> Result<Option<KeyUse>> {
        self.reading("look a key up", move |store| store.key_use(&key))
            .await
    }

    /// Lists keys that were used; see
    /// [`TrackingStorage::key_uses`](tracking_core::TrackingStorage::key_uses).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn key_uses(&self, after: Option<Key>, limit: usize) -> Result<Vec<KeyUse>> {
        self.reading("list keys", move |store| {
            store.key_uses(after.as_ref(), limit)
        })
        .await
    }

    /// Reads the last ids given; see
    /// [`TrackingStorage::counters`](tracking_core::TrackingStorage::counters).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn counters(&self) -> Result<Counters> {
        self.reading("read the counters", move |store| store.counters())
            .await
    }

    /// Reads how long batch ids are remembered; see
    /// [`TrackingStorage::batch_retention`](tracking_core::TrackingStorage::batch_retention).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn batch_retention(&self) -> Result<BatchRetention> {
        self.reading("read how long batch ids are remembered", move |store| {
            store.batch_retention()
        })
        .await
    }

    /// Reads whether there is a change feed, and how long it lasts; see
    /// [`TrackingStorage::change_feed`](tracking_core::TrackingStorage::change_feed).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn change_feed(&self) -> Result<ChangeFeed> {
        self.reading("read the change feed's setting", move |store| {
            store.change_feed()
        })
        .await
    }

    /// Reads entries of the change feed; see
    /// [`TrackingStorage::changes`](tracking_core::TrackingStorage::changes).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn changes(&self, after: Option<ChangeCursor>, limit: usize) -> Result<ChangePage> {
        self.reading("read changes", move |store| {
            store.changes(after.as_ref(), limit)
        })
        .await
    }

    /// Reads the place after the last entry of the change feed; see
    /// [`TrackingStorage::last_change`](tracking_core::TrackingStorage::last_change).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn last_change(&self) -> Result<ChangeCursor> {
        self.reading("read the last change", move |store| store.last_change())
            .await
    }

    /// Waits for a change, in a thread of the pool and within the deadline; see
    /// [`TrackingStorage::wait_for_changes`](tracking_core::TrackingStorage::wait_for_changes).
    ///
    /// # Errors
    ///
    /// Those of the contract; a retryable error where the deadline passes.
    pub async fn wait_for_changes(&self, after: ChangeCursor, timeout: Duration) -> Result<bool> {
        self.reading("wait for changes", move |store| {
            store.wait_for_changes(&after, timeout)
        })
        .await
    }
}
