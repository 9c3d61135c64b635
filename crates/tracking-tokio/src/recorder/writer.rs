//! The thread that saves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use tracking_core::{Batch, Error, ErrorKind, Outcome, Result};

use super::backoff::Backoff;
use super::counts::with_causes;
use super::events;
use super::queue::{End, Taker};
use super::shared::Shared;
use super::spiller;

pub(super) struct Writer {
    shared: Arc<Shared>,
    backoff: Backoff,
    /// Since when the store has failed, and not succeeded once.
    failing_since: Option<Instant>,
    /// How often it has failed since then.
    failures: u32,
    /// Before this, what the store failed to take is spilled without asking it again.
    ask_again_at: Option<Instant>,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let limits = shared.limits;
        Self {
            shared,
            backoff: Backoff::new(limits.initial_backoff, limits.max_backoff),
            failing_since: None,
            failures: 0,
            ask_again_at: None,
        }
    }

    /// Saves until the recorder is closed and nothing is left.
    pub(super) fn run(mut self) {
        while self.take_batch() {
            self.settle();
        }
    }

    /// Waits for a batch, one that is full or has waited long enough, and takes it; false at the
    /// end.
    fn take_batch(&self) -> bool {
        let shared = &*self.shared;
        let mut queue = shared.lock();
        let mut deadline = None;
        loop {
            if queue.len() == 0 {
                queue.flush_requested = false;
                if queue.is_closing {
                    return false;
                }
                deadline = None;
                queue = shared.wait_for_work(queue, None);
                continue;
            }
            let now = Instant::now();
            let deadline = *deadline.get_or_insert(now + shared.limits.max_delay);
            let left = deadline.saturating_duration_since(now);
            let is_due = left.is_zero() || queue.flush_requested || queue.is_closing;
            if (is_due || queue.has_full_part())
                && let Some(part) = queue.take(Taker::Writer)
            {
                // Both locks at once, so that the tracks can always be found.
                *shared.in_flight() = part;
                return true;
            }
            queue = shared.wait_for_work(queue, Some(left));
        }
    }

    /// Brings every track in flight to its end.
    fn settle(&mut self) {
        loop {
            if self.shared.lock().is_abandoned {
                let left = std::mem::take(&mut *self.shared.in_flight());
                self.shared
                    .settle(left.amount(), End::Abandoned, None, Taker::Writer);
            }
            if self.shared.in_flight().is_empty() {
                return;
            }
            if self.ask_again_at.is_none_or(|then| Instant::now() >= then) {
                self.ask_again_at = None;
                if self.save() {
                    continue;
                }
            }
            if self.should_spill() {
                let mut tracks = std::mem::take(&mut *self.shared.in_flight());
                spiller::spill(&self.shared, &mut tracks, Taker::Writer);
                *self.shared.in_flight() = tracks;
            }
            if !self.shared.in_flight().is_empty() {
                let pause = self.backoff.after_failure();
                self.shared.pause(pause);
                self.ask_again_at = None;
            }
        }
    }

    /// Tries to save what is in flight; false where the store is down. What was saved or refused
    /// is no longer in flight.
    fn save(&mut self) -> bool {
        let shared = &*self.shared;
        let batch: Batch = shared.in_flight().unpack_all(&shared.keys).collect();
        let Err(error) = apply(shared, &batch) else {
            // Empty where the recorder was closed meanwhile and has spilled them.
            let saved = std::mem::take(&mut *shared.in_flight());
            shared.settle_batch(saved);
            self.note_success();
            return true;
        };
        let Some(index) = refused(&error) else {
            self.note_failure(&error);
            return false;
        };
        shared.lock().counts.last_error = Some(with_causes(&error));
        let mut in_flight = shared.in_flight();
        let (ended, left) = (in_flight.remove(index), in_flight.first_number());
        drop(in_flight);
        // None where the recorder was closed meanwhile and has spilled them.
        if ended.tracks > 0 {
            shared.settle(ended, End::Refused, left, Taker::Writer);
            let refused = shared.lock().counts.refused;
            events::track_refused(error.kind(), refused);
        }
        true
    }

    fn note_success(&mut self) {
        self.backoff.reset();
        if let Some(since) = self.failing_since.take() {
            events::store_recovered(self.failures, since.elapsed());
        }
        self.failures = 0;
    }

    fn note_failure(&mut self, error: &Error) {
        let mut queue = self.shared.lock();
        queue.counts.last_error = Some(with_causes(error));
        queue.counts.store_failures += 1;
        drop(queue);
        self.failing_since.get_or_insert_with(Instant::now);
        self.failures = self.failures.saturating_add(1);
        events::store_failed(error.kind(), self.failures);
    }

    /// Whether the log takes the batch that the store does not.
    fn should_spill(&mut self) -> bool {
        if self.shared.spill().is_none() {
            return false;
        }
        let long = |since: Instant| since.elapsed() >= self.shared.limits.spill_after;
        let spills = self.failing_since.is_some_and(long) || self.shared.lock().is_closing;
        if spills && self.ask_again_at.is_none() {
            self.ask_again_at = Some(Instant::now() + self.backoff.after_failure());
        }
        spills
    }
}

/// Applies a batch; a store that panics has failed, and its outcome is unknown.
fn apply(shared: &Shared, batch: &Batch) -> Result<Vec<Outcome>> {
    let applied = catch_unwind(AssertUnwindSafe(|| shared.store.apply(batch)));
    applied.unwrap_or_else(|_| {
        let cause = "the store panicked".into();
        Err(Error::outcome_unknown("saving a batch", Some(cause)))
    })
}

/// Which track of the batch can never be saved. Any other error is the store's, and may pass.
fn refused(error: &Error) -> Option<usize> {
    match error {
        Error::Batch { index, source, .. } if is_of_operation(source) => Some(*index),
        _ => None,
    }
}

/// Whether the error says that the operation itself is wrong, and not that the store failed in it.
fn is_of_operation(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidName
            | ErrorKind::InvalidData
            | ErrorKind::TimeOutOfRange
            | ErrorKind::UnknownRun
            | ErrorKind::UnknownStartedRun
            | ErrorKind::UnknownTrack
            | ErrorKind::KeyConflict
            | ErrorKind::Unsupported
    )
}
