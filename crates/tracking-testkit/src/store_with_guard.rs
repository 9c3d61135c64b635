//! A store with a value that must outlive it, such as the folder of its file.

use std::any::Any;
use std::fmt;
use std::ops::Deref;

use tracking_core::TrackingStorage;

/// A store and a guard that is dropped after it, such as the temporary folder of its file.
///
/// ```
/// use std::sync::Arc;
/// use tracking_core::{SystemClock, TrackingStorageExt};
/// use tracking_testkit::{StoreWithGuard, Model};
///
/// let store = StoreWithGuard::new(Model::new(Arc::new(SystemClock)), "a guard");
/// store.start_run_of("a001")?;
/// # Ok::<(), tracking_core::Error>(())
/// ```
pub struct StoreWithGuard<S> {
    // Dropped in this order: the store closes its file before that is removed.
    store: S,
    _guard: Box<dyn Any + Send + Sync>,
}

impl<S> StoreWithGuard<S> {
    /// A store and the guard that is dropped after it.
    pub fn new(store: S, guard: impl Any + Send + Sync) -> Self {
        Self {
            store,
            _guard: Box::new(guard),
        }
    }
}

impl<S> Deref for StoreWithGuard<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.store
    }
}

impl<S: fmt::Debug> fmt::Debug for StoreWithGuard<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

tracking_core::__forward_storage!([S: TrackingStorage] StoreWithGuard<S>);
