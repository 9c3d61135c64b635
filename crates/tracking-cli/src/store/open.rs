//! Opening a store that is kept.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tracking_sqlite::{SqliteStorage, SqliteStorageBuilder, StoreName};

use super::spec::SqliteSpec;

/// How many connections read where something is put in: a command has one thread.
const MAX_READERS: usize = 3;

/// How much of the file is kept in memory where something is put in, in bytes: 256 MiB for each
/// connection. With a quarter of this, a million tracks take three times as long.
const CACHE_SIZE: u64 = (MAX_READERS as u64 + 1) * 256 * 1024 * 1024;

/// Opens a store to be looked at: it must be there, and its file is not written to.
pub(crate) fn open_read_only(spec: &SqliteSpec) -> Result<SqliteStorage> {
    require_file(&spec.file)?;
    match builder(spec).read_only().open() {
        Ok(store) => Ok(store),
        Err(error) => {
            // Where others are there, these are of more help.
            require_store_name(&names(spec)?, spec)?;
            Err(error.into())
        }
    }
}

/// Opens a store for changes of what it holds: it must be there.
pub(crate) fn open_existing(spec: &SqliteSpec, wait: Duration) -> Result<SqliteStorage> {
    require_file(&spec.file)?;
    // A file that can only be read by writing to it is of an earlier version, or none of ours.
    if let Ok(names) = names(spec) {
        require_store_name(&names, spec)?;
    }
    open_or_create(spec, wait)
}

/// Opens a store to put something in, and makes it where it is not there.
pub(crate) fn open_or_create(spec: &SqliteSpec, wait: Duration) -> Result<SqliteStorage> {
    reject_directory(&spec.file)?;
    let builder = builder(spec).busy_timeout(wait);
    Ok(builder
        .max_readers(MAX_READERS)
        .cache_size(CACHE_SIZE)
        .open()?)
}

fn builder(spec: &SqliteSpec) -> SqliteStorageBuilder {
    SqliteStorage::builder(&spec.file).store(spec.name.clone())
}

fn names(spec: &SqliteSpec) -> tracking_core::Result<Vec<StoreName>> {
    SqliteStorage::store_names(&spec.file)
}

/// Says where a file is not there, in a way that tells what makes one.
pub(super) fn require_file(file: &Path) -> Result<()> {
    let shown = file.display();
    let there = file.try_exists();
    if !there.with_context(|| format!("cannot look for {shown}"))? {
        bail!("there is no store {shown}; `tracking load`, `save` and `import` make one");
    }
    reject_directory(file)
}

fn reject_directory(file: &Path) -> Result<()> {
    if file.is_dir() {
        bail!("{} is a directory; name a file in it", file.display());
    }
    Ok(())
}

fn require_store_name(names: &[StoreName], spec: &SqliteSpec) -> Result<()> {
    if names.is_empty() || names.contains(&spec.name) {
        return Ok(());
    }
    let names: Vec<&str> = names.iter().map(StoreName::as_str).collect();
    let (name, file, names) = (&spec.name, spec.file.display(), names.join(", "));
    bail!("there is no store {name} in {file}; there are: {names}");
}
