//! The arguments of commands that change a store after a confirmation.

use anyhow::Result;
use clap::Args;

use crate::args::{CommandResult, ConfirmArgs, ResultArgs};
use crate::store::{PersistentStore, PersistentStoreArgs};

/// The confirmation, the store and the output of a command that changes a store.
#[derive(Debug, Args)]
pub(super) struct ChangeArgs {
    #[command(flatten)]
    confirm: ConfirmArgs,

    #[command(flatten)]
    pub(super) store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

impl ChangeArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(super) fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    /// Opens the store for a change, or read-only if the change is only counted.
    pub(super) fn open(&self, dry_run: bool) -> Result<PersistentStore> {
        if dry_run {
            self.store.open_persistent_read_only()
        } else {
            self.store.open_persistent()
        }
    }

    /// Asks for confirmation of an action, such as `remove 3 tracks`.
    pub(super) fn confirm(&self, action: &str) -> Result<()> {
        self.confirm.ask(action)
    }

    /// Prints the result.
    pub(super) fn print(&self, result: &impl CommandResult) -> Result<()> {
        self.result.print(result)
    }
}
