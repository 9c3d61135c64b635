//! A complete store of your own: a few lists behind one lock, every question answered by looking
//! at all of them. Start from it, keep the rules in the comments, and let the suite of
//! `tracking-testkit` check it.
//!
//! Run it with `cargo run -p tracking-core --example own_store`.

mod removal;
mod state;

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tracking_core::rules::{self, FindRun};
use tracking_core::{
    AppliedBatch, Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangeKind, ChangePage,
    Checkpoint, CheckpointMove, CheckpointName, Clock, Counters, Cursor, Erasure, Error, Field,
    Group, Grouping, Key, KeyUse, NewTrack, Outcome, Query, Record, RecordVisitor, Removal,
    Removed, Result, Run, RunChoice, RunId, RunQuery, RunSelector, RunSummary, SaveMode,
    SystemClock, TaskId, Timestamp, Track, TrackId, TrackingStorage, TrackingStorageExt, UserName,
    Visitor,
};

use state::State;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = OwnStore::new(Arc::new(SystemClock));
    store.save_data("a001", "u1", json!({"page": 1}))?;
    store.save_data("a001", "u2", json!({"page": 1}))?;
    store.save(NewTrack::new("a001", "u1", json!({"done": true}))?.updating(SaveMode::Merge))?;

    let mut out = std::io::stdout().lock();
    for track in store.query(&Query::all().task("a001").field("page", 1))? {
        writeln!(out, "{track}")?;
    }
    store.finish_run(TaskId::new("a001")?)?;
    for run in store.runs(&RunQuery::all())? {
        writeln!(out, "{run}")?;
    }
    Ok(())
}

/// The store: a clock, which it is given, and what it keeps.
pub(crate) struct OwnStore {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl OwnStore {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = Mutex::default();
        Self { clock, state }
    }

    /// Whoever panicked while holding the lock has changed a copy at most; see `change`.
    fn read(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rule: an error changes nothing. So a copy is changed, and takes its place if all is well.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let mut state = self.read();
        let mut copy = state.clone();
        copy.changes = copy.feed.collect();
        let answer = change(&mut copy)?;
        if let Some(changes) = copy.changes.take() {
            copy.feed.commit(changes, self.clock.now());
        }
        *state = copy;
        Ok(answer)
    }
}

impl fmt::Debug for OwnStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

