//! A store that stops working at a given step, as if the program were killed there.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use tracking_core::{
    Batch, Checkpoint, CheckpointName, Counters, Cursor, Erasure, Error, Field, Group, Grouping,
    Key, KeyUse, Outcome, Query, Record, RecordVisitor, Removal, Removed, Result, Run, RunChoice,
    RunId, RunQuery, RunSelector, TaskId, Timestamp, Track, TrackId, TrackingStorage, UserName,
    Visitor,
};

/// When a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Before anything of it is done.
    Before,
    /// After all of it is done, so that only the answer is lost.
    After,
}

/// Passes everything on to another store, but for one step, after which nothing works.
pub(crate) struct Failing<'s> {
    right: &'s dyn TrackingStorage,
    steps: AtomicU64,
    fails_at: u64,
    when: When,
    /// How many batches were applied with a delayed commit, and how many of them wait for it.
    delayed: AtomicU64,
    waiting: AtomicU64,
    /// Called with the number of each batch, counted from 1, before it is applied.
    before_batch: Option<&'s (dyn Fn(u64) + Send + Sync)>,
}

impl fmt::Debug for Failing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Failing").field(&self.right).finish()
    }
}

impl<'s> Failing<'s> {
    /// Fails at a step, counted from 1, and at all later steps.
    pub(crate) fn at(right: &'s dyn TrackingStorage, fails_at: u64, when: When) -> Self {
        Self {
            right,
            steps: AtomicU64::new(0),
            fails_at,
            when,
            delayed: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            before_batch: None,
        }
    }

    /// Calls a function with the number of each batch, counted from 1, before it is applied.
    pub(crate) fn before_batch(mut self, call: &'s (dyn Fn(u64) + Send + Sync)) -> Self {
        self.before_batch = Some(call);
        self
    }

    /// Never fails.
    pub(crate) fn never(right: &'s dyn TrackingStorage) -> Self {
        Self::at(right, u64::MAX, When::Before)
    }

    /// How many steps were asked for.
    pub(crate) fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// How many batches were applied with a delayed commit, and how many of them wait for it.
    pub(crate) fn delayed(&self) -> (u64, u64) {
        let [delayed, waiting] = [&self.delayed, &self.waiting];
        (
            delayed.load(Ordering::Relaxed),
            waiting.load(Ordering::Relaxed),
        )
    }

    fn step<T>(&self, done: impl FnOnce(&dyn TrackingStorage) -> Result<T>) -> Result<T> {
        let step = self.steps.fetch_add(1, Ordering::Relaxed) + 1;
        let killed = || Error::backend("go on", format!("it was killed at step {step}"));
        if step > self.fails_at || (step == self.fails_at && self.when == When::Before) {
            return Err(killed());
        }
        let done = done(self.right);
        if step == self.fails_at {
            done?;
            return Err(killed());
        }
        done
    }
}

impl TrackingStorage for Failing<'_> {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.step(|right| right.apply(batch))
    }

    fn apply_delayed(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        let batch_number = self.delayed.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(call) = self.before_batch {
            call(batch_number);
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.step(|right| right.apply_delayed(batch))
    }

    fn flush(&self) -> Result<()> {
        self.waiting.store(0, Ordering::Relaxed);
        self.right.flush()
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        self.step(|right| right.track(id))
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        self.step(|right| right.last_track(task, run, user))
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        self.step(|right| right.visit(query, visitor))
    }

    fn count(&self, query: &Query) -> Result<u64> {
        self.step(|right| right.count(query))
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        self.step(|right| right.groups(query, grouping))
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        self.step(|right| right.run(run))
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        self.step(|right| right.runs(query))
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.step(|right| right.expire_runs_before(untouched_since, limit))
    }

    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        self.step(|right| right.remove_by(removal))
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.step(|right| right.rename_user(from, to))
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        self.step(|right| right.indexes())
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        self.step(|right| right.add_index(field))
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        self.step(|right| right.drop_index(field))
    }

    fn reindex(&self) -> Result<()> {
        self.step(|right| right.reindex())
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        self.step(|right| right.checkpoint(name))
    }

    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        self.step(|right| right.checkpoints_after(after, limit))
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        self.step(|right| right.key_use(key))
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        self.step(|right| right.key_uses(after, limit))
    }

    fn counters(&self) -> Result<Counters> {
        self.step(|right| right.counters())
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        self.step(|right| right.export(visitor))
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.step(|right| right.restore(records))
    }
}
