//! When a wipe that failed is tried again.

/// Failures in a row after which the pause between two attempts grows no longer.
const MAX_FAILURES: u32 = 10;

/// When to try again to rewrite a file, which takes time for nothing where it fails.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    /// How many changes pass before the next attempt.
    changes: u32,
}

impl Backoff {
    /// Counts a failure: the number of changes to skip doubles.
    pub(crate) fn fail(&mut self) {
        self.failures = (self.failures + 1).min(MAX_FAILURES);
        self.changes = (1 << self.failures) - 2;
    }

    /// Counts a change, and tells whether the attempt after it is skipped.
    pub(crate) fn skips(&mut self) -> bool {
        let skips = self.changes > 0;
        self.changes = self.changes.saturating_sub(1);
        skips
    }

    /// How many changes pass before the next attempt.
    pub(crate) fn changes_to_skip(&self) -> u32 {
        self.changes
    }
}
