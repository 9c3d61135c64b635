//! What every command implements.

use anyhow::Result;
use tracking_core::Clock;

/// A command with its arguments.
pub(crate) trait Action {
    /// Returns what is wrong with the arguments, if anything.
    fn validate(&self) -> Option<String> {
        None
    }

    /// Runs the command.
    fn run(&self, environment: Environment<'_>) -> Result<()>;
}

/// What a command needs in addition to its arguments.
#[derive(Clone, Copy)]
pub(crate) struct Environment<'a> {
    /// What `now` means.
    pub(crate) clock: &'a dyn Clock,
    /// Builds the whole command line, which completions and manual pages describe.
    pub(crate) command_line: fn() -> clap::Command,
}
