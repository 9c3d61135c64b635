//! What goes into the store at a time: records, and how far the logs have been read with them.

use std::collections::BTreeMap;
use std::io;

use tracking_core::{
    Batch, Error, Expected, Operation, Outcome, RunChoice, RunId, TrackingStorage,
};

use super::LoadError;
use super::batch_keys::{self, BatchKeys, KeyStatus};
use super::error::OpenError;
use super::load_session::LoadSession;
use super::log_set::ActiveLog;
use crate::{LogRecord, Reject};

/// A record, and the line that it was.
#[derive(Debug)]
pub(super) struct PendingRecord {
    /// The place of its log in the summary.
    pub(super) log_index: usize,
    pub(super) line: u64,
    /// The line itself, where it may still be rejected.
    pub(super) text: Option<Box<[u8]>>,
    pub(super) record: LogRecord,
}

/// The lines of one batch.
#[derive(Debug)]
pub(super) struct PendingBatch {
    entries: Vec<PendingRecord>,
    lines: usize,
    bytes: usize,
    /// How often it was tried.
    attempts: u32,
    /// In a trial, the number of the run that would be started last.
    dry_run_last: Option<u64>,
}

/// How much text there is in a batch at most.
const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;

/// How often a batch is tried when others change what it leans on.
const MAX_ATTEMPTS: u32 = 5;

/// What of a log is in a batch.
#[derive(Clone, Copy, Debug, Default)]
struct BatchCounts {
    tracks: u64,
    runs: u64,
}

/// By the places of the logs in the summary.
type CountsByLog = BTreeMap<usize, BatchCounts>;

impl PendingBatch {
    pub(super) fn new(store: &dyn TrackingStorage, dry_run: bool) -> tracking_core::Result<Self> {
        let last_run = store.counters()?.last_run().map_or(0, RunId::number);
        Ok(Self {
            entries: Vec::new(),
            lines: 0,
            bytes: 0,
            attempts: 0,
            dry_run_last: dry_run.then_some(last_run),
        })
    }

    pub(super) fn is_full(&self, lines: usize) -> bool {
        self.lines >= lines || self.bytes >= MAX_BATCH_BYTES
    }

    pub(super) fn count(&mut self, bytes: usize) {
        self.lines += 1;
        self.bytes += bytes;
    }

    pub(super) fn push(&mut self, entry: PendingRecord) {
        self.entries.push(entry);
    }

    fn take(&mut self) -> Vec<PendingRecord> {
        (self.lines, self.bytes) = (0, 0);
        std::mem::take(&mut self.entries)
    }

    /// What a store would answer.
    fn tried(&mut self, batch: &Batch) -> Option<Vec<Outcome>> {
        let last = self.dry_run_last.as_mut()?;
        let start = |operation: &Operation| match operation {
            Operation::StartRun(_) => {
                *last += 1;
                RunId::new(*last).map(Outcome::Started)
            }
            _ => None,
        };
        Some(batch.operations().iter().filter_map(start).collect())
    }
}

