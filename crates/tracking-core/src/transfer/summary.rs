//! How much has been moved.

use serde::Serialize;

use super::Record;

/// How much has been moved so far, and in the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct TransferSummary {
    /// Tracks, those included that were there already, as below.
    pub tracks: u64,
    /// Runs.
    pub runs: u64,
    /// Keys that were used.
    pub keys: u64,
    /// Checkpoints.
    pub checkpoints: u64,
    /// Indexes on data fields.
    pub indexes: u64,
    /// How many of all these the store that they came to had already, exactly as they are.
    pub already_there: u64,
}

impl TransferSummary {
    pub(super) fn add(&mut self, record: &Record) {
        match record {
            Record::Index(_) => self.indexes += 1,
            Record::Run(_) => self.runs += 1,
            Record::Track(_) => self.tracks += 1,
            Record::Key(_) => self.keys += 1,
            Record::Checkpoint(_) => self.checkpoints += 1,
            Record::Counters(_) => {}
        }
    }
}
