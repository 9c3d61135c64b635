//! Where a store has the time from.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use chrono::TimeDelta;

use super::Timestamp;

/// Tells a store what time it is; a store is given its clock and never asks anybody else.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

impl Timestamp {
    /// The time that a clock shows: [`SystemClock`](crate::SystemClock) for the machine's.
    ///
    /// ```
    /// use tracking_core::{SystemClock, Timestamp};
    ///
    /// assert!(Timestamp::now(&SystemClock) > Timestamp::EPOCH);
    /// ```
    pub fn now(clock: &(impl Clock + ?Sized)) -> Self {
        clock.now()
    }
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "it has nothing to hold, and is made by its name"
)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the machine is asked"
    )]
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}

/// A clock that stands still until it is set, for tests and for replaying what has been.
///
/// ```
/// use tracking_core::{Clock, ManualClock, Timestamp};
///
/// let clock = ManualClock::new(Timestamp::EPOCH);
/// clock.advance(chrono::TimeDelta::seconds(5));
/// assert_eq!(clock.now(), Timestamp::from_secs(5)?);
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Makes a clock that shows `time`.
    pub fn new(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.micros()))
    }

    /// Sets it, forwards or backwards.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.micros(), Ordering::SeqCst);
    }

    /// Moves it by `delta`.
    pub fn advance(&self, delta: TimeDelta) {
        self.set(self.now().saturating_add(delta));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        // Only valid times are ever stored, so the fallback is never taken.
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::EPOCH)
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}
