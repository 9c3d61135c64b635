//! A thread that applies one batch to the store while the lines of the next one are read.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, Scope};

use tracking_core::{Batch, Error, Outcome, Result, TrackingStorage};

/// Applies batches on a thread of its own, one at a time.
#[derive(Debug)]
pub(crate) struct ApplyThread {
    batches: Sender<Batch>,
    results: Receiver<Applied>,
    /// Batches that were applied.
    applied: Receiver<Batch>,
    state: RefCell<State>,
}

/// What applying a batch came to, or how it panicked.
type Applied = Result<Result<Vec<Outcome>>, Box<dyn Any + Send>>;

/// What is known of the last batch.
#[derive(Debug)]
enum State {
    /// There is none, or its result was taken.
    Idle,
    Busy,
    Done(Result<Vec<Outcome>>),
}

impl ApplyThread {
    /// Starts the thread; nothing where that is not possible.
    pub(crate) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        store: &'scope dyn TrackingStorage,
    ) -> Option<Rc<Self>> {
        let (batches, receiver) = mpsc::channel();
        let (sender, results) = mpsc::channel();
        let (give_back, applied) = mpsc::channel();
        let run = move || {
            for batch in receiver {
                let apply = || store.apply_delayed(&batch);
                let result = catch_unwind(AssertUnwindSafe(apply));
                let _is_needed = (give_back.send(batch), sender.send(result));
            }
        };
        let named = thread::Builder::new().name("tracking-apply".to_owned());
        named.spawn_scoped(scope, run).ok()?;
        let state = RefCell::new(State::Idle);
        Some(Rc::new(Self {
            batches,
            results,
            applied,
            state,
        }))
    }

    /// Has a batch applied, whose commit may be delayed. The one before must have been
    /// [taken](Self::take).
    pub(crate) fn apply(&self, batch: Batch) {
        let sent = self.batches.send(batch);
        self.state.replace(match sent {
            Ok(()) => State::Busy,
            Err(_) => State::Done(Err(ended())),
        });
    }

    /// Waits until the last batch is in the store, or has failed.
    pub(crate) fn wait(&self) {
        if matches!(*self.state.borrow(), State::Busy) {
            let result = match self.results.recv() {
                Ok(Ok(result)) => result,
                Ok(Err(panic)) => resume_unwind(panic),
                Err(_) => Err(ended()),
            };
            self.state.replace(State::Done(result));
        }
    }

    /// Takes a batch that was applied, to free it elsewhere.
    pub(crate) fn take_applied(&self) -> Option<Batch> {
        self.applied.try_recv().ok()
    }

    /// Takes the result of the last batch, once it is there; nothing where there is none.
    pub(crate) fn take(&self) -> Option<Result<Vec<Outcome>>> {
        self.wait();
        match self.state.replace(State::Idle) {
            State::Done(result) => Some(result),
            State::Idle | State::Busy => None,
        }
    }
}

/// The thread has ended, although it does so after this end of its channels only.
fn ended() -> Error {
    Error::unavailable("apply a batch", "the thread that applies batches has ended")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::{NewTrack, Query};

    use super::*;

    fn batch(task: &str) -> Batch {
        Batch::new().save(NewTrack::new(task, "carl", json!({})).unwrap())
    }

    #[test]
    fn a_batch_is_in_the_store_after_waiting_and_its_result_is_taken_once() {
        let store = BTreeStorage::new();
        thread::scope(|scope| {
            let applier = ApplyThread::start(scope, &store).unwrap();
            assert!(applier.take().is_none());
            for n in 1..=3 {
                applier.apply(batch("lesson-1"));
                applier.wait();
                assert_eq!(store.count(&Query::all()).unwrap(), n);
                assert_eq!(applier.take().unwrap().unwrap().len(), 1);
                assert!(applier.take().is_none());
            }
        });
    }

    #[test]
    fn a_batch_that_fails_says_why() {
        let store = BTreeStorage::new();
        thread::scope(|scope| {
            let applier = ApplyThread::start(scope, &store).unwrap();
            let run = tracking_core::RunId::new(7).unwrap();
            let track = NewTrack::new("lesson-1", "carl", json!({})).unwrap();
            applier.apply(Batch::new().save(track.in_run(run)));
            let error = applier.take().unwrap().unwrap_err();
            assert!(matches!(error, Error::Batch { index: 0, .. }), "{error:?}");
            applier.apply(batch("lesson-1"));
            assert!(applier.take().unwrap().is_ok());
        });
    }
}
