//! Waking those who wait for changes.

use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tracking_core::Result;

/// Where threads wait for changes.
#[derive(Debug, Default)]
pub(crate) struct ChangeSignal {
    lock: Mutex<()>,
    changed: Condvar,
}

impl ChangeSignal {
    /// Wakes all who wait; to be called after the change can be seen.
    pub(crate) fn announce(&self) {
        // With the lock, so that nobody has looked before the change and waits only now.
        drop(self.lock.lock());
        self.changed.notify_all();
    }

    /// Waits until `is_there` finds something, or fails, or the time is over; tells what it found.
    pub(crate) fn wait(
        &self,
        mut is_there: impl FnMut() -> Result<bool>,
        timeout: Duration,
    ) -> Result<bool> {
        let mut found = Ok(false);
        let mut lock = self.lock.lock();
        self.changed.wait_while_for(
            &mut lock,
            |()| {
                found = is_there();
                matches!(found, Ok(false))
            },
            timeout,
        );
        found
    }
}
