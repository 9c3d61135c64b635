//! What all commands can.

use anyhow::Result;
use tracking_core::Clock;

/// A command with its arguments.
pub(crate) trait Action {
    /// Says what cannot be meant.
    fn validate(&self) -> Option<String> {
        None
    }

    /// Does it.
    fn run(&self, clock: &dyn Clock) -> Result<()>;
}
