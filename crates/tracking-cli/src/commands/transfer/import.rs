//! `tracking import` imports an export.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use tracking_core::{ImportError, import_lines};
use tracking_loader::Source;

use super::transfer_report::{TransferReport, progress};
use crate::args::ResultArgs;
use crate::commands::{Action, Environment};
use crate::progress::Steps;
use crate::store::PersistentStoreArgs;

/// Where it comes from.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The file, plain or gzip; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

impl Action for ImportArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let source = Source::from_argument(&self.file);
        let mut input = source.open()?;
        input.skip_byte_order_mark()?;
        let store = self.store.create()?;
        let steps = Steps::new("imported", None);
        let imported = import_lines(&*store, input, &mut progress(&steps));
        drop(steps);
        let moved = match imported {
            // The store names itself.
            Err(ImportError::Store(error)) => Err(error.into()),
            imported => imported.with_context(|| format!("cannot import {source}")),
        };
        self.result.print(&TransferReport {
            moved: moved?,
            done: "imported",
            place: format!("into {}", self.store.location()?),
        })
    }
}
