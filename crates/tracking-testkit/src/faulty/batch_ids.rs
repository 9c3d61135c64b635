//! Batch ids that are wrong.

use std::collections::HashSet;

use parking_lot::Mutex;
use tracking_core::{Batch, BatchId, BatchRetention, Checkpoint, Error, Outcome, Result};

use super::wrap::{Right, Rules};

/// Applies a batch again under an id that was used.
pub(super) struct IgnoresBatchIds;

impl Rules for IgnoresBatchIds {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let new: Batch = batch.operations().iter().cloned().collect();
        right.apply(&batch.checkpoints().iter().fold(new, |new, moved| {
            new.with_checkpoint_if(moved.from().clone(), moved.to().clone())
        }))
    }
}

/// Answers a repeated batch without its outcomes.
#[derive(Default)]
pub(super) struct ForgetsAnswers(Mutex<HashSet<BatchId>>);

impl Rules for ForgetsAnswers {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let outcomes = right.apply(batch)?;
        let is_new = batch.id().is_none_or(|id| self.0.lock().insert(id.clone()));
        Ok(if is_new { outcomes } else { Vec::new() })
    }
}

/// Takes another batch under an id for the same one.
pub(super) struct IgnoresBatchIdConflicts;

impl Rules for IgnoresBatchIdConflicts {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        match right.apply(batch) {
            Err(Error::BatchIdConflict { .. }) => Ok(Vec::new()),
            other => other,
        }
    }
}

/// Looks at the checkpoints before it looks whether the batch is a repeated one.
pub(super) struct ComparesCheckpointsFirst;

impl Rules for ComparesCheckpointsFirst {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        for moved in batch.checkpoints() {
            let name = moved.to().name();
            let there = right.checkpoint(name)?;
            if !moved
                .from()
                .allows(there.as_ref().map(Checkpoint::position))
            {
                return Err(Error::checkpoint_conflict(name.clone()));
            }
        }
        right.apply(batch)
    }
}

/// Takes the id of a batch that failed for used.
pub(super) struct FailedBatchesUseUpIds;

impl Rules for FailedBatchesUseUpIds {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let outcomes = right.apply(batch);
        if let (Err(_), Some(id)) = (&outcomes, batch.id()) {
            // Where the id was used before, this is an error, too.
            right.apply(&Batch::new().with_id(id)).ok();
        }
        outcomes
    }
}

/// Never forgets an id.
pub(super) struct RemembersForEver;

impl Rules for RemembersForEver {
    fn set_batch_retention(&self, _right: &Right, _retention: &BatchRetention) -> Result<()> {
        Ok(())
    }
}
