//! `tracking backup` copies the file of a store while others write.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tracking_sqlite::SqliteStorage;

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::progress::Amount;
use crate::schema::bytes;
use crate::signals::TemporaryFiles;
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The new file; an existing file is not overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

/// The result: the copy and its size.
#[derive(Debug, Serialize)]
struct BackupReport<'a> {
    file: &'a Path,
    bytes: u64,
}

impl Action for BackupArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let store = self.store.open_file_read_only()?;
        let amount = Amount::new("copied");
        let partial = TemporaryFiles::new(SqliteStorage::partial_backup(&self.file));
        store.backup(&self.file, &mut |so_far| {
            amount.at(so_far.done, so_far.total);
        })?;
        drop(partial);
        drop(amount);
        let file = &*self.file;
        let about = fs::metadata(file);
        let about = about.with_context(|| format!("cannot look at {}", file.display()))?;
        let bytes = about.len();
        self.result.print(&BackupReport { file, bytes })
    }
}

impl CommandResult for BackupReport<'_> {
    fn sentence(&self) -> String {
        let size = bytes(self.bytes);
        format!(
            "copied the file with all its stores to {} ({size})",
            self.file.display()
        )
    }
}
