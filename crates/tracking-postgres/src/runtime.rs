//! Where the work that waits for the server runs: on the threads of the callers.

use std::process;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::{JoinHandle, yield_now};
use tracking_core::Error;

use crate::error::Result;

/// How long the thread of the store waits for a connection to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A small runtime of the store's own.
///
/// The thread of a caller runs it while it waits for its answer, so that an answer is not passed from
/// one thread to another, and one of several callers runs it for all. Where the caller is in a runtime
/// of its own, whose thread must not run another one, a thread of the store does it instead. So a
/// store can be used from plain threads and from within any runtime, and no call is ever cancelled
/// half-way.
pub(crate) struct StoreRuntime {
    /// Only taken when it is dropped.
    runtime: Option<Arc<Runtime>>,
    thread: RuntimeThread,
    /// The process that started it: its thread is missing in the child of a fork.
    process: u32,
}

/// The thread that runs the runtime where no caller does.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeThread {
    jobs: mpsc::Sender<Job>,
}

#[derive(Debug)]
enum Job {
    /// Run until this call is done.
    Call(JoinHandle<()>),
    /// Run until this connection is closed.
    Close(JoinHandle<()>),
    Quit,
}

impl StoreRuntime {
    pub(crate) fn start() -> Result<Self, Error> {
        let failed = |error| Error::backend("start the thread that talks to PostgreSQL", error);
        let runtime = Builder::new_current_thread()
            .thread_name("tracking-postgres")
            .enable_all()
            .build()
            .map_err(failed)?;
        let runtime = Arc::new(runtime);
        let (sender, jobs) = mpsc::channel();
        let shared = Arc::clone(&runtime);
        thread::Builder::new()
            .name("tracking-postgres".to_owned())
            .spawn(move || run_jobs(shared, &jobs))
            .map_err(failed)?;
        Ok(Self {
            runtime: Some(runtime),
            thread: RuntimeThread { jobs: sender },
            process: process::id(),
        })
    }

    /// The thread that runs it where no caller does.
    pub(crate) fn thread(&self) -> RuntimeThread {
        self.thread.clone()
    }

    /// Runs a future that can fail and waits for it.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        place: &str,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T, Error> {
        let answer = self.run(place, work)?;
        answer.map_err(|error| error.into_core(place))
    }

    /// Runs a future and waits for it.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        place: &str,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        self.check_process(place)?;
        let runtime = self.runtime.as_ref().ok_or_else(|| lost_thread(place))?;
        // It is moved several times on its way into the runtime.
        let work = Box::pin(work);
        let work = async move {
            // What has come from the server meanwhile is read first, such as that it is gone.
            yield_now().await;
            work.await
        };
        let answer = if is_within_runtime() {
            let (sender, receiver) = mpsc::sync_channel(1);
            self.thread.do_job(Job::Call(runtime.spawn(async move {
                // Who does not wait any more needs no answer.
                let _no_receiver = sender.send(work.await);
            })));
            receiver.recv().ok()
        } else {
            runtime.block_on(async { tokio::spawn(work).await.ok() })
        };
        answer.ok_or_else(|| lost_thread(place))
    }

    /// Refuses to work in the child of a fork, where the thread is missing.
    pub(crate) fn check_process(&self, place: &str) -> Result<(), Error> {
        if process::id() == self.process {
            Ok(())
        } else {
            Err(Error::wrong_process(place))
        }
    }

    /// Runs a future concurrently with the calls, while there are any.
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

impl RuntimeThread {
    /// Sees that a connection is closed, though nobody calls the store any more.
    pub(crate) fn close(&self, connection: JoinHandle<()>) {
        self.do_job(Job::Close(connection));
    }

    fn do_job(&self, job: Job) {
        // The thread ends with the store, and everything with it.
        let _ended = self.jobs.send(job);
    }
}

/// Whether this thread must not run another runtime.
fn is_within_runtime() -> bool {
    Handle::try_current().map_or_else(|error| !error.is_missing_context(), |_| true)
}

/// The thread of a store. It is the last to have the runtime, which cannot be dropped within another one.
fn run_jobs(runtime: Arc<Runtime>, jobs: &mpsc::Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        match job {
            // Where a call panics, its caller gets an error.
            Job::Call(call) => drop(runtime.block_on(call)),
            Job::Close(connection) => {
                let closing = async { tokio::time::timeout(CLOSE_TIMEOUT, connection).await };
                drop(runtime.block_on(closing));
            }
            Job::Quit => break,
        }
    }
    drop(runtime);
}

/// The error where the work that waits for the server has panicked.
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
            if let Some(runtime) = Arc::into_inner(runtime) {
                runtime.shutdown_background();
            }
            self.thread.do_job(Job::Quit);
        } else {
            std::mem::forget(runtime);
        }
    }
}