/// The contract: each method locks once, so that every call is atomic.
impl TrackingStorage for OwnStore {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.change(|state| {
            // Rule: a batch that was done under its id before is only answered.
            if let Some(outcomes) = state.applied.answer(batch)? {
                return Ok(outcomes);
            }
            let (now, mut started, mut outcomes) = (self.clock.now(), Vec::new(), Vec::new());
            // Rule: checkpoints are compared with what they were before the batch.
            rules::check_checkpoints(batch, |moved| {
                let before = state.checkpoints.get(moved.to().name());
                Ok::<_, Error>(moved.from().allows(before.map(Checkpoint::position)))
            })?;
            for (index, operation) in batch.operations().iter().enumerate() {
                let outcome = state.perform(operation, now, &mut started);
                outcomes.push(outcome.map_err(|error| error.in_batch(index))?);
            }
            let moved = batch.checkpoints().iter().map(CheckpointMove::to);
            state
                .checkpoints
                .extend(moved.map(|to| (to.name().clone(), to.clone())));
            if let Some(applied) = AppliedBatch::new(batch, &outcomes, now) {
                state.applied.remember(applied);
            }
            Ok(outcomes)
        })
    }

    fn change_feed(&self) -> Result<ChangeFeed> {
        Ok(self.read().feed.feed())
    }

    fn set_change_feed(&self, feed: &ChangeFeed) -> Result<()> {
        self.read().feed.set_feed(*feed, self.clock.now());
        Ok(())
    }

    fn changes(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        self.read().feed.read(after, limit)
    }

    fn last_change(&self) -> Result<ChangeCursor> {
        self.read().feed.last()
    }

    fn batch_retention(&self) -> Result<BatchRetention> {
        Ok(self.read().applied.retention())
    }

    fn set_batch_retention(&self, retention: &BatchRetention) -> Result<()> {
        self.read().applied.set_retention(*retention);
        Ok(())
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        let state = self.read();
        let mut tracks = state.tracks.iter();
        Ok(tracks.find(|track| track.id() == id).cloned())
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        let mut state = self.read();
        let run = match run {
            RunChoice::Current => state.current(task).map(Run::id),
            RunChoice::Id(id) => Some(id),
            RunChoice::Session(gap) => state.find_session(user, self.clock.now(), gap)?,
            _ => None,
        };
        Ok(run.and_then(|run| state.last(task, run, user)).cloned())
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        // Rule: no lock is held while the visitor works. It is released at the end of this line.
        let tracks = self.read().select(query)?;
        let (mut at, limit) = (query.cursor()?, query.max_tracks().unwrap_or(usize::MAX));
        let mut left = tracks.len();
        for track in tracks.iter().take(limit) {
            left -= 1;
            at = Some(Cursor::after(query.track_order(), track.time(), track.id()));
            if visitor(track.as_ref()).is_break() {
                break;
            }
        }
        Ok(at.filter(|_| left > 0 || limit == 0))
    }

    fn count(&self, query: &Query) -> Result<u64> {
        Ok(self.read().matching(query).count() as u64)
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let state = self.read();
        Ok(grouping.count(state.matching(query).map(Track::as_ref)))
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        Ok(self.read().run(run).cloned())
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        let (state, limit) = (self.read(), query.max_runs().unwrap_or(usize::MAX));
        Ok(state.matching_runs(query).take(limit).cloned().collect())
    }

    fn count_runs(&self, query: &RunQuery) -> Result<u64> {
        let (state, query) = (self.read(), query.clone().criteria_only());
        Ok(state.matching_runs(&query).count() as u64)
    }

    fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        let (state, query) = (self.read(), query.clone().criteria_only());
        grouping.count_runs(state.matching_runs(&query))
    }

    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        let state = self.read();
        let tracks = state.tracks.iter().filter(|track| track.run() == run);
        let found = state.run(&run.into()).cloned();
        Ok(found.map(|run| RunSummary::of(run, tracks.map(Track::as_ref))))
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.change(|state| {
            let old = |run: &&Run| run.is_current() && run.end() < untouched_since;
            let old = state.runs.iter().filter(old).take(limit);
            let ids: Vec<RunId> = old.map(Run::id).collect();
            for id in &ids {
                state.change_run(*id, |run| run.with_current(false));
                state.note(ChangeKind::RunStopped, id.number());
            }
            Ok(ids)
        })
    }

    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        self.change(|state| state.remove_by(removal))
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.change(|state| {
            let mut renamed = Vec::new();
            for track in state.tracks.iter_mut().filter(|track| track.user() == from) {
                let (task, data) = (track.task().clone(), track.data().clone());
                let (id, run, time) = (track.id(), track.run(), track.time());
                *track = Track::new(id, task, run, to.clone(), time, data);
                renamed.push(id.number());
            }
            for id in renamed.iter().filter(|_| from != to) {
                state.note(ChangeKind::UserRenamed, *id);
            }
            Ok(Erasure::complete(renamed.len() as u64))
        })
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        Ok(self.read().indexes.iter().cloned().collect())
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        Ok(self.read().indexes.insert(field.clone()))
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        Ok(self.read().indexes.remove(field))
    }

    fn reindex(&self) -> Result<()> {
        Ok(())
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        Ok(self.read().checkpoints.get(name).cloned())
    }

    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        let state = self.read();
        let is_wanted = |at: &&Checkpoint| after.is_none_or(|name| at.name() > name);
        let checkpoints = state.checkpoints.values().filter(is_wanted);
        Ok(checkpoints.take(limit).cloned().collect())
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        Ok(self.read().keys.get(key).cloned())
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        let state = self.read();
        let is_wanted = |used: &&KeyUse| after.is_none_or(|key| used.key() > key);
        let uses = state.keys.values().filter(is_wanted);
        Ok(uses.take(limit).cloned().collect())
    }

    fn counters(&self) -> Result<Counters> {
        let state = self.read();
        let (track, run) = (TrackId::new(state.last_track), RunId::new(state.last_run));
        Ok(Counters::new(track, run))
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        // Rule: all of it is of one moment, and no lock is held while the visitor works.
        let state = self.read().clone();
        let counters = Counters::new(TrackId::new(state.last_track), RunId::new(state.last_run));
        let _broken_off = (state.indexes.into_iter().map(Record::Index))
            .chain(state.runs.into_iter().map(Record::Run))
            .chain(state.tracks.into_iter().map(Record::Track))
            .chain(state.keys.into_values().map(Record::Key))
            .chain(state.checkpoints.into_values().map(Record::Checkpoint))
            .chain([Record::Counters(counters)])
            .try_for_each(visitor);
        Ok(())
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.change(|state| {
            let mut records = records.iter().enumerate();
            records.try_for_each(|(index, record)| {
                state.restore(record).map_err(|error| error.in_batch(index))
            })
        })
    }
}
