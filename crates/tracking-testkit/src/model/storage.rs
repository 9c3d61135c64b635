//! The contract, each method on a line or two.

use std::ops::Bound;

use tracking_core::{
    Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangePage, Checkpoint, CheckpointName,
    Counters, Cursor, Erasure, Field, Group, Grouping, Key, KeyUse, Outcome, Query, Record,
    RecordVisitor, Removal, Removed, Result, Run, RunChoice, RunId, RunQuery, RunSelector,
    RunSummary, TaskId, Timestamp, Track, TrackId, TrackingStorage, UserName, Visitor,
};

use super::Model;
use super::query::next_place;

impl TrackingStorage for Model {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.change(|state| state.apply(batch, self.clock.now()))
    }

    fn batch_retention(&self) -> Result<BatchRetention> {
        Ok(self.state.lock().batch_retention)
    }

    fn set_batch_retention(&self, retention: &BatchRetention) -> Result<()> {
        self.state.lock().batch_retention = *retention;
        Ok(())
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        Ok(self.state.lock().tracks.get(&id).cloned())
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        let now = self.clock.now();
        Ok(self.state.lock().last_track(task, run, user, now).cloned())
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        // The lock is released at the end of this line: the visitor may call the store.
        let rest = self.state.lock().rest(query)?;
        let mut visited = 0;
        for track in rest.iter().take(query.max_tracks().unwrap_or(usize::MAX)) {
            visited += 1;
            if visitor(track.as_ref()).is_break() {
                break;
            }
        }
        next_place(query, &rest, visited)
    }

    fn count(&self, query: &Query) -> Result<u64> {
        Ok(self.state.lock().matching(query).count() as u64)
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        Ok(self.state.lock().groups(query, grouping))
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        Ok(self.state.lock().select_run(run).cloned())
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        Ok(self.state.lock().matching_runs(query))
    }

    fn count_runs(&self, query: &RunQuery) -> Result<u64> {
        let all = query.clone().criteria_only();
        Ok(self.state.lock().matching_runs(&all).len() as u64)
    }

    fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        self.state.lock().run_groups(query, grouping)
    }

    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        Ok(self.state.lock().run_summary(run))
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.change(|state| Ok(state.expire_runs(untouched_since, limit)))
    }

    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        self.change(|state| state.remove_by(removal))
    }

    fn change_feed(&self) -> Result<ChangeFeed> {
        Ok(self.state.lock().feed.settings)
    }

    fn set_change_feed(&self, feed: &ChangeFeed) -> Result<()> {
        self.state.lock().feed.set(*feed, self.clock.now());
        Ok(())
    }

    fn changes(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        self.state.lock().feed.read(after, limit)
    }

    fn last_change(&self) -> Result<ChangeCursor> {
        self.state.lock().feed.last()
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.change(|state| Ok(Erasure::complete(state.rename_user(from, to))))
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        Ok(self.state.lock().indexes.iter().cloned().collect())
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        self.change(|state| Ok(state.indexes.insert(field.clone())))
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        self.change(|state| Ok(state.indexes.remove(field)))
    }

    fn reindex(&self) -> Result<()> {
        Ok(()) // Nothing here is found by an index.
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        Ok(self.state.lock().checkpoints.get(name).cloned())
    }

    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        let state = self.state.lock();
        let is_after = |at: &&Checkpoint| after.is_none_or(|after| at.name() > after);
        let found = state.checkpoints.values().filter(is_after);
        Ok(found.take(limit).cloned().collect())
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        Ok(self.state.lock().keys.get(key).cloned())
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        let state = self.state.lock();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let uses = state.keys.range::<Key, _>((from, Bound::Unbounded));
        Ok(uses.take(limit).map(|(_, used)| used.clone()).collect())
    }

    fn counters(&self) -> Result<Counters> {
        let state = self.state.lock();
        Ok(Counters::new(state.last_track, state.last_run))
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        let state = self.state.lock().clone();
        let counters = Counters::new(state.last_track, state.last_run);
        let records = (state.indexes.into_iter().map(Record::Index))
            .chain(state.runs.into_values().map(Record::Run))
            .chain(state.tracks.into_values().map(Record::Track))
            .chain(state.keys.into_values().map(Record::Key))
            .chain(state.checkpoints.into_values().map(Record::Checkpoint))
            .chain([Record::Counters(counters)]);
        for record in records {
            if visitor(record).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.change(|state| state.restore(records))
    }
}
