//! What all commands can.

use anyhow::Result;
use tracking_core::Clock;

/// A command with its arguments.
pub(crate) trait Action {
    /// Returns what is wrong with the arguments, if anything.
    fn validate(&self) -> Option<String> {
        None
    }

    /// Does it.
    fn run(&self, clock: &dyn Clock) -> Result<()>;
}
