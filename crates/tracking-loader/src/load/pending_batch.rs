//! Records that were read and are not in the store yet.

use crate::LogRecord;

/// A record, and the line that it was.
#[derive(Debug)]
pub(super) struct PendingRecord {
    /// The index of its log in the summary.
    pub(super) log_index: usize,
    /// The number of the line in its source, counted from 1.
    pub(super) line: u64,
    /// The line itself, where it may still be rejected.
    pub(super) text: Option<Box<[u8]>>,
    pub(super) record: LogRecord,
}

/// The records of the next batch.
#[derive(Debug, Default)]
pub(super) struct PendingBatch {
    records: Vec<PendingRecord>,
    lines: usize,
    bytes: usize,
}

/// How many bytes of text a batch has at most.
const MAX_BYTES: usize = 8 * 1024 * 1024;

impl PendingBatch {
    /// Whether the batch has so many lines, or as much text as a batch may have.
    pub(super) fn is_full(&self, lines: usize) -> bool {
        self.lines >= lines || self.bytes >= MAX_BYTES
    }

    /// Counts a line of so many bytes, whether it is a record or not.
    pub(super) fn count_line(&mut self, bytes: usize) {
        self.lines += 1;
        self.bytes += bytes;
    }

    pub(super) fn push(&mut self, record: PendingRecord) {
        self.records.push(record);
    }

    /// Drops what was read from a log.
    pub(super) fn drop_log(&mut self, log_index: usize) {
        self.records.retain(|record| record.log_index != log_index);
    }

    /// Takes the records out, for the batch to start again.
    pub(super) fn take(&mut self) -> Vec<PendingRecord> {
        std::mem::take(self).records
    }
}
