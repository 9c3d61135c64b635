//! A store's methods as `async fn`.

mod builder;
mod call;
mod change_stream;
mod changes;
mod outcome;
mod pool;
mod reads;
mod track_stream;

use std::fmt;
use std::sync::Arc;

use tracking_core::TrackingStorage;

pub use builder::AsyncStorageBuilder;
pub use change_stream::ChangeStream;
pub use track_stream::TrackStream;

use pool::Pool;

/// A store for async programs: every method of the contract as an `async fn`.
///
/// A clone is cheap and shares the store and the limits.
///
/// # How calls run
///
/// Calls run on tokio's blocking threads, a bounded number of them at a time; further calls wait
/// for their turn. Each call has a deadline, which includes the wait. See
/// [`AsyncStorageBuilder`] for the limits. [`direct`](Self::direct) makes a handle that calls the
/// store on the spot, for stores in memory.
///
/// # Cancelled and late calls
///
/// A call on a blocking thread cannot be interrupted. So for each call, exactly one of these is
/// true:
///
/// - The future is dropped, or its deadline passes, **before** the call has started. Then the call
///   never starts. The error of the deadline is retryable.
/// - The future is dropped **after** the call has started. Then the call goes on to its end, and
///   nobody hears of it.
/// - The deadline passes **after** the call has started. Then the call goes on to its end. A read
///   fails with a retryable error. A change fails with
///   [`Error::OutcomeUnknown`](tracking_core::Error::OutcomeUnknown): it may have been made, or may
///   still be made. Repeat it only if that is harmless, as it is for a save with a
///   [key](tracking_core::Key).
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// use std::sync::Arc;
/// use serde_json::json;
/// use tracking_btree::BTreeStorage;
/// use tracking_core::{NewTrack, Query};
/// use tracking_tokio::AsyncStorage;
///
/// let storage = AsyncStorage::new(Arc::new(BTreeStorage::new()));
/// storage.save(NewTrack::new("lesson-1", "anna", json!({"page": 3}))?).await?;
/// let mut tracks = storage.tracks(Query::all().user("anna"));
/// while let Some(track) = tracks.next().await {
///     assert_eq!(track?.task().as_str(), "lesson-1");
/// }
/// # Ok::<(), tracking_core::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AsyncStorage {
    store: Arc<dyn TrackingStorage>,
    /// Nothing where the store is called on the spot.
    pool: Option<Arc<Pool>>,
}

impl AsyncStorage {
    /// Makes a handle with the default limits of [`AsyncStorageBuilder`].
    pub fn new(store: Arc<dyn TrackingStorage>) -> Self {
        Self::builder(store).build()
    }

    /// Chooses the limits.
    pub fn builder(store: Arc<dyn TrackingStorage>) -> AsyncStorageBuilder {
        AsyncStorageBuilder::new(store)
    }

    /// Makes a handle that calls the store on the spot, in the thread that polls the future.
    ///
    /// Right for a store in memory with short queries: a call then costs no hop to another
    /// thread. There is no deadline and no limit, and it needs no tokio runtime.
    pub fn direct(store: Arc<dyn TrackingStorage>) -> Self {
        Self { store, pool: None }
    }

    /// The store itself, for synchronous code.
    pub fn store(&self) -> &Arc<dyn TrackingStorage> {
        &self.store
    }
}

impl fmt::Debug for AsyncStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncStorage")
            .field("store", &self.store)
            .field("pool", &self.pool)
            .finish()
    }
}
