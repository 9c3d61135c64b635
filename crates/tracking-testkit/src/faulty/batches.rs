//! Wrong batches.

use std::sync::atomic::{AtomicUsize, Ordering};

use tracking_core::{
    Batch, Counters, Error, NewRun, Operation, Outcome, Precondition, Record, Result, RunChoice,
    RunId, RunSelector, SaveMode, StopRun, TrackId,
};

use super::wrap::{Right, Rules, only_operation, with_checkpoints_of};

/// Does the operations of a batch one by one, each for itself.
pub(super) struct DoesOneByOne;

impl Rules for DoesOneByOne {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let outcomes = one_by_one(right, batch)?;
        right.apply(&with_checkpoints_of(batch, Vec::new()))?;
        Ok(outcomes)
    }
}

fn one_by_one(right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
    let (mut outcomes, mut started) = (Vec::new(), Vec::new());
    for (index, operation) in batch.operations().iter().enumerate() {
        let done = right.apply(&Batch::from(named(operation, &started)));
        let done = done.map_err(|error| error.out_of_batch().in_batch(index))?;
        started.extend(done.iter().filter_map(|outcome| match outcome {
            Outcome::Started(run) => Some(*run),
            _ => None,
        }));
        outcomes.extend(done);
    }
    Ok(outcomes)
}

/// The operation with the numbers of the runs it means.
fn named(operation: &Operation, started: &[RunId]) -> Operation {
    match operation {
        Operation::Save(track) => {
            let run = match track.run() {
                RunChoice::Started(index) => started.get(index).copied().map(RunChoice::from),
                _ => None,
            };
            Operation::Save(track.clone().in_run(run.unwrap_or(track.run())))
        }
        Operation::StopRun(stop) => match stop.run() {
            RunSelector::Started(index) => {
                let run = started.get(*index).copied();
                Operation::StopRun(run.map_or_else(|| stop.clone(), StopRun::new))
            }
            _ => Operation::StopRun(stop.clone()),
        },
        other => other.clone(),
    }
}

/// Lets others see saves of a batch before it is done.
pub(super) struct ShowsHalfBatches;

impl Rules for ShowsHalfBatches {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let cannot_fail = |operation: &Operation| match operation {
            Operation::Save(track) => {
                track.run() == RunChoice::Current
                    && track.mode() == SaveMode::Append
                    && track.key().is_none()
            }
            Operation::Remove(_) => true,
            _ => false,
        };
        if !batch.checkpoints().is_empty() || !batch.operations().iter().all(cannot_fail) {
            return right.apply(batch);
        }
        let mut outcomes = Vec::new();
        for operation in batch.operations() {
            outcomes.extend(right.apply(&Batch::from(operation.clone()))?);
            std::thread::yield_now();
        }
        Ok(outcomes)
    }
}

/// Writes checkpoints before the rest of the batch.
pub(super) struct WritesCheckpointsFirst;

impl Rules for WritesCheckpointsFirst {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        right.apply(&with_checkpoints_of(batch, Vec::new()))?;
        right.apply(&batch.operations().iter().cloned().collect())
    }
}

/// Does not look where a checkpoint is before it moves it.
pub(super) struct MovesCheckpointsBlindly;

impl Rules for MovesCheckpointsBlindly {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let new: Batch = batch.operations().iter().cloned().collect();
        let moves = batch.checkpoints().iter();
        right.apply(&moves.fold(new, |new, moved| {
            new.with_checkpoint_if(Precondition::Anything, moved.to().clone())
        }))
    }
}

/// Uses up an id for a save that fails.
pub(super) struct ErrorsUseUpIds;

impl Rules for ErrorsUseUpIds {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        right.apply(batch).inspect_err(|_| {
            // The counters of a store that works can be read and raised.
            drop(consume_id(right));
        })
    }
}

fn consume_id(right: &Right) -> Result<()> {
    let counters = right.counters()?;
    let next = counters
        .last_track()
        .map_or(Some(TrackId::FIRST), TrackId::next);
    right.restore(&[Record::Counters(Counters::new(next, counters.last_run()))])
}

/// Tells of no error but the number of the first operation.
pub(super) struct BlamesTheFirst;

impl Rules for BlamesTheFirst {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        right.apply(batch).map_err(|error| match error {
            Error::Batch { source, .. } => source.in_batch(0),
            other => other,
        })
    }
}

/// Looks for a task's current run, and starts one in a step of its own.
pub(super) struct StartsRunsTwice;

impl Rules for StartsRunsTwice {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let Some(Operation::Save(track)) = only_operation(batch) else {
            return right.apply(batch);
        };
        let task = track.task();
        let alone = track.run() == RunChoice::Current && batch.checkpoints().is_empty();
        if !alone || right.run(&RunSelector::from(task))?.is_some() {
            return right.apply(batch);
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
        let run = right.start_run(NewRun::of(task.clone()))?;
        right.apply(&Batch::new().save(track.clone().in_run(run)))
    }
}

/// Loses every hundredth save.
#[derive(Default)]
pub(super) struct LosesSaves(AtomicUsize);

impl Rules for LosesSaves {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let outcomes = right.apply(batch)?;
        if self.0.fetch_add(1, Ordering::SeqCst) % 100 == 99 {
            for saved in outcomes.iter().filter_map(|outcome| outcome.track()) {
                right.remove(saved)?;
            }
        }
        Ok(outcomes)
    }
}
