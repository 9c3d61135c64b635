//! What a case works with: a fresh store, its clock, and more stores where one is not enough.

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use tracking_core::{Clock, Field, ManualClock, Timestamp, TrackingStorage};

use crate::Setup;

/// Creates an empty store.
type Factory<'f> = Box<dyn Fn(Setup) -> Arc<dyn TrackingStorage> + 'f>;

/// What a case works with.
pub struct Context<'f> {
    make: Factory<'f>,
    clock: Arc<ManualClock>,
    store: Arc<dyn TrackingStorage>,
}

impl<'f> Context<'f> {
    /// The moment at which the clock of every case starts: 2026-11-23 15:47 in UTC.
    pub const START: i64 = 1_795_448_820;

    /// Works on the stores that the factory makes.
    pub fn plain<S: TrackingStorage + 'static>(factory: impl Fn(Setup) -> S + 'f) -> Self {
        Self::with(Box::new(move |setup| Arc::new(factory(setup))))
    }

    /// Works on them behind an `Arc<dyn TrackingStorage>` of their own, so that each call goes
    /// through what forwards it.
    pub fn behind_arc<S: TrackingStorage + 'static>(factory: impl Fn(Setup) -> S + 'f) -> Self {
        Self::with(Box::new(move |setup| {
            let inner: Arc<dyn TrackingStorage> = Arc::new(factory(setup));
            Arc::new(inner)
        }))
    }

    fn with(make: Factory<'f>) -> Self {
        let start = Timestamp::from_secs(Self::START).unwrap_or(Timestamp::EPOCH);
        let clock = Arc::new(ManualClock::new(start));
        let store = make(Setup::new(Arc::<ManualClock>::clone(&clock)));
        Self { make, clock, store }
    }

    /// The store under test, empty when the case starts.
    pub fn store(&self) -> &(dyn TrackingStorage + 'static) {
        &*self.store
    }

    /// The same store, for a thread that outlives the case.
    pub fn shared(&self) -> Arc<dyn TrackingStorage> {
        Arc::clone(&self.store)
    }

    /// The clock of all stores of the case.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// Moves the clock on by whole seconds.
    pub fn wait(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    /// Another empty store with the same clock.
    pub fn fresh(&self) -> Arc<dyn TrackingStorage> {
        self.fresh_with_indexes([])
    }

    /// Another empty store with the same clock and these declared indexes.
    pub fn fresh_with_indexes(
        &self,
        indexes: impl IntoIterator<Item = Field>,
    ) -> Arc<dyn TrackingStorage> {
        let setup = Setup::new(Arc::<ManualClock>::clone(&self.clock));
        (self.make)(indexes.into_iter().fold(setup, Setup::with_index))
    }

    /// Another empty store with a clock of its own.
    pub fn fresh_with_clock(&self, clock: Arc<dyn Clock>) -> Arc<dyn TrackingStorage> {
        (self.make)(Setup::new(clock))
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("store", &self.store)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
