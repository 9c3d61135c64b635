//! `tracking shrink` shrinks the file of a store.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_sqlite::SqliteStorage;

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::exit;
use crate::progress::Amount;
use crate::schema::bytes;
use crate::store::{PersistentStore, PersistentStoreArgs};

/// Arguments of `tracking shrink`.
#[derive(Debug, Args)]
pub(crate) struct ShrinkArgs {
    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

/// The result: by how much the file shrank.
#[derive(Debug, Serialize)]
struct ShrinkReport {
    bytes: u64,
}

impl Action for ShrinkArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let bytes = shrink(&self.store.open_file()?)?;
        self.result.print(&ShrinkReport { bytes })
    }
}

fn shrink(store: &SqliteStorage) -> tracking_core::Result<u64> {
    let amount = Amount::new("given back");
    store.shrink(&mut |so_far| amount.at(so_far.done, so_far.total))
}

/// Shrinks the file after a removal; the removal is complete even if this fails.
pub(crate) fn shrink_after(store: &PersistentStore) {
    if let Some(store) = store.sqlite()
        && let Err(error) = shrink(store)
    {
        let error = anyhow::Error::from(error);
        exit::print_message(&format!(
            "the file has not become smaller, `tracking shrink` may do it later: {error:#}"
        ));
    }
}

impl CommandResult for ShrinkReport {
    fn sentence(&self) -> String {
        match self.bytes {
            0 => "the file is as small as can be already".to_owned(),
            count => format!("the file is {} smaller", bytes(count)),
        }
    }
}
