//! The store: the contract on top of the state, behind one lock.

use std::fmt;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use tracking_core::{
    Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangePage, Checkpoint, CheckpointName, Clock,
    Counters, Cursor, Erasure, Field, Group, Grouping, Key, KeyUse, NewTrack, Outcome, Page, Query,
    Record, RecordVisitor, Removal, Removed, Result, Run, RunChoice, RunId, RunQuery, RunSelector,
    RunSummary, SessionGap, SystemClock, TaskId, Timestamp, Track, TrackId, TrackingStorage,
    UserName, Visitor,
};

use crate::change_signal::ChangeSignal;
use crate::export::Snapshot;
use crate::result_set::ResultSet;
use crate::state::{State, run_no, track_no};
use crate::{apply, count, reindex, removal, restore, run_queries};

/// A store of tracks and runs in memory.
///
/// It takes up to 4,294,967,295 tracks and as many runs over its life. Readers share one lock,
/// a writer has it alone; what a query asks for is copied under the lock and passed to the visitor
/// without it.
pub struct BTreeStorage {
    state: RwLock<State>,
    clock: Arc<dyn Clock>,
    /// Wakes those who wait for changes.
    signal: ChangeSignal,
}

impl BTreeStorage {
    pub(crate) fn with(clock: Option<Arc<dyn Clock>>, indexes: &[Field]) -> Self {
        let mut state = State::default();
        for field in indexes {
            state.add_field_index(field);
        }
        Self {
            state: RwLock::new(state),
            clock: clock.unwrap_or_else(|| Arc::new(SystemClock)),
            signal: ChangeSignal::default(),
        }
    }

    /// Changes the store, and wakes those who wait for that.
    fn change<T>(&self, change: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let mut state = self.state.write();
        // Read under the lock, so that what is saved later never has an earlier time.
        let now = self.clock.now();
        let answer = change(&mut state, now);
        let has_feed = state.feed.feed().is_on();
        drop(state);
        if has_feed {
            self.signal.announce();
        }
        answer
    }
}

impl Default for BTreeStorage {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BTreeStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.read();
        f.debug_struct("BTreeStorage")
            .field("tracks", &state.rows.len())
            .field("runs", &state.runs.len())
            .finish_non_exhaustive()
    }
}

