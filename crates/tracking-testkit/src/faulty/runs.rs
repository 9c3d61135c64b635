//! Runs that are wrong.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use tracking_core::{
    Batch, Operation, Outcome, Result, Run, RunId, RunQuery, RunSelector, RunState, StopRun,
    TaskId, Timestamp, TrackingStorageExt as _,
};

use super::wrap::{Right, Rules, page_of, with_checkpoints_of};

/// Shows the start of an unfinished run as its end.
pub(super) struct EndStays;

impl Rules for EndStays {
    fn returned_run(&self, run: Run) -> Run {
        if run.is_finished() {
            run
        } else {
            let start = run.start();
            run.with_end(start)
        }
    }
}

/// Leaves a run current that is stopped by its id.
#[derive(Default)]
pub(super) struct FinishedStaysCurrent(Mutex<BTreeMap<TaskId, RunId>>);

impl Rules for FinishedStaysCurrent {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        for operation in batch.operations() {
            if let Operation::StopRun(stop) = operation
                && let RunSelector::Id(id) = stop.run()
                && let Some(run) = right.run(stop.run())?.filter(Run::is_current)
                && let Some(task) = run.task()
            {
                self.0.lock().insert(task.clone(), *id);
            }
        }
        right.apply(batch)
    }

    fn run(&self, right: &Right, run: &RunSelector) -> Result<Option<Run>> {
        let found = right.run(run)?;
        match (run, found) {
            (RunSelector::CurrentOf(task), None) => match self.0.lock().get(task) {
                Some(id) => right.run(&RunSelector::Id(*id)),
                None => Ok(None),
            },
            (_, found) => Ok(found),
        }
    }
}

/// Finishes the run that a new one replaces.
pub(super) struct StartFinishesTheOld;

impl Rules for StartFinishesTheOld {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let mut operations = Vec::new();
        let mut added = Vec::new();
        for operation in batch.operations() {
            if let Operation::StartRun(run) = operation
                && let Some(task) = run.task()
            {
                added.push(operations.len());
                operations.push(Operation::StopRun(StopRun::new(task.clone())));
            }
            operations.push(operation.clone());
        }
        let outcomes = right.apply(&with_checkpoints_of(batch, operations))?;
        let kept = outcomes.into_iter().enumerate();
        Ok(kept
            .filter(|(index, _)| !added.contains(index))
            .map(|(_, outcome)| outcome)
            .collect())
    }
}

/// Does not stop a run at a time before its end.
pub(super) struct StopNeverGoesBack;

impl Rules for StopNeverGoesBack {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let mut ends = Vec::new();
        for operation in batch.operations() {
            if let Operation::StopRun(stop) = operation {
                ends.extend(
                    right
                        .run(stop.run())?
                        .map(|run| (run.id(), run.end(), stop)),
                );
            }
        }
        let outcomes = right.apply(batch)?;
        for (id, end, stop) in ends {
            if right.run(&id.into())?.is_some_and(|run| run.end() < end) {
                let again = StopRun::new(id).ending_at(end);
                right.stop_run(if stop.is_finished() {
                    again
                } else {
                    again.unfinished()
                })?;
            }
        }
        Ok(outcomes)
    }
}

/// Lists tasks that have a current run, with tracks or without.
pub(super) struct RunsListTheirTask;

impl Rules for RunsListTheirTask {
    fn task_ids_after(
        &self,
        right: &Right,
        after: Option<&TaskId>,
        limit: usize,
    ) -> Result<Vec<TaskId>> {
        let query = RunQuery::all().states([RunState::Current]);
        let mut tasks = right.task_ids()?;
        tasks.extend(
            right
                .runs(&query)?
                .iter()
                .filter_map(|run| run.task().cloned()),
        );
        tasks.sort();
        tasks.dedup();
        Ok(page_of(tasks, after, limit))
    }
}

/// Ends a run now that has expired.
pub(super) struct ExpiryMovesTheEnd;

impl Rules for ExpiryMovesTheEnd {
    fn expire_runs_before(
        &self,
        right: &Right,
        untouched_since: Timestamp,
        limit: usize,
    ) -> Result<Vec<RunId>> {
        let expired = right.expire_runs_before(untouched_since, limit)?;
        for run in &expired {
            right.stop_run(StopRun::new(*run).unfinished())?;
        }
        Ok(expired)
    }
}
