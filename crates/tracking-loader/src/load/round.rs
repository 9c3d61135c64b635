//! What goes into the store at a time: records, and how far the logs have been read with them.

use std::collections::BTreeMap;
use std::io;

use tracking_core::{
    Batch, Error, Expected, Operation, Outcome, RunChoice, RunId, TrackingStorage,
};

use super::LoadError;
use super::error::OpenError;
use super::keys::{self, KeyIs, Keys};
use super::logs::Active;
use super::under_way::UnderWay;
use crate::{LogRecord, Reject};

/// A record, and the line that it was.
#[derive(Debug)]
pub(super) struct Entry {
    /// The place of its log in the summary.
    pub(super) place: usize,
    pub(super) line: u64,
    /// The line itself, where it may still be rejected.
    pub(super) text: Option<Box<[u8]>>,
    pub(super) record: LogRecord,
}

/// The lines of one batch.
#[derive(Debug)]
pub(super) struct Round {
    entries: Vec<Entry>,
    lines: usize,
    bytes: usize,
    /// How often it was tried.
    attempts: u32,
    /// In a trial, the number of the run that would be started last.
    tried_run: Option<u64>,
}

/// How much text there is in a batch at most.
const BYTES: usize = 8 * 1024 * 1024;

/// How often a batch is tried when others change what it leans on.
const ATTEMPTS: u32 = 5;

/// What of a log is in a batch.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    tracks: u64,
    runs: u64,
}

/// By the places of the logs in the summary.
type Shares = BTreeMap<usize, Share>;

impl Round {
    pub(super) fn new(store: &dyn TrackingStorage, dry_run: bool) -> tracking_core::Result<Self> {
        let last_run = store.counters()?.last_run().map_or(0, RunId::number);
        Ok(Self {
            entries: Vec::new(),
            lines: 0,
            bytes: 0,
            attempts: 0,
            tried_run: dry_run.then_some(last_run),
        })
    }

    pub(super) fn is_full(&self, lines: usize) -> bool {
        self.lines >= lines || self.bytes >= BYTES
    }

