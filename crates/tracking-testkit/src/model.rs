//! The naive model: a store so simple that it is obviously right, which other stores are compared with.

mod batch;
mod feed;
mod query;
mod removal;
mod restore;
mod sessions;
mod state;
mod storage;

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tracking_core::{Clock, Field, Result};

use state::State;

/// The naive store.
///
/// It keeps maps in memory and answers every question by looking at everything, with
/// [`Query::matches`](tracking_core::Query::matches) and its like. A change is made to a copy
/// of the maps, which takes their place when all went well: so an error changes nothing, and
/// nobody sees half a batch. Indexes are names without a meaning here.
///
/// It is for small stores in tests; the time of each call grows with its whole content.
///
/// ```
/// use std::sync::Arc;
/// use serde_json::json;
/// use tracking_core::{SystemClock, TrackingStorageExt};
/// use tracking_testkit::Model;
///
/// let store = Model::new(Arc::new(SystemClock));
/// store.save_data("a001", "u1", json!({"somekey": "somevalue"}))?;
/// assert_eq!(store.users_of("a001")?, ["u1"]);
/// # Ok::<(), tracking_core::Error>(())
/// ```
pub struct Model {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl Model {
    /// An empty store that goes by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_indexes(clock, [])
    }

    /// An empty store that goes by this clock and has these indexes.
    pub fn with_indexes(clock: Arc<dyn Clock>, fields: impl IntoIterator<Item = Field>) -> Self {
        let state = State {
            indexes: fields.into_iter().collect(),
            ..State::default()
        };
        Self {
            clock,
            state: Mutex::new(state),
        }
    }

    /// Changes a copy and puts it in place, or leaves everything as it was.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let mut state = self.state.lock();
        let mut copy = state.clone();
        let answer = change(&mut copy)?;
        copy.feed.commit(self.clock.now());
        *state = copy;
        Ok(answer)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("state", &self.state.lock())
            .finish_non_exhaustive()
    }
}
