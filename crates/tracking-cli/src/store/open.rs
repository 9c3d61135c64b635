//! Opening a store that is kept.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tracking_core::TrackingStorage;
use tracking_sqlite::SqliteStorage;

use super::spec::SqliteSpec;

/// Opens a store to be looked at: its file must be there, and is not written to.
pub(crate) fn open_to_look(spec: &SqliteSpec) -> Result<Box<dyn TrackingStorage>> {
    see_that_it_is_there(spec)?;
    Ok(Box::new(builder(spec).read_only().open()?))
}

/// Opens a store for changes of what it holds: its file must be there.
pub(crate) fn open_to_change(
    spec: &SqliteSpec,
    wait: Duration,
) -> Result<Box<dyn TrackingStorage>> {
    see_that_it_is_there(spec)?;
    open_to_create(spec, wait)
}

/// Opens a store to put something in, and makes it where it is not there.
pub(crate) fn open_to_create(
    spec: &SqliteSpec,
    wait: Duration,
) -> Result<Box<dyn TrackingStorage>> {
    Ok(Box::new(builder(spec).busy_timeout(wait).open()?))
}

fn builder(spec: &SqliteSpec) -> tracking_sqlite::SqliteStorageBuilder {
    SqliteStorage::builder(&spec.file).store(spec.name.clone())
}

fn see_that_it_is_there(spec: &SqliteSpec) -> Result<()> {
    let file = spec.file.display();
    let there = spec.file.try_exists();
    if there.with_context(|| format!("cannot look for {file}"))? {
        return Ok(());
    }
    bail!("there is no store {file}; `tracking load`, `save` and `import` make one");
}
