//! The limits of an async handle.

use std::sync::Arc;
use std::time::Duration;

use tracking_core::TrackingStorage;

use super::AsyncStorage;
use super::pool::Pool;

/// Makes an [`AsyncStorage`] with limits.
///
/// | limit | default |
/// |---|---|
/// | [`threads`](Self::threads) | 8 |
/// | [`max_waiting`](Self::max_waiting) | 1024 |
/// | [`deadline`](Self::deadline) | 30 seconds |
#[derive(Debug)]
#[must_use]
pub struct AsyncStorageBuilder {
    store: Arc<dyn TrackingStorage>,
    threads: usize,
    max_waiting: usize,
    deadline: Option<Duration>,
}

impl AsyncStorageBuilder {
    pub(super) fn new(store: Arc<dyn TrackingStorage>) -> Self {
        Self {
            store,
            threads: 8,
            max_waiting: 1024,
            deadline: Some(Duration::from_secs(30)),
        }
    }

    /// Runs at most this many calls at a time, at least one, each on a blocking thread of the
    /// runtime.
    pub fn threads(self, threads: usize) -> Self {
        Self {
            threads: threads.max(1),
            ..self
        }
    }

    /// Lets at most this many calls wait for a thread. A further call fails at once with a
    /// retryable error, and does nothing.
    pub fn max_waiting(self, calls: usize) -> Self {
        Self {
            max_waiting: calls,
            ..self
        }
    }

    /// Gives each call this much time, the wait for a thread included.
    ///
    /// The runtime must have its timer enabled, as `#[tokio::main]` does.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// Lets each call take as long as it takes.
    pub fn no_deadline(self) -> Self {
        Self {
            deadline: None,
            ..self
        }
    }

    /// Makes the handle.
    pub fn build(self) -> AsyncStorage {
        let pool = Pool::new(self.threads, self.max_waiting, self.deadline);
        AsyncStorage {
            store: self.store,
            pool: Some(Arc::new(pool)),
        }
    }
}
