//! A bounded number of calls at a time on tokio's blocking threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracking_core::{Result, TrackingStorage};

use super::outcome::{Call, Failure};

/// The limits of a handle.
#[derive(Debug)]
pub(super) struct Pool {
    /// One permit for each call that may run.
    running: Arc<Semaphore>,
    /// One permit for each call that may run or wait.
    admitted: Semaphore,
    deadline: Option<Duration>,
}

impl Pool {
    pub(super) fn new(threads: usize, max_waiting: usize, deadline: Option<Duration>) -> Self {
        let threads = threads.min(Semaphore::MAX_PERMITS);
        let admitted = threads.saturating_add(max_waiting);
        Self {
            running: Arc::new(Semaphore::new(threads)),
            admitted: Semaphore::new(admitted.min(Semaphore::MAX_PERMITS)),
            deadline,
        }
    }

    /// Runs one call; see [`AsyncStorage`](super::AsyncStorage) for what holds when it is late.
    pub(super) async fn run<T, F>(
        &self,
        store: Arc<dyn TrackingStorage>,
        call: Call,
        work: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn TrackingStorage) -> Result<T> + Send + 'static,
    {
        let _admitted = self
            .admitted
            .try_acquire()
            .map_err(|_| call.error(Failure::TooManyWaiting))?;
        let start = Start::default();
        let running = self.on_thread(store, call, start.clone(), work);
        let Some(deadline) = self.deadline else {
            return running.await;
        };
        match tokio::time::timeout(deadline, running).await {
            Ok(result) => result,
            Err(_) if start.give_up() => Err(call.error(Failure::NotStarted(deadline))),
            Err(_) => Err(call.error(Failure::NotFinished(deadline))),
        }
    }

    async fn on_thread<T, F>(
        &self,
        store: Arc<dyn TrackingStorage>,
        call: Call,
        start: Start,
        work: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn TrackingStorage) -> Result<T> + Send + 'static,
    {
        let runtime = Handle::try_current().map_err(|_| call.error(Failure::NoRuntime))?;
        // Dropped with this future: a call that has not started by then never does.
        let guard = GiveUpOnDrop(start.clone());
        let permit = self.permit(call).await?;
        let task = runtime.spawn_blocking(move || {
            let _permit = permit;
            start.start().then(|| work(&*store))
        });
        let answer = task.await;
        drop(guard);
        match answer {
            Ok(Some(result)) => result,
            Err(error) if error.is_panic() => Err(call.error(Failure::Panicked)),
            Ok(None) | Err(_) => Err(call.error(Failure::ShutDown)),
        }
    }

    async fn permit(&self, call: Call) -> Result<OwnedSemaphorePermit> {
        // The semaphore is never closed, so this cannot fail.
        let permit = Arc::clone(&self.running).acquire_owned().await;
        permit.map_err(|_| call.error(Failure::ShutDown))
    }
}

/// Whether a call has started: decided once, by the thread that starts it or by the waiting future
/// that gives up.
#[derive(Clone, Debug, Default)]
struct Start(Arc<AtomicU8>);

const WAITING: u8 = 0;
const STARTED: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Start {
    /// Starts the call; false where it was given up.
    fn start(&self) -> bool {
        self.decide(STARTED)
    }

    /// Gives the call up; false where it has started.
    fn give_up(&self) -> bool {
        self.decide(GIVEN_UP)
    }

    /// Whether this is what was decided, now or before.
    fn decide(&self, to: u8) -> bool {
        let decided = self
            .0
            .compare_exchange(WAITING, to, Ordering::AcqRel, Ordering::Acquire);
        decided.is_ok() || decided == Err(to)
    }
}

/// Gives the call up when the future that waits for it is dropped.
struct GiveUpOnDrop(Start);

impl Drop for GiveUpOnDrop {
    fn drop(&mut self) {
        let _given_up = self.0.give_up();
    }
}
