//! Taking records in, many at once.

use std::collections::HashSet;

use super::pages::{self, PAGE};
use super::{Record, TransferSummary};
use crate::{CheckpointName, Error, Key, Result, RunId, TrackId, TrackingStorage};

/// How much data is held before it is restored, in bytes, however few records that are.
const MAX_BYTES: usize = 4 << 20;

/// Restores records into a store, those that are there already left out.
pub(super) struct Restorer<'s> {
    store: &'s dyn TrackingStorage,
    progress: &'s mut dyn FnMut(&TransferSummary),
    /// Whether commits are delayed, which keeps other writers waiting between two steps.
    delays: bool,
    moved: TransferSummary,
    /// What is to be restored next, and its numbers.
    records: Vec<Record>,
    numbers: Vec<u64>,
    bytes: usize,
    /// The last key of what was restored before.
    last_key: Option<Key>,
    /// The last checkpoint of what was restored before.
    last_checkpoint: Option<CheckpointName>,
}

/// The record of this number does not fit, or nothing does.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) number: Option<u64>,
    pub(super) error: Error,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self {
            number: None,
            error,
        }
    }
}

impl<'s> Restorer<'s> {
    pub(super) fn new(
        store: &'s dyn TrackingStorage,
        progress: &'s mut dyn FnMut(&TransferSummary),
    ) -> Self {
        Self {
            store,
            progress,
            delays: false,
            moved: TransferSummary::default(),
            records: Vec::with_capacity(PAGE),
            numbers: Vec::with_capacity(PAGE),
            bytes: 0,
            last_key: None,
            last_checkpoint: None,
        }
    }

    /// Delays commits, where the records come without a pause.
    pub(super) fn delayed(mut self) -> Self {
        self.delays = true;
        self
    }

    /// Takes a record; its number is that of a line, or a count.
    pub(super) fn take(&mut self, number: u64, record: Record) -> Result<(), Refused> {
        if let Record::Track(track) = &record {
            self.bytes += track.data().as_str().len();
        }
        self.records.push(record);
        self.numbers.push(number);
        if self.records.len() < PAGE && self.bytes < MAX_BYTES {
            return Ok(());
        }
        self.flush()
    }

    /// Restores what has not been restored so far, and tells how much that was in all.
    pub(super) fn finish(mut self) -> Result<TransferSummary, Refused> {
        self.flush()?;
        Ok(self.moved)
    }

    fn flush(&mut self) -> Result<(), Refused> {
        let there = self.what_is_there()?;
        let (mut records, mut numbers) = (Vec::new(), Vec::new());
        for (record, number) in self.records.drain(..).zip(self.numbers.drain(..)) {
            self.moved.add(&record);
            match &record {
                Record::Key(used) => self.last_key = Some(used.key().clone()),
                Record::Checkpoint(at) => self.last_checkpoint = Some(at.name().clone()),
                _ => {}
            }
            if there.contains(&record) {
                self.moved.already_there += 1;
                continue;
            }
            records.push(record);
            numbers.push(number);
        }
        self.bytes = 0;
        if !records.is_empty() {
            let restored = if self.delays {
                self.store.restore_delayed(&records)
            } else {
                self.store.restore(&records)
            };
            restored.map_err(|error| refused(error, &numbers))?;
        }
        (self.progress)(&self.moved);
        Ok(())
    }

    /// What the store has where the records belong. In the order of an export this is all of
    /// them; in any other the store itself finds out when it restores.
    fn what_is_there(&self) -> Result<HashSet<Record>> {
        let mut there = HashSet::new();
        let one_kind = |one: &Record, next: &Record| {
            std::mem::discriminant(one) == std::mem::discriminant(next)
        };
        for records in self.records.chunk_by(one_kind) {
            match records.first() {
                Some(Record::Index(_)) => {
                    there.extend(self.store.indexes()?.into_iter().map(Record::Index));
                }
                Some(Record::Run(first)) => {
                    let before = RunId::new(first.id().number() - 1);
                    let runs = pages::runs(self.store, before)?;
                    there.extend(runs.into_iter().map(Record::Run));
                }
                Some(Record::Track(first)) => {
                    let before = TrackId::new(first.id().number() - 1);
                    let page = pages::tracks(self.store, before)?;
                    there.extend(page.tracks.into_iter().map(Record::Track));
                }
                Some(Record::Key(_)) => {
                    let keys = pages::keys(self.store, self.last_key.as_ref())?;
                    there.extend(keys.into_iter().map(Record::Key));
                }
                Some(Record::Checkpoint(_)) => {
                    let checkpoints =
                        pages::checkpoints(self.store, self.last_checkpoint.as_ref())?;
                    there.extend(checkpoints.into_iter().map(Record::Checkpoint));
                }
                Some(Record::Counters(_)) | None => {}
            }
        }
        Ok(there)
    }
}

/// Says which record does not fit.
fn refused(error: Error, numbers: &[u64]) -> Refused {
    match error {
        Error::Batch { index, source } => Refused {
            number: numbers.get(index).copied(),
            error: *source,
        },
        error => error.into(),
    }
}
