//! Opens stores in files.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tracking_sqlite::{SqliteStorage, SqliteStorageBuilder, StoreName};

use super::spec::SqliteSpec;

/// The most connections that read while a command writes: it has one thread.
const MAX_READERS: usize = 3;

/// The cache of a command that writes, in bytes: 256 MiB for each
/// connection. With a quarter of this, a million tracks take three times as long.
const CACHE_SIZE: u64 = (MAX_READERS as u64 + 1) * 256 * 1024 * 1024;

/// Opens an existing store read-only.
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

/// Opens an existing store for writing.
pub(crate) fn open_existing(spec: &SqliteSpec, wait: Duration) -> Result<SqliteStorage> {
    require_file(&spec.file)?;
    // A file that can only be read by writing to it is of an earlier version, or none of ours.
    if let Ok(names) = names(spec) {
        require_store_name(&names, spec)?;
    }
    open_or_create(spec, wait)
}

/// Opens a store for writing; creates it if missing.
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

/// Fails if the file of a store does not exist, and says what creates one.
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
