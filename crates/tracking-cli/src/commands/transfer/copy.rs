//! `tracking copy` copies a store into another one.

use anyhow::{Context, Result};
use clap::Args;
use tracking_core::{Query, TrackingStorage, copy};

use super::transfer_report::{TransferReport, progress};
use crate::args::ResultArgs;
use crate::commands::{Action, Environment};
use crate::progress::Steps;
use crate::store::{PersistentStoreArgs, StoreSpec, create, validate_persistent};

/// Where it goes.
#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// The store to copy to, as for --store; created if missing
    #[arg(long, value_name = "STORE")]
    to: StoreSpec,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

impl Action for CopyArgs {
    fn validate(&self) -> Option<String> {
        let same = || {
            let same = self.store.spec().is_ok_and(|from| self.to.is_same(from));
            same.then(|| "--to is the store that is copied itself".to_owned())
        };
        let store = self.store.validate();
        store
            .or_else(|| validate_persistent("--to", Some(&self.to)))
            .or_else(same)
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let from = self.store.open_read_only()?;
        let to = create(&self.to, self.store.wait())?;
        let steps = Steps::new("copied", Some(from.count(&Query::all())?));
        let moved = copy(&*from, &to, &mut progress(&steps));
        drop(steps);
        self.result.print(&TransferReport {
            moved: moved.with_context(|| format!("cannot copy to {}", self.to))?,
            done: "copied",
            place: format!("to {}", self.to),
        })
    }
}
