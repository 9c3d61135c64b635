//! A store around another one that breaks some rule.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tracking_core::{
    Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangePage, Checkpoint, CheckpointName,
    Counters, Cursor, DistinctCounts, Erasure, Error, Field, Group, GroupBy, Grouping, Key, KeyUse,
    NewTrack, Operation, Outcome, Query, Record, RecordVisitor, Removal, Removed, Result,
    Retention, Run, RunChoice, RunId, RunQuery, RunSelector, RunSummary, SessionGap, TaskId,
    Timestamp, Track, TrackId, TrackingStorage, UserName, Visitor,
};

/// The store that is right.
pub(super) type Right = dyn TrackingStorage;

/// Overridden methods break a rule; all others do what the right store does.
pub(super) trait Rules: Send + Sync {
    /// Changes each track that is to be saved.
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        track.clone()
    }

    /// Changes each query for tracks.
    fn asking(&self, _right: &Right, query: &Query) -> Query {
        query.clone()
    }

    /// Changes each run that is handed out.
    fn returned_run(&self, run: Run) -> Run {
        run
    }

    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let saving = |operation: &Operation| match operation {
            Operation::Save(track) => Operation::Save(self.saving(right, track)),
            other => other.clone(),
        };
        let operations = batch.operations().iter().map(saving);
        right.apply(&with_checkpoints_of(batch, operations.collect()))
    }

    fn apply_delayed(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        self.apply(right, batch)
    }

    fn flush(&self, right: &Right) -> Result<()> {
        right.flush()
    }

    fn set_batch_retention(&self, right: &Right, retention: &BatchRetention) -> Result<()> {
        right.set_batch_retention(retention)
    }

    fn last_track(
        &self,
        right: &Right,
        task: &TaskId,
        run: RunChoice,
        user: &UserName,
    ) -> Result<Option<Track>> {
        right.last_track(task, run, user)
    }

    fn visit(
        &self,
        right: &Right,
        query: &Query,
        visitor: &mut Visitor<'_>,
    ) -> Result<Option<Cursor>> {
        right.visit(&self.asking(right, query), visitor)
    }

    fn count(&self, right: &Right, query: &Query) -> Result<u64> {
        right.count(&self.asking(right, query))
    }

    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        right.groups(&self.asking(right, query), grouping)
    }

    fn count_distinct(
        &self,
        right: &Right,
        query: &Query,
        kinds: &[GroupBy],
    ) -> Result<DistinctCounts> {
        right.count_distinct(&self.asking(right, query), kinds)
    }

    fn task_ids_after(
        &self,
        right: &Right,
        after: Option<&TaskId>,
        limit: usize,
    ) -> Result<Vec<TaskId>> {
        right.task_ids_after(after, limit)
    }

    fn user_names_after(
        &self,
        right: &Right,
        task: Option<&TaskId>,
        after: Option<&UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        right.user_names_after(task, after, limit)
    }

    fn run(&self, right: &Right, run: &RunSelector) -> Result<Option<Run>> {
        Ok(right.run(run)?.map(|run| self.returned_run(run)))
    }

    fn session_run(
        &self,
        right: &Right,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Run>> {
        right.session_run(user, time, gap)
    }

    fn count_runs(&self, right: &Right, query: &RunQuery) -> Result<u64> {
        right.count_runs(query)
    }

    fn run_groups(
        &self,
        right: &Right,
        query: &RunQuery,
        grouping: &Grouping,
    ) -> Result<Vec<Group>> {
        right.run_groups(query, grouping)
    }

    fn run_summary(&self, right: &Right, run: RunId) -> Result<Option<RunSummary>> {
        right.run_summary(run)
    }

    fn expire_runs_before(
        &self,
        right: &Right,
        untouched_since: Timestamp,
        limit: usize,
    ) -> Result<Vec<RunId>> {
        right.expire_runs_before(untouched_since, limit)
    }

    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        right.remove_by(removal)
    }

    fn checkpoints_after(
        &self,
        right: &Right,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        right.checkpoints_after(after, limit)
    }

    fn remove_matching(&self, right: &Right, query: &Query) -> Result<u64> {
        right.remove_matching(&self.asking(right, query))
    }

    fn prune(&self, right: &Right, retention: &Retention) -> Result<u64> {
        right.prune(retention)
    }

    fn erase_user(&self, right: &Right, user: &UserName) -> Result<Erasure> {
        right.erase_user(user)
    }

    fn rename_user(&self, right: &Right, from: &UserName, to: &UserName) -> Result<Erasure> {
        right.rename_user(from, to)
    }

    fn add_index(&self, right: &Right, field: &Field) -> Result<bool> {
        right.add_index(field)
    }

    fn reindex(&self, right: &Right) -> Result<()> {
        right.reindex()
    }

    fn export(&self, right: &Right, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        right.export(visitor)
    }

    fn restore(&self, right: &Right, records: &[Record]) -> Result<()> {
        right.restore(records)
    }

    fn changes(
        &self,
        right: &Right,
        after: Option<&ChangeCursor>,
        limit: usize,
    ) -> Result<ChangePage> {
        right.changes(after, limit)
    }

    fn wait_for_changes(
        &self,
        right: &Right,
        after: &ChangeCursor,
        timeout: Duration,
    ) -> Result<bool> {
        right.wait_for_changes(after, timeout)
    }

    /// Looks at each call before anything else is done.
    fn calling(&self) -> Result<()> {
        Ok(())
    }
}

