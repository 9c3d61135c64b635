//! `tracking backup`: a copy of the file, while others go on writing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tracking_core::Clock;
use tracking_sqlite::SqliteStorage;

use crate::args::{AnswerArgs, Done};
use crate::commands::Action;
use crate::progress::Amount;
use crate::shapes::bytes;
use crate::signals::TemporaryFiles;
use crate::store::KeptArgs;

/// Where the copy goes.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The new file; one that is there is not written over
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// A copy, and how large it is.
#[derive(Debug, Serialize)]
struct BackedUp<'a> {
    file: &'a Path,
    bytes: u64,
}

impl Action for BackupArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let store = self.store.look_at_file()?;
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
        self.answer.tell(&BackedUp { file, bytes })
    }
}

impl Done for BackedUp<'_> {
    fn sentence(&self) -> String {
        let size = bytes(self.bytes);
        format!(
            "copied the file with all its stores to {} ({size})",
            self.file.display()
        )
    }
}