impl LoadSession<'_> {
    /// Puts what was read into the store, together with how far the logs have been read.
    pub(super) fn commit(&mut self) -> Result<(), LoadError> {
        self.drop_truncated();
        let entries = self.pending.take();
        if !self.logs.active.iter().any(|active| active.is_dirty) {
            return Ok(());
        }
        let entries = self.skip_duplicates(entries)?;
        let (batch, counts) = self.batch(entries)?;
        let batch = self.moved(batch)?;
        self.report_rejects()?;
        let outcomes = match self.pending.tried(&batch) {
            Some(outcomes) => {
                self.known.checkpoints.apply_dry_run(&batch);
                outcomes
            }
            None => match self.observer.retry_while_busy(|| self.store.apply(&batch)) {
                Ok(outcomes) => outcomes,
                Err(error) => return self.retry_after_conflict(error),
            },
        };
        self.pending.attempts = 0;
        let started: Vec<RunId> = outcomes
            .iter()
            .filter_map(|outcome| outcome.run())
            .collect();
        self.sessions.committed(&started);
        self.log_sessions.committed(&started);
        self.committed(&counts);
        Ok(())
    }

    /// Drops what was read from logs that were cut meanwhile: it may be of two logs.
    fn drop_truncated(&mut self) {
        let is_changed = |active: &mut ActiveLog| active.is_dirty && !active.log.is_unchanged();
        let changed: Vec<_> = self.logs.active.extract_if(.., is_changed).collect();
        for active in changed {
            self.pending
                .entries
                .retain(|entry| entry.log_index != active.log_index);
            self.reopen(&active);
        }
    }

    fn reopen(&mut self, active: &ActiveLog) {
        let log = (active.log.source().clone(), active.log_index);
        self.logs.add(vec![log], &mut self.known);
    }

    /// Leaves out records whose key was used before.
    fn skip_duplicates(
        &mut self,
        entries: Vec<PendingRecord>,
    ) -> Result<Vec<PendingRecord>, LoadError> {
        let mut keys = BatchKeys::default();
        let mut left = Vec::with_capacity(entries.len());
        for entry in entries {
            let look_up = || keys.look_up(self.store, &entry.record);
            let is = self.observer.retry_while_busy(look_up)?;
            if is == KeyStatus::New {
                left.push(entry);
                continue;
            }
            let active = self
                .logs
                .active
                .iter_mut()
                .find(|active| active.log_index == entry.log_index);
            let (Some(active), Some(key)) = (active, entry.record.key()) else {
                continue;
            };
            if is == KeyStatus::Duplicate {
                active.counts.duplicates += 1;
                continue;
            }
            let text = entry.text.unwrap_or_default();
            let error = batch_keys::conflict_error(key, &text);
            active.counts.not_valid(&entry.record);
            active.counts.count_malformed(error.reason);
            let reject = Reject::new(active.log.source().clone(), entry.line, error, &text);
            active.rejects.push((reject, text.into_vec()));
        }
        Ok(left)
    }

    /// The records as a batch, in order of their times, each in its run.
    fn batch(
        &mut self,
        mut entries: Vec<PendingRecord>,
    ) -> Result<(Batch, CountsByLog), LoadError> {
        entries.sort_by_key(|entry| entry.record.time());
        let mut builder = BatchBuilder::default();
        for entry in entries {
            let (log_index, before) = (entry.log_index, builder.started);
            let (record, run) = self.assign_run(entry, &mut builder)?;
            builder.batch.push(Operation::Save(record.into_track(run)?));
            let started = builder.started - before;
            builder.count(log_index, started);
        }
        Ok((builder.batch, builder.counts))
    }

    /// The run of a record, which may have to be started.
    fn assign_run(
        &mut self,
        entry: PendingRecord,
        builder: &mut BatchBuilder,
    ) -> tracking_core::Result<(LogRecord, RunChoice)> {
        let record = entry.record;
        let Some(session_id) = record.session_id() else {
            let sessions = &mut self.sessions;
            let run = self.observer.retry_while_busy(|| {
                let start = |operation| builder.start(operation);
                sessions.run_of(record.user(), record.time(), start)
            })?;
            return Ok((record, run));
        };
        let mut active = self.logs.active.iter();
        let active = active.find(|active| active.log_index == entry.log_index);
        let scope = active.map_or("", |active| active.scope.as_str());
        let (log_sessions, checkpoints) = (&mut self.log_sessions, &self.known.checkpoints);
        let find = || log_sessions.run_of(self.store, checkpoints, scope, session_id);
        let found = self.observer.retry_while_busy(find)?;
        let (record, run) = match found {
            Ok(run) => (record, run),
            Err(session) => {
                let run = builder.start(super::sessions::start_run_at(record.time()));
                self.log_sessions.started(&session, run);
                let key = record.key().cloned().map_or_else(|| session.key(), Ok)?;
                let (before, checkpoint) = session.checkpoint(&key)?;
                builder.move_checkpoint(before, checkpoint);
                (record.with_key(key), run)
            }
        };
        self.sessions
            .record_activity(record.user(), record.time(), run, false);
        Ok((record, run))
    }

    /// Adds how far the logs have been read.
    fn moved(&mut self, mut batch: Batch) -> Result<Batch, LoadError> {
        for active in self.logs.active.iter_mut().filter(|active| active.is_dirty) {
            let moved = active.log.moved(&mut self.known, batch);
            batch = moved.map_err(OpenError::into_load_error)?;
        }
        Ok(batch)
    }

    /// Gives the observer the lines that are not in the batch.
    fn report_rejects(&mut self) -> Result<(), LoadError> {
        if self.options.dry_run {
            return Ok(());
        }
        let observer = &mut *self.observer.observer;
        for active in self
            .logs
            .active
            .iter()
            .filter(|active| !active.rejects.is_empty())
        {
            let failed = |source: io::Error| LoadError::Rejects {
                log: active.log.source().clone(),
                source,
            };
            let mut rejects = active.rejects.iter();
            rejects
                .try_for_each(|(reject, line)| observer.rejected(reject, line))
                .and_then(|()| observer.flush())
                .map_err(failed)?;
        }
        Ok(())
    }

    /// The batch is in the store.
    fn committed(&mut self, counts: &CountsByLog) {
        for active in &mut self.logs.active {
            if let Some(share) = counts.get(&active.log_index) {
                active.counts.tracks += share.tracks;
                active.counts.runs += share.runs;
            }
        }
        let moved = self.logs.active.iter_mut().filter(|active| active.is_dirty);
        for active in moved {
            active.log.committed();
            active.is_dirty = false;
            // Something came after all.
            active.idle_polls = active.idle_polls.map(|_| 0);
            let counts = std::mem::take(&mut active.counts);
            self.summary.total += &counts;
            if let Some(summary) = self.summary.logs.get_mut(active.log_index) {
                summary.counts += &counts;
            }
            for (reject, _) in active.rejects.drain(..) {
                if self.summary.rejects.len() < self.options.kept_rejects {
                    self.summary.rejects.push(reject);
                }
            }
        }
    }

    /// Somebody changed the store so that the batch no longer fits: what can be done again is
    /// done again, with what the store says now.
    fn retry_after_conflict(&mut self, error: Error) -> Result<(), LoadError> {
        let moved = |active: &mut ActiveLog| active.is_dirty;
        match &error {
            Error::CheckpointConflict { name, .. } => {
                let is_it = |active: &&ActiveLog| active.log.has_checkpoint(name);
                if let Some(active) = self.logs.active.iter().find(is_it) {
                    let log = active.log.source().clone();
                    return Err(LoadError::Conflict { log, source: error });
                }
            }
            Error::Batch { source, .. } if matches!(**source, Error::KeyConflict { .. }) => {}
            _ => return Err(error.into()),
        }
        self.pending.attempts += 1;
        let active = self.logs.active.iter().filter(|active| active.is_dirty);
        let can_be_read_again = active.clone().all(|active| !active.log.input().is_stream());
        if self.pending.attempts >= MAX_ATTEMPTS || !can_be_read_again {
            return Err(error.into());
        }
        self.sessions.forget();
        self.log_sessions.forget();
        let again: Vec<_> = self.logs.active.extract_if(.., moved).collect();
        for active in again {
            self.reopen(&active);
        }
        Ok(())
    }
}

/// A batch that is being filled.
#[derive(Debug, Default)]
struct BatchBuilder {
    batch: Batch,
    started: usize,
    counts: CountsByLog,
}

impl BatchBuilder {
    fn count(&mut self, log_index: usize, runs: usize) {
        let share = self.counts.entry(log_index).or_default();
        share.tracks += 1;
        share.runs += runs as u64;
    }

    fn start(&mut self, operation: Operation) -> RunChoice {
        self.batch.push(operation);
        self.started += 1;
        RunChoice::Started(self.started - 1)
    }

    fn move_checkpoint(&mut self, from: Expected, to: tracking_core::Checkpoint) {
        let batch = std::mem::take(&mut self.batch);
        self.batch = batch.moving_checkpoint(from, to);
    }
}