/// Other operations with the checkpoints of a batch.
pub(super) fn with_checkpoints_of(batch: &Batch, operations: Vec<Operation>) -> Batch {
    let new: Batch = operations.into_iter().collect();
    let new = match batch.id() {
        Some(id) => new.with_id(id),
        None => new,
    };
    batch.checkpoints().iter().fold(new, |new, moved| {
        new.with_checkpoint_if(moved.from().clone(), moved.to().clone())
    })
}

/// What of a list of names comes after one of them, at most so many.
pub(super) fn page_of<T: PartialEq>(mut all: Vec<T>, after: Option<&T>, limit: usize) -> Vec<T> {
    let known = after.and_then(|after| all.iter().position(|name| name == after));
    all.drain(..known.map_or(0, |position| position + 1));
    all.truncate(limit);
    all
}

/// The only operation of a batch, where there is just one.
pub(super) fn only_operation(batch: &Batch) -> Option<&Operation> {
    match batch.operations() {
        [one] => Some(one),
        _ => None,
    }
}

/// A right store, and rules that it breaks.
pub(super) struct Wrong<R> {
    right: Arc<Right>,
    rules: R,
}

impl<R> Wrong<R> {
    pub(super) fn new(right: Arc<Right>, rules: R) -> Self {
        Self { right, rules }
    }
}

impl<R> fmt::Debug for Wrong<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wrong")
            .field("right", &self.right)
            .finish_non_exhaustive()
    }
}

impl<R: Rules> TrackingStorage for Wrong<R> {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.rules.calling()?;
        self.rules.apply(&*self.right, batch)
    }

    fn apply_delayed(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.rules.calling()?;
        self.rules.apply_delayed(&*self.right, batch)
    }

    fn flush(&self) -> Result<()> {
        self.rules.flush(&*self.right)
    }

    fn batch_retention(&self) -> Result<BatchRetention> {
        self.right.batch_retention()
    }

    fn set_batch_retention(&self, retention: &BatchRetention) -> Result<()> {
        self.rules.set_batch_retention(&*self.right, retention)
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        self.rules.calling()?;
        self.right.track(id)
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        self.rules.last_track(&*self.right, task, run, user)
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        self.rules.visit(&*self.right, query, visitor)
    }

    fn count(&self, query: &Query) -> Result<u64> {
        self.rules.count(&*self.right, query)
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        self.rules.groups(&*self.right, query, grouping)
    }

    fn count_distinct(&self, query: &Query, kinds: &[GroupBy]) -> Result<DistinctCounts> {
        self.rules.count_distinct(&*self.right, query, kinds)
    }

    fn task_ids_after(&self, after: Option<&TaskId>, limit: usize) -> Result<Vec<TaskId>> {
        self.rules.task_ids_after(&*self.right, after, limit)
    }

    fn user_names_after(
        &self,
        task: Option<&TaskId>,
        after: Option<&UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        self.rules
            .user_names_after(&*self.right, task, after, limit)
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        self.rules.run(&*self.right, run)
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        let runs = self.right.runs(query)?;
        Ok(runs
            .into_iter()
            .map(|run| self.rules.returned_run(run))
            .collect())
    }

    fn session_run(
        &self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Run>> {
        self.rules.session_run(&*self.right, user, time, gap)
    }

    fn count_runs(&self, query: &RunQuery) -> Result<u64> {
        self.rules.count_runs(&*self.right, query)
    }

    fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        self.rules.run_groups(&*self.right, query, grouping)
    }

    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        self.rules.run_summary(&*self.right, run)
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.rules
            .expire_runs_before(&*self.right, untouched_since, limit)
    }

    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        self.rules.remove_by(&*self.right, removal)
    }

    fn remove_matching(&self, query: &Query) -> Result<u64> {
        self.rules.remove_matching(&*self.right, query)
    }

    fn prune(&self, retention: &Retention) -> Result<u64> {
        self.rules.prune(&*self.right, retention)
    }

    fn erase_user(&self, user: &UserName) -> Result<Erasure> {
        self.rules.erase_user(&*self.right, user)
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.rules.rename_user(&*self.right, from, to)
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        self.right.indexes()
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        self.rules.add_index(&*self.right, field)
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        self.right.drop_index(field)
    }

    fn reindex(&self) -> Result<()> {
        self.rules.reindex(&*self.right)
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        self.right.checkpoint(name)
    }

    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        self.rules.checkpoints_after(&*self.right, after, limit)
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        self.right.key_use(key)
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        self.right.key_uses(after, limit)
    }

    fn counters(&self) -> Result<Counters> {
        self.right.counters()
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        self.rules.export(&*self.right, visitor)
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.rules.restore(&*self.right, records)
    }

    fn change_feed(&self) -> Result<ChangeFeed> {
        self.right.change_feed()
    }

    fn set_change_feed(&self, feed: &ChangeFeed) -> Result<()> {
        self.right.set_change_feed(feed)
    }

    fn changes(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        self.rules.changes(&*self.right, after, limit)
    }

    fn last_change(&self) -> Result<ChangeCursor> {
        self.right.last_change()
    }

    fn wait_for_changes(&self, after: &ChangeCursor, timeout: Duration) -> Result<bool> {
        self.rules.wait_for_changes(&*self.right, after, timeout)
    }
}

/// The error of a store that is busy.
pub(super) fn busy() -> Error {
    Error::backend("answer", "it is busy with a visit")
}