impl TrackingStorage for BTreeStorage {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.change(|state, now| apply::apply(state, batch, now))
    }

    fn save(&self, track: NewTrack) -> Result<TrackId> {
        self.change(|state, now| apply::save(state, &track, now))
    }

    fn batch_retention(&self) -> Result<BatchRetention> {
        Ok(self.state.read().applied.retention())
    }

    fn set_batch_retention(&self, retention: &BatchRetention) -> Result<()> {
        self.state.write().applied.set_retention(*retention);
        Ok(())
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        let state = self.state.read();
        track_no(id).map_or(Ok(None), |number| state.load_track(number))
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        let state = self.state.read();
        let run = match run {
            RunChoice::Current => state
                .tasks
                .find(task)
                .and_then(|task| state.current_run(task)),
            RunChoice::Id(run) => run_no(run),
            RunChoice::Session(gap) => state
                .users
                .find(user)
                .and_then(|user| state.session(user, self.clock.now(), gap)),
            _ => None,
        };
        run.map_or(Ok(None), |run| state.load_last_track(task, run, user))
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        let results = ResultSet::pick(&self.state.read(), query)?;
        results.visit(query, visitor)
    }

    fn page(&self, query: &Query) -> Result<Page> {
        let results = ResultSet::pick(&self.state.read(), query)?;
        results.into_page(query)
    }

    fn count(&self, query: &Query) -> Result<u64> {
        Ok(count::count(&self.state.read(), query) as u64)
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        Ok(count::groups(&self.state.read(), query, grouping))
    }

    fn task_ids_after(&self, after: Option<&TaskId>, limit: usize) -> Result<Vec<TaskId>> {
        let state = self.state.read();
        let tasks = state.tasks.sorted_after(after);
        let listed = tasks.filter(|(_, task)| !task.tracks.is_empty());
        Ok(listed.map(|(name, _)| name.clone()).take(limit).collect())
    }

    fn user_names_after(
        &self,
        task: Option<&TaskId>,
        after: Option<&UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        let state = self.state.read();
        let Some(task) = task else {
            let users = state.users.sorted_after(after);
            return Ok(users.map(|(name, _)| name.clone()).take(limit).collect());
        };
        let task = state
            .tasks
            .find(task)
            .and_then(|task| state.tasks.get(task));
        let users = task.map(|task| task.users.iter());
        let mut users = users.map_or_else(Vec::new, |users| state.users.in_order(users));
        if let Some(after) = after {
            users.drain(..users.partition_point(|user| user <= after));
        }
        users.truncate(limit);
        Ok(users)
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        let state = self.state.read();
        let number = match run {
            RunSelector::Id(run) => run_no(*run),
            RunSelector::CurrentOf(task) => state
                .tasks
                .find(task)
                .and_then(|task| state.current_run(task)),
            _ => None,
        };
        Ok(number.and_then(|number| state.run(number)))
    }

    fn session_run(
        &self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Run>> {
        let state = self.state.read();
        let user = state.users.find(user);
        let run = user.and_then(|user| state.session(user, time, gap));
        Ok(run.and_then(|run| state.run(run)))
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        Ok(run_queries::list(&self.state.read(), query))
    }

    fn count_runs(&self, query: &RunQuery) -> Result<u64> {
        let (state, query) = (self.state.read(), query.clone().criteria_only());
        let has_criteria = query != RunQuery::all();
        Ok(if has_criteria {
            run_queries::find(&state, &query).count() as u64
        } else {
            state.runs.len() as u64
        })
    }

    fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        let (state, query) = (self.state.read(), query.clone().criteria_only());
        grouping.count_runs(run_queries::find(&state, &query))
    }

    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        let state = self.state.read();
        Ok(run_no(run).and_then(|number| run_queries::summary(&state, number)))
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        Ok(self.change(|state, now| run_queries::expire(state, untouched_since, limit, now)))
    }

    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        self.change(|state, now| removal::remove_by(state, removal, now))
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        let renamed = self.change(|state, now| removal::rename_user(state, from, to, now))?;
        Ok(Erasure::complete(renamed as u64))
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        Ok(self
            .state
            .read()
            .fields
            .iter()
            .map(|index| index.field().clone())
            .collect())
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        Ok(self.state.write().add_field_index(field))
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        Ok(self.state.write().drop_field_index(field))
    }

    fn reindex(&self) -> Result<()> {
        reindex::reindex(&mut self.state.write());
        Ok(())
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        let state = self.state.read();
        Ok(state
            .checkpoints
            .get(name)
            .map(|position| Checkpoint::new(name, position)))
    }

    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        let state = self.state.read();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let found = state
            .checkpoints
            .range::<CheckpointName, _>((from, Bound::Unbounded));
        Ok(found
            .take(limit)
            .map(|(name, position)| Checkpoint::new(name, position))
            .collect())
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        Ok(self.state.read().key_use(key))
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        Ok(self.state.read().keys.after(after, limit))
    }

    fn counters(&self) -> Result<Counters> {
        let state = self.state.read();
        let (track, run) = (
            TrackId::new(state.last_track.into()),
            RunId::new(state.last_run.into()),
        );
        Ok(Counters::new(track, run))
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        let snapshot = Snapshot::of(&self.state.read());
        snapshot.visit(visitor)
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.change(|state, now| restore::restore(state, records, now))
    }

    fn change_feed(&self) -> Result<ChangeFeed> {
        Ok(self.state.read().feed.feed())
    }

    fn set_change_feed(&self, feed: &ChangeFeed) -> Result<()> {
        self.change(|state, now| state.feed.set_feed(*feed, now));
        Ok(())
    }

    fn changes(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        self.state.read().feed.read(after, limit)
    }

    fn last_change(&self) -> Result<ChangeCursor> {
        self.state.read().feed.last()
    }

    fn wait_for_changes(&self, after: &ChangeCursor, timeout: Duration) -> Result<bool> {
        let look = || Ok(!self.changes(Some(after), 1)?.changes.is_empty());
        self.signal.wait(look, timeout)
    }
}
