//! Puts what was read into the store, together with how far the logs were read.

use std::io;
use std::rc::Rc;

use tracking_core::{Batch, Error, Operation, Outcome, Result, RunChoice, RunId, TrackingStorage};

use super::LoadError;
use super::active_log::ActiveLog;
use super::batch_builder::{BatchBuilder, CountsByLog};
use super::batch_keys::{self, BatchKeys, KeyStatus};
use super::error::OpenError;
use super::log_set::LogSet;
use super::monitor::LoadMonitor;
use super::options::Options;
use super::pending_batch::{PendingBatch, PendingRecord};
use super::restarts::{is_of_a_removed_run, with_runs_restarted};
use super::sessions::{LogSessions, SessionLookup, UserSessions, start_run_at};
use super::summary::LoadSummary;
use super::written_batch::WrittenBatch;
use crate::apply_thread::ApplyThread;
use crate::{LogRecord, Reject, Source, events};

/// Writes batches.
#[derive(Debug)]
pub(super) struct BatchWriter<'a> {
    store: &'a dyn TrackingStorage,
    options: &'a Options,
    /// The next batch.
    pub(super) pending: PendingBatch,
    sessions: UserSessions<'a>,
    log_sessions: LogSessions,
    /// Whether a batch may be committed later, with others.
    may_delay: bool,
    /// Applies a batch while the next lines are read.
    applier: Option<Rc<ApplyThread>>,
    /// The batch that is being applied.
    applying: Option<WrittenBatch>,
    /// How often the batch was tried.
    attempts: u32,
    /// In a dry run, the number of the run that would have been started last.
    last_dry_run: Option<u64>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It is in the store, or is being applied; or there was none.
    Done,
    /// It no longer fitted, and its lines are read again.
    ReadAgain,
}

/// How often a batch is tried where other processes change what it depends on.
const MAX_ATTEMPTS: u32 = 5;

impl<'a> BatchWriter<'a> {
    pub(super) fn new(
        store: &'a dyn TrackingStorage,
        options: &'a Options,
        logs: &[Source],
        applier: Option<Rc<ApplyThread>>,
    ) -> Result<Self> {
        let last_run = store.counters()?.last_run().map_or(0, RunId::number);
        Ok(Self {
            store,
            options,
            pending: PendingBatch::default(),
            sessions: UserSessions::new(store, options.gap)?,
            log_sessions: LogSessions::default(),
            may_delay: options.may_delay(logs),
            applier,
            applying: None,
            attempts: 0,
            last_dry_run: options.dry_run.then_some(last_run),
        })
    }

    /// Whether the next batch is full.
    pub(super) fn is_full(&self) -> bool {
        self.pending.is_full(self.options.batch_lines)
    }

    /// Writes the batch, or begins to: then it has to be [finished](Self::finish). In a dry run, only
    /// counts what it would do.
    pub(super) fn write(
        &mut self,
        logs: &mut LogSet<'_>,
        monitor: &mut LoadMonitor<'_>,
        summary: &mut LoadSummary,
    ) -> Result<Written, LoadError> {
        if self.finish(logs, summary)? == Written::ReadAgain {
            return Ok(Written::ReadAgain);
        }
        self.drop_truncated(logs);
        let records = self.pending.take();
        if !logs.is_dirty() {
            return Ok(Written::Done);
        }
        let records = self.without_duplicates(records, logs, monitor)?;
        let (batch, counts) = self.build(records, logs, monitor)?;
        let batch = add_positions(batch, logs)?;
        if !self.options.dry_run {
            report_rejects(logs, monitor)?;
        }
        if let Some(applier) = &self.applier
            && can_be_read_again(logs)
        {
            applier.apply(batch);
            self.applying = Some(WrittenBatch::of(&counts, logs));
            return Ok(Written::Done);
        }
        let outcomes = match self.simulate(&batch) {
            Some(outcomes) => {
                logs.known.checkpoints.apply_dry_run(&batch);
                outcomes
            }
            None => match monitor.retry_while_busy(|| self.apply(&batch)) {
                Ok(outcomes) => outcomes,
                Err(error) if is_of_a_removed_run(&error) && !can_be_read_again(logs) => {
                    let counts = self.restart_runs(&batch, counts, monitor)?;
                    WrittenBatch::of(&counts, logs).add_to(summary, self.options.max_rejects);
                    return Ok(Written::Done);
                }
                Err(error) => {
                    return self.retry_after_conflict(error, logs, &WrittenBatch::default());
                }
            },
        };
        self.committed(&outcomes);
        WrittenBatch::of(&counts, logs).add_to(summary, self.options.max_rejects);
        Ok(Written::Done)
    }

