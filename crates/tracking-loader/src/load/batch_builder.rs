//! The operations of a batch, one after the other.

use std::collections::BTreeMap;

use tracking_core::{Batch, Checkpoint, NewTrack, Operation, Precondition, RunChoice};

/// A batch that is being filled.
#[derive(Debug, Default)]
pub(super) struct BatchBuilder {
    batch: Batch,
    /// How many runs it starts.
    started: usize,
    counts: CountsByLog,
}

/// What a batch has of a log.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BatchCounts {
    pub(super) tracks: u64,
    pub(super) runs: u64,
}

/// By the indexes of the logs in the summary.
pub(super) type CountsByLog = BTreeMap<usize, BatchCounts>;

impl BatchBuilder {
    /// How many runs the batch starts so far.
    pub(super) fn started(&self) -> usize {
        self.started
    }

    /// Starts a run.
    pub(super) fn start_run(&mut self, start: Operation) -> RunChoice {
        self.batch.push(start);
        self.started += 1;
        RunChoice::Started(self.started - 1)
    }

    /// Saves a track of a log, for which so many runs were started.
    pub(super) fn save(&mut self, track: NewTrack, log_index: usize, runs: usize) {
        self.batch.push(Operation::Save(track));
        let counts = self.counts.entry(log_index).or_default();
        counts.tracks += 1;
        counts.runs += runs as u64;
    }

    /// Moves a checkpoint.
    pub(super) fn move_checkpoint(&mut self, from: Precondition, to: Checkpoint) {
        let batch = std::mem::take(&mut self.batch);
        self.batch = batch.with_checkpoint_if(from, to);
    }

    /// The batch, and what it has of each log.
    pub(super) fn finish(self) -> (Batch, CountsByLog) {
        (self.batch, self.counts)
    }
}
