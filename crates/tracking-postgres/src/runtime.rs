//! The threads that talk to the server.

use std::process;
use std::sync::mpsc;

use tokio::runtime::{Builder, Runtime};
use tracking_core::Error;

use crate::error::Result;

/// A small runtime of the store's own.
///
/// Work is spawned on it and the caller waits on a channel of the standard library. So a store can
/// be used from plain threads and from within any runtime, and no call is ever cancelled half-way.
pub(crate) struct StoreRuntime {
    /// Only taken when it is dropped.
    runtime: Option<Runtime>,
    /// The process that started it: its threads are missing in the child of a fork.
    process: u32,
}

impl StoreRuntime {
    pub(crate) fn start() -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("tracking-postgres")
            .enable_all()
            .build()
            .map_err(|error| Error::backend("start the thread that talks to PostgreSQL", error))?;
        Ok(Self {
            runtime: Some(runtime),
            process: process::id(),
        })
    }

    /// Runs a future and waits for it.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        place: &str,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.spawn(place, async move {
            // Who does not wait any more needs no answer.
            let _no_receiver = sender.send(work.await);
        })?;
        match receiver.recv() {
            Ok(answer) => answer.map_err(|error| error.into_core(place)),
            Err(_) => Err(lost_thread(place)),
        }
    }

    /// Refuses to work in the child of a fork, where the threads are missing.
    pub(crate) fn check_process(&self, place: &str) -> Result<(), Error> {
        if process::id() == self.process {
            Ok(())
        } else {
            Err(Error::wrong_process(place))
        }
    }

    /// Runs a future concurrently with the caller.
    pub(crate) fn spawn(
        &self,
        place: &str,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        self.check_process(place)?;
        if let Some(runtime) = &self.runtime {
            drop(runtime.spawn(work));
        }
        Ok(())
    }
}

/// The error where the thread that talks to the server has panicked.
pub(crate) fn lost_thread(place: &str) -> Error {
    Error::outcome_unknown(
        format!("the call to {place}"),
        Some("the thread that talks to the server ended; this is a defect, report it".into()),
    )
}

impl Drop for StoreRuntime {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        if process::id() == self.process {
            // Waits for nothing, so that a store can be dropped within another runtime.
            runtime.shutdown_background();
        } else {
            std::mem::forget(runtime);
        }
    }
}
