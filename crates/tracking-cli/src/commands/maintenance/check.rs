//! `tracking check` checks a store for damage.

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::schema::plural;
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

/// What is wrong, each in a sentence.
#[derive(Debug, Serialize)]
struct CheckReport {
    faults: Vec<String>,
}

impl Action for CheckArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let faults = self.store.open_file_read_only()?.check()?;
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let count = faults.len() as u64;
        self.result.print(&CheckReport { faults })?;
        if count == 0 {
            return Ok(());
        }
        let (faults, spec) = (plural(count, "fault"), self.store.location()?);
        bail!(
            "{faults} in {spec}; `tracking reindex` mends indexes, for the rest go back to a backup"
        )
    }
}

impl CommandResult for CheckReport {
    fn sentence(&self) -> String {
        if self.faults.is_empty() {
            return "nothing is wrong".to_owned();
        }
        self.faults.join("\n")
    }
}
