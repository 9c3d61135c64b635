//! The errors of calls that were late, or could not be made.

use std::time::Duration;

use tracking_core::Error;

/// What is being done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// Completes "the store failed to …".
    pub(super) action: &'static str,
    /// Whether it may change the store.
    pub(super) changes: bool,
}

/// Why there is no answer of the store's own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    NoRuntime,
    TooManyWaiting,
    NotStarted(Duration),
    NotFinished(Duration),
    ShutDown,
    Panicked,
}

/// What lies beneath such an error.
#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("no tokio runtime is running; call it from a task, or use `AsyncStorage::direct`")]
    NoRuntime,
    #[error("too many calls are waiting for a thread; nothing was done")]
    TooManyWaiting,
    #[error("no thread was free within the deadline of {0:?}; nothing was done")]
    NotStarted(Duration),
    #[error("the store did not answer within the deadline of {0:?}")]
    NotFinished(Duration),
    #[error("the tokio runtime is shutting down; nothing was done")]
    ShutDown,
    #[error("the store panicked")]
    Panicked,
}

impl Call {
    pub(super) fn error(self, failure: Failure) -> Error {
        match failure {
            Failure::NoRuntime => Error::backend(self.action, Cause::NoRuntime),
            Failure::TooManyWaiting => Error::unavailable(self.action, Cause::TooManyWaiting),
            Failure::NotStarted(time) => Error::unavailable(self.action, Cause::NotStarted(time)),
            Failure::ShutDown => Error::backend(self.action, Cause::ShutDown),
            Failure::NotFinished(time) if !self.changes => {
                Error::unavailable(self.action, Cause::NotFinished(time))
            }
            Failure::Panicked if !self.changes => Error::backend(self.action, Cause::Panicked),
            Failure::NotFinished(time) => unknown(self.action, Cause::NotFinished(time)),
            Failure::Panicked => unknown(self.action, Cause::Panicked),
        }
    }
}

fn unknown(action: &str, cause: Cause) -> Error {
    Error::outcome_unknown(format!("the call to {action}"), Some(Box::new(cause)))
}
