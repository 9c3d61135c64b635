//! Wrong delayed commits.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tracking_core::{Batch, Outcome, Query, Result, TrackId};

use super::wrap::{Right, Rules};

/// Does not count tracks of delayed batches before they are committed.
#[derive(Default)]
pub(super) struct HidesDelayedBatches(AtomicU64);

impl Rules for HidesDelayedBatches {
    fn apply_delayed(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let outcomes = right.apply_delayed(batch)?;
        let saved = outcomes.iter().filter(|outcome| outcome.track().is_some());
        self.0.fetch_add(saved.count() as u64, Ordering::Relaxed);
        Ok(outcomes)
    }

    fn flush(&self, right: &Right) -> Result<()> {
        self.0.store(0, Ordering::Relaxed);
        right.flush()
    }

    fn count(&self, right: &Right, query: &Query) -> Result<u64> {
        let hidden = self.0.load(Ordering::Relaxed);
        Ok(right.count(query)?.saturating_sub(hidden))
    }
}

/// Takes back all delayed batches where one of them fails.
#[derive(Default)]
pub(super) struct FailuresUndoDelayedBatches(Mutex<Vec<TrackId>>);

impl Rules for FailuresUndoDelayedBatches {
    fn apply_delayed(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let applied = right.apply_delayed(batch);
        let mut saved = self.0.lock();
        match &applied {
            Ok(outcomes) => saved.extend(outcomes.iter().filter_map(|outcome| outcome.track())),
            Err(_) => {
                for track in saved.drain(..) {
                    right.remove(track)?;
                }
            }
        }
        applied
    }
}

/// Forgets the last delayed batch when it commits.
#[derive(Default)]
pub(super) struct LosesTheLastDelayedBatch(Mutex<Vec<TrackId>>);

impl Rules for LosesTheLastDelayedBatch {
    fn apply_delayed(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let outcomes = right.apply_delayed(batch)?;
        *self.0.lock() = outcomes
            .iter()
            .filter_map(|outcome| outcome.track())
            .collect();
        Ok(outcomes)
    }

    fn flush(&self, right: &Right) -> Result<()> {
        right.flush()?;
        for track in self.0.lock().drain(..) {
            right.remove(track)?;
        }
        Ok(())
    }
}
