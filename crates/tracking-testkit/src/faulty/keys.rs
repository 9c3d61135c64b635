//! Keys that are wrong.

use tracking_core::{Batch, Data, NewTrack, Operation, Outcome, Result, TrackUpdate};

use super::rewrite;
use super::wrap::{Right, Rules, only_operation};

/// Saves again under a key that was used.
pub(super) struct IgnoresKeys;

impl Rules for IgnoresKeys {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        rewrite::without_key(track, track.data().clone(), track.mode(), true)
    }
}

/// Takes other content under a key for the same save.
pub(super) struct IgnoresKeyConflicts;

impl Rules for IgnoresKeyConflicts {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        if let Some(Operation::Save(track)) = only_operation(batch)
            && let Some(key) = track.key()
            && let Some(used) = right.key_use(key)?
        {
            return Ok(vec![Outcome::Saved(used.track())]);
        }
        right.apply(batch)
    }
}

/// Moves the run's end when a save is repeated.
pub(super) struct RepeatedSavesTouchTheRun;

impl Rules for RepeatedSavesTouchTheRun {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let mut touched = Vec::new();
        for operation in batch.operations() {
            if let Operation::Save(track) = operation
                && let Some(key) = track.key()
                && let Some(used) = right.key_use(key)?
            {
                touched.push(used.track());
            }
        }
        let outcomes = right.apply(batch)?;
        for id in touched {
            right.update(TrackUpdate::merge(id, Data::empty()))?;
        }
        Ok(outcomes)
    }
}
