//! What the methods of the contract with a body do.

use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use super::TrackingStorage;
use crate::run::RunCounter;
use crate::{ChangeCursor, Outcome, Query, Result, Run, RunSummary};

/// How long [`TrackingStorage::wait_for_changes`] sleeps before it looks again, in a store that
/// has no better way.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Whether a removal has found its track.
pub(super) fn was_removed(outcome: Outcome) -> Option<bool> {
    match outcome {
        Outcome::Removed(was_there) => Some(was_there),
        _ => None,
    }
}

/// Looks at every track of a run.
pub(super) fn summarise<S: TrackingStorage + ?Sized>(store: &S, run: Run) -> Result<RunSummary> {
    let mut counter = RunCounter::default();
    store.visit(&Query::all().run(run.id()), &mut |track| {
        counter.add(&track);
        ControlFlow::Continue(())
    })?;
    Ok(counter.finish(run))
}

/// Looks again and again.
pub(super) fn wait_for_changes<S: TrackingStorage + ?Sized>(
    store: &S,
    after: &ChangeCursor,
    timeout: Duration,
) -> Result<bool> {
    let mut left = timeout;
    loop {
        if !store.changes(Some(after), 1)?.changes.is_empty() {
            return Ok(true);
        }
        if left.is_zero() {
            return Ok(false);
        }
        let pause = left.min(POLL_INTERVAL);
        thread::sleep(pause);
        left -= pause;
    }
}
