//! The transaction that batches share whose commit is delayed.

use tracking_core::Timestamp;

/// How old a transaction of delayed batches may become, in microseconds, before a batch commits it:
/// so long may others wait before they can write.
pub(crate) const MAX_AGE_MICROS: i64 = 2_000_000;

/// How many operations a transaction of delayed batches may have before a batch commits it. This
/// bounds its pages in memory, and the log next to the file.
pub(crate) const MAX_OPERATIONS: usize = 1 << 17;

/// A transaction that is open between two calls.
#[derive(Debug)]
pub(crate) struct DelayedTransaction {
    begun: Timestamp,
    /// How many batches it has.
    pub(crate) batches: u64,
    pub(crate) operations: usize,
}

impl DelayedTransaction {
    pub(crate) fn new(begun: Timestamp) -> Self {
        Self {
            begun,
            batches: 0,
            operations: 0,
        }
    }

    /// Whether it is so old or so large that it is to be committed.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.operations >= MAX_OPERATIONS
            || now.micros().saturating_sub(self.begun.micros()) >= MAX_AGE_MICROS
    }
}
