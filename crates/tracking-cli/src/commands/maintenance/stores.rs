//! `tracking stores` lists the stores in a file.

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking stores`.
#[derive(Debug, Args)]
pub(crate) struct StoresArgs {
    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

/// The names of the stores in a file.
#[derive(Debug, Serialize)]
struct Stores {
    stores: Vec<String>,
}

impl Action for StoresArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        self.result.print(&Stores {
            stores: self.store.names()?,
        })
    }
}

impl CommandResult for Stores {
    /// A name on each line.
    fn sentence(&self) -> String {
        self.stores.join("\n")
    }
}
