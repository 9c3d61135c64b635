//! A store together with what it lies in.

use std::any::Any;
use std::fmt;
use std::ops::Deref;

use tracking_core::TrackingStorage;

/// A store and what must live as long as it does and go with it, such as the folder of its file.
///
/// ```
/// use std::sync::Arc;
/// use tracking_core::{SystemClock, TrackingStorageExt};
/// use tracking_testkit::{Held, Model};
///
/// let store = Held::new(Model::new(Arc::new(SystemClock)), "what it needs");
/// store.start_run_of("a001")?;
/// # Ok::<(), tracking_core::Error>(())
/// ```
pub struct Held<S> {
    // Dropped in this order: the store closes its file before that is removed.
    store: S,
    _kept: Box<dyn Any + Send + Sync>,
}

impl<S> Held<S> {
    /// The store, and what is dropped after it.
    pub fn new(store: S, kept: impl Any + Send + Sync) -> Self {
        Self {
            store,
            _kept: Box::new(kept),
        }
    }
}

impl<S> Deref for Held<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.store
    }
}

impl<S: fmt::Debug> fmt::Debug for Held<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

tracking_core::__forward_storage!([S: TrackingStorage] Held<S>);