    /// Waits for the batch that is being applied, if there is one, and counts what it has.
    pub(super) fn finish(
        &mut self,
        logs: &mut LogSet<'_>,
        summary: &mut LoadSummary,
    ) -> Result<Written, LoadError> {
        let result = self.applier.as_ref().and_then(|applier| applier.take());
        let (Some(result), Some(batch)) = (result, self.applying.take()) else {
            return Ok(Written::Done);
        };
        match result {
            Ok(outcomes) => {
                self.committed(&outcomes);
                batch.add_to(summary, self.options.max_rejects);
                Ok(Written::Done)
            }
            Err(error) => self.retry_after_conflict(error, logs, &batch),
        }
    }

    /// A batch that was applied, if its memory is still to be freed.
    pub(super) fn take_applied(&self) -> Option<Batch> {
        self.applier.as_ref()?.take_applied()
    }

    /// A batch is in the store.
    fn committed(&mut self, outcomes: &[Outcome]) {
        self.attempts = 0;
        let started = outcomes.iter().filter_map(|outcome| outcome.run());
        let started: Vec<RunId> = started.collect();
        self.sessions.committed(&started);
        self.log_sessions.committed(&started);
    }

    /// Applies a batch. If the load goes on at once and its lines can be read again, the store may
    /// commit it later: while logs are followed, a failed commit has to be repeated, with the lines
    /// of all the batches that it loses.
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        if self.may_delay {
            self.store.apply_delayed(batch)
        } else {
            self.store.apply(batch)
        }
    }

    /// Commits what was applied.
    pub(super) fn flush(&self) -> Result<()> {
        self.store.flush()
    }

    /// Drops what was read from logs that were truncated meanwhile: it may be of two logs.
    fn drop_truncated(&mut self, logs: &mut LogSet<'_>) {
        let is_changed = |active: &mut ActiveLog| active.is_dirty && !active.log.is_unchanged();
        let changed: Vec<_> = logs.active.extract_if(.., is_changed).collect();
        for active in changed {
            events::reader_restarted(active.log.source());
            self.pending.drop_log(active.log_index);
            logs.reopen(&active);
        }
    }

    /// Leaves out records whose key was used before.
    fn without_duplicates(
        &self,
        records: Vec<PendingRecord>,
        logs: &mut LogSet<'_>,
        monitor: &mut LoadMonitor<'_>,
    ) -> Result<Vec<PendingRecord>, LoadError> {
        let mut keys = BatchKeys::default();
        let mut left = Vec::with_capacity(records.len());
        for pending in records {
            let look_up = || keys.look_up(self.store, &pending.record);
            let status = monitor.retry_while_busy(look_up)?;
            if status == KeyStatus::New {
                left.push(pending);
                continue;
            }
            let active = logs.active_of(pending.log_index);
            let (Some(active), Some(key)) = (active, pending.record.key()) else {
                continue;
            };
            if status == KeyStatus::Duplicate {
                active.counts.duplicates += 1;
                continue;
            }
            let text = pending.text.unwrap_or_default();
            let error = batch_keys::conflict_error(key, &text);
            active.counts.not_valid(&pending.record);
            active.counts.count_malformed(error.reason);
            let reject = Reject::new(active.log.source().clone(), pending.line, error, &text);
            active.rejects.push((reject, text.into_vec()));
        }
        Ok(left)
    }

    /// The records as a batch, in order of their times, each in its run.
    fn build(
        &mut self,
        mut records: Vec<PendingRecord>,
        logs: &mut LogSet<'_>,
        monitor: &mut LoadMonitor<'_>,
    ) -> Result<(Batch, CountsByLog), LoadError> {
        records.sort_by_key(|pending| pending.record.time());
        let mut builder = BatchBuilder::default();
        for pending in records {
            let (log_index, before) = (pending.log_index, builder.started());
            let (record, run) = self.assign_run(pending, &mut builder, logs, monitor)?;
            let started = builder.started() - before;
            builder.save(record.into_track(run)?, log_index, started);
        }
        Ok(builder.finish())
    }

    /// The run of a record, which may have to be started.
    fn assign_run(
        &mut self,
        pending: PendingRecord,
        builder: &mut BatchBuilder,
        logs: &mut LogSet<'_>,
        monitor: &mut LoadMonitor<'_>,
    ) -> Result<(LogRecord, RunChoice)> {
        let record = pending.record;
        let Some(session_id) = record.session_id() else {
            let run = monitor.retry_while_busy(|| {
                let start = |operation| builder.start_run(operation);
                self.sessions.run_of(record.user(), record.time(), start)
            })?;
            return Ok((record, run));
        };
        let active = logs.active_of(pending.log_index);
        let scope = active.map_or_else(String::new, |active| active.scope.clone());
        let checkpoints = &logs.known.checkpoints;
        let look_up = || {
            let sessions = &mut self.log_sessions;
            sessions.look_up(self.store, checkpoints, &scope, session_id)
        };
        let (record, run) = match monitor.retry_while_busy(look_up)? {
            SessionLookup::Known(run) => (record, run),
            SessionLookup::New(session) => {
                let run = builder.start_run(start_run_at(record.time()));
                self.log_sessions.add_started(&session, run);
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

    /// In a dry run, what a store would answer.
    fn simulate(&mut self, batch: &Batch) -> Option<Vec<Outcome>> {
        let last = self.last_dry_run.as_mut()?;
        let start = |operation: &Operation| match operation {
            Operation::StartRun(_) => {
                *last += 1;
                RunId::new(*last).map(Outcome::Started)
            }
            _ => None,
        };
        Some(batch.operations().iter().filter_map(start).collect())
    }

    /// Applies a batch that saves into runs that were removed. Its lines cannot be read again, so
    /// new runs take their place.
    fn restart_runs(
        &mut self,
        batch: &Batch,
        mut counts: CountsByLog,
        monitor: &mut LoadMonitor<'_>,
    ) -> Result<CountsByLog, LoadError> {
        for _ in 0..MAX_ATTEMPTS {
            let (restarted, runs) =
                monitor.retry_while_busy(|| with_runs_restarted(self.store, batch))?;
            match monitor.retry_while_busy(|| self.store.apply(&restarted)) {
                Ok(_) => {
                    if let Some(share) = counts.values_mut().next() {
                        share.runs += runs;
                    }
                    events::runs_restarted(runs);
                    self.attempts = 0;
                    // Their numbers are others now; the store knows them.
                    self.sessions.forget();
                    self.log_sessions.forget();
                    return Ok(counts);
                }
                Err(error) if is_of_a_removed_run(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let why = "runs were removed again and again while the log was loaded; load it again";
        Err(Error::unavailable("load the log", why).into())
    }

    /// Another process changed the store, so that the batch no longer fits. Reads the lines again
    /// where that is possible, with what the store says now: those of the batch, which are no longer
    /// marked where it was applied while the next lines were read, and those that were read since.
    fn retry_after_conflict(
        &mut self,
        error: Error,
        logs: &mut LogSet<'_>,
        batch: &WrittenBatch,
    ) -> Result<Written, LoadError> {
        match &error {
            Error::CheckpointConflict { name, .. } => {
                let is_it = |active: &&ActiveLog| active.log.has_checkpoint(name);
                if let Some(active) = logs.active.iter().find(is_it) {
                    let log = active.log.source().clone();
                    return Err(LoadError::Conflict { log, source: error });
                }
            }
            Error::Batch { source, .. } if matches!(**source, Error::KeyConflict { .. }) => {}
            error if is_of_a_removed_run(error) => {}
            _ => return Err(error.into()),
        }
        self.attempts += 1;
        if self.attempts >= MAX_ATTEMPTS || !can_be_read_again(logs) {
            return Err(error.into());
        }
        events::batch_repeated(error.kind(), self.attempts);
        self.sessions.forget();
        self.log_sessions.forget();
        let is_lost = |active: &mut ActiveLog| active.is_dirty || batch.has(active.log_index);
        let again: Vec<_> = logs.active.extract_if(.., is_lost).collect();
        for active in again {
            self.pending.drop_log(active.log_index);
            logs.reopen(&active);
        }
        Ok(Written::ReadAgain)
    }
}

/// Whether the lines of the batch can be read once more.
fn can_be_read_again(logs: &LogSet<'_>) -> bool {
    let mut dirty = logs.active.iter().filter(|active| active.is_dirty);
    dirty.all(|active| !active.log.input().is_stream())
}

/// Adds how far the logs were read.
fn add_positions(mut batch: Batch, logs: &mut LogSet<'_>) -> Result<Batch, LoadError> {
    for active in logs.active.iter_mut().filter(|active| active.is_dirty) {
        let added = active.log.add_positions(&mut logs.known, batch);
        batch = added.map_err(OpenError::into_load_error)?;
    }
    Ok(batch)
}

/// Gives the observer the lines that are not in the batch.
fn report_rejects(logs: &LogSet<'_>, monitor: &mut LoadMonitor<'_>) -> Result<(), LoadError> {
    let observer = &mut *monitor.observer;
    let active = logs.active.iter();
    for active in active.filter(|active| !active.rejects.is_empty()) {
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
