//! `tracking restore` restores a backup.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_sqlite::{BackupRestore, StoreName};

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::progress::Amount;
use crate::schema::bytes;
use crate::signals::TemporaryFiles;
use crate::store::{PersistentStoreArgs, StoreSpec};

/// Arguments of `tracking restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The backup, as `tracking backup` makes one
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,

    /// Replace the file of the store if it exists
    #[arg(long)]
    replace: bool,

    /// Check the backup only; change nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

/// The result: what was restored, and where.
#[derive(Debug, Serialize)]
struct RestoreReport<'a> {
    dry_run: bool,
    file: &'a Path,
    stores: Vec<String>,
    bytes: u64,
    /// Whether a file was replaced.
    replaced: bool,
}

impl Action for RestoreArgs {
    fn validate(&self) -> Option<String> {
        let backup = StoreSpec::of_file(&self.backup);
        match self.store.given() {
            Some(StoreSpec::Memory) => Some(format!(
                "a store in memory is gone when the command ends; look at the backup itself, as \
                 in `tracking overview --store {backup}`"
            )),
            Some(database @ StoreSpec::Postgres(_)) => Some(format!(
                "a backup is restored to a file, and {database} is a database; copy each store of \
                 the backup into it: `tracking copy --store {backup} --to {database}`"
            )),
            Some(StoreSpec::Sqlite(spec)) if spec.name != StoreName::default() => {
                let (one, name) = (&self.backup.display(), &spec.name);
                Some(format!(
                    "a backup is restored with all its stores, to a file without #{name}; copy one \
                     of them with `tracking copy --store sqlite:{one}#{name} --to sqlite:{spec}`"
                ))
            }
            _ => self.store.validate(),
        }
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let spec = self.store.spec()?;
        let file = &*spec.sqlite().context("the store is no file")?.file;
        let shown = file.display();
        if is_export(&self.backup) {
            let backup = self.backup.display();
            bail!(
                "{backup} is an export and no backup; nothing was changed. Import it: `tracking \
                 import --store {spec} {backup}`"
            );
        }
        if !self.replace && file.symlink_metadata().is_ok() {
            bail!("there is a file {shown} already; nothing was changed (use --replace)");
        }
        let restore = BackupRestore::new(&self.backup, file)
            .replace(self.replace)
            .dry_run(self.dry_run)
            .busy_timeout(self.store.wait());
        let amount = Amount::new("copied");
        let partial = TemporaryFiles::new(restore.temporary_files());
        let restored = restore.run(&mut |so_far| amount.at(so_far.done, so_far.total));
        drop(partial);
        drop(amount);
        let restored = restored.with_context(|| format!("nothing was changed in {shown}"))?;
        self.result.print(&RestoreReport {
            dry_run: self.dry_run,
            file,
            stores: restored.stores.iter().map(ToString::to_string).collect(),
            bytes: restored.bytes,
            replaced: restored.replaced && !self.dry_run,
        })
    }
}

/// Whether a file is what `tracking export` writes, plain or gzip.
fn is_export(file: &Path) -> bool {
    let mut begin = Vec::new();
    let read = File::open(file).and_then(|file| file.take(2).read_to_end(&mut begin));
    read.is_ok() && (begin == b"{\"" || begin == [0x1f, 0x8b])
}

impl CommandResult for RestoreReport<'_> {
    fn sentence(&self) -> String {
        let (stores, file) = (self.stores.join(", "), self.file.display());
        let size = bytes(self.bytes);
        if self.dry_run {
            format!("the backup is sound; it would restore {stores} to {file} ({size})")
        } else {
            format!("restored {stores} to {file} ({size})")
        }
    }
}