    pub(super) fn count(&mut self, bytes: usize) {
        self.lines += 1;
        self.bytes += bytes;
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    fn take(&mut self) -> Vec<Entry> {
        (self.lines, self.bytes) = (0, 0);
        std::mem::take(&mut self.entries)
    }

    /// What a store would answer.
    fn tried(&mut self, batch: &Batch) -> Option<Vec<Outcome>> {
        let last = self.tried_run.as_mut()?;
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

impl UnderWay<'_> {
    /// Puts what was read into the store, together with how far the logs have been read.
    pub(super) fn commit(&mut self) -> Result<(), LoadError> {
        self.leave_out_changed();
        let entries = self.round.take();
        if !self.logs.active.iter().any(|active| active.is_moved) {
            return Ok(());
        }
        let entries = self.without_known_keys(entries)?;
        let (batch, shares) = self.batch(entries)?;
        let batch = self.moved(batch)?;
        self.hand_over_rejects()?;
        let outcomes = match self.round.tried(&batch) {
            Some(outcomes) => {
                self.known.checkpoints.try_out(&batch);
                outcomes
            }
            None => match self.observer.patiently(|| self.store.apply(&batch)) {
                Ok(outcomes) => outcomes,
                Err(error) => return self.start_over(error),
            },
        };
        self.round.attempts = 0;
        let started: Vec<RunId> = outcomes
            .iter()
            .filter_map(|outcome| outcome.run())
            .collect();
        self.sessions.committed(&started);
        self.hints.committed(&started);
        self.committed(&shares);
        Ok(())
    }

    /// Drops what was read from logs that were cut meanwhile: it may be of two logs.
    fn leave_out_changed(&mut self) {
        let is_changed = |active: &mut Active| active.is_moved && !active.log.is_unchanged();
        let changed: Vec<_> = self.logs.active.extract_if(.., is_changed).collect();
        for active in changed {
            self.round
                .entries
                .retain(|entry| entry.place != active.place);
            self.open_again(&active);
        }
    }

    fn open_again(&mut self, active: &Active) {
        let log = (active.log.source().clone(), active.place);
        self.logs.add(vec![log], &mut self.known);
    }

    /// Leaves out records whose key was used before.
    fn without_known_keys(&mut self, entries: Vec<Entry>) -> Result<Vec<Entry>, LoadError> {
        let mut keys = Keys::default();
        let mut left = Vec::with_capacity(entries.len());
        for entry in entries {
            let look_up = || keys.look_up(self.store, &entry.record);
            let is = self.observer.patiently(look_up)?;
            if is == KeyIs::New {
                left.push(entry);
                continue;
            }
            let active = self
                .logs
                .active
                .iter_mut()
                .find(|active| active.place == entry.place);
            let (Some(active), Some(key)) = (active, entry.record.key()) else {
                continue;
            };
            if is == KeyIs::Known {
                active.counts.repeated += 1;
                continue;
            }
            let text = entry.text.unwrap_or_default();
            let error = keys::taken(key, &text);
            active.counts.not_valid(&entry.record);
            active.counts.count_malformed(error.reason);
            let reject = Reject::new(active.log.source().clone(), entry.line, error, &text);
            active.rejects.push((reject, text.into_vec()));
        }
        Ok(left)
    }

    /// The records as a batch, in order of their times, each in its run.
    fn batch(&mut self, mut entries: Vec<Entry>) -> Result<(Batch, Shares), LoadError> {
        entries.sort_by_key(|entry| entry.record.time());
        let mut filling = Filling::default();
        for entry in entries {
            let (place, before) = (entry.place, filling.started);
            let (record, run) = self.with_run(entry, &mut filling)?;
            filling.batch.push(Operation::Save(record.into_track(run)?));
            let started = filling.started - before;
            filling.count(place, started);
        }
        Ok((filling.batch, filling.shares))
    }

    /// The run of a record, which may have to be started.
    fn with_run(
        &mut self,
        entry: Entry,
        filling: &mut Filling,
    ) -> tracking_core::Result<(LogRecord, RunChoice)> {
        let record = entry.record;
        let Some(hint) = record.run_hint() else {
            let sessions = &mut self.sessions;
            let run = self.observer.patiently(|| {
                let start = |operation| filling.start(operation);
                sessions.run_of(record.user(), record.time(), start)
            })?;
            return Ok((record, run));
        };
        let mut active = self.logs.active.iter();
        let active = active.find(|active| active.place == entry.place);
        let scope = active.map_or("", |active| active.scope.as_str());
        let (hints, checkpoints) = (&mut self.hints, &self.known.checkpoints);
        let find = || hints.run_of(self.store, checkpoints, scope, hint);
        let found = self.observer.patiently(find)?;
        let (record, run) = match found {
            Ok(run) => (record, run),
            Err(session) => {
                let run = filling.start(super::sessions::start_at(record.time()));
                self.hints.started(&session, run);
                let key = record.key().cloned().map_or_else(|| session.key(), Ok)?;
                let (before, checkpoint) = session.checkpoint(&key)?;
                filling.move_checkpoint(before, checkpoint);
                (record.with_key(key), run)
            }
        };
        self.sessions.met(record.user(), record.time(), run, false);
        Ok((record, run))
    }

    /// Adds how far the logs have been read.
    fn moved(&mut self, mut batch: Batch) -> Result<Batch, LoadError> {
        for active in self.logs.active.iter_mut().filter(|active| active.is_moved) {
            let moved = active.log.moved(&mut self.known, batch);
            batch = moved.map_err(OpenError::into_load_error)?;
        }
        Ok(batch)
    }

    /// Gives the observer the lines that are not in the batch.
    fn hand_over_rejects(&mut self) -> Result<(), LoadError> {
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
    fn committed(&mut self, shares: &Shares) {
        for active in &mut self.logs.active {
            if let Some(share) = shares.get(&active.place) {
                active.counts.tracks += share.tracks;
                active.counts.runs += share.runs;
            }
        }
        let moved = self.logs.active.iter_mut().filter(|active| active.is_moved);
        for active in moved {
            active.log.committed();
            active.is_moved = false;
            // Something came after all.
            active.quiet = active.quiet.map(|_| 0);
            let counts = std::mem::take(&mut active.counts);
            self.summary.total += &counts;
            if let Some(summary) = self.summary.logs.get_mut(active.place) {
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
    fn start_over(&mut self, error: Error) -> Result<(), LoadError> {
        let moved = |active: &mut Active| active.is_moved;
        match &error {
            Error::CheckpointConflict { name, .. } => {
                let is_it = |active: &&Active| active.log.has_checkpoint(name);
                if let Some(active) = self.logs.active.iter().find(is_it) {
                    let log = active.log.source().clone();
                    return Err(LoadError::Conflict { log, source: error });
                }
            }
            Error::Batch { source, .. } if matches!(**source, Error::KeyConflict { .. }) => {}
            _ => return Err(error.into()),
        }
        self.round.attempts += 1;
        let active = self.logs.active.iter().filter(|active| active.is_moved);
        let can_be_read_again = active.clone().all(|active| !active.log.input().is_once());
        if self.round.attempts >= ATTEMPTS || !can_be_read_again {
            return Err(error.into());
        }
        self.sessions.forget();
        self.hints.forget();
        let again: Vec<_> = self.logs.active.extract_if(.., moved).collect();
        for active in again {
            self.open_again(&active);
        }
        Ok(())
    }
}

/// A batch that is being filled.
#[derive(Debug, Default)]
struct Filling {
    batch: Batch,
    started: usize,
    shares: Shares,
}

impl Filling {
    fn count(&mut self, place: usize, runs: usize) {
        let share = self.shares.entry(place).or_default();
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
