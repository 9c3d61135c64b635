//! A store that is kept, for commands that change it or look after it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::TrackingStorage;
use tracking_sqlite::SqliteStorage;

use super::open::{open_to_change, open_to_create, open_to_look, see_that_it_is_there};
use super::option::StoreOption;
use super::spec::{SqliteSpec, StoreSpec};

/// Which store it is.
#[derive(Debug, Args)]
pub(crate) struct KeptArgs {
    #[command(flatten, next_help_heading = "Which store")]
    store: StoreOption,

    /// How long to wait while others write to it: 24 days at most
    #[arg(
        long,
        value_name = "LENGTH",
        default_value = "10s",
        value_parser = humantime::parse_duration,
        help_heading = "Which store"
    )]
    wait: Duration,
}

impl KeptArgs {
    /// Says what cannot be meant.
    pub(crate) fn fault(&self) -> Option<String> {
        fault("--store", self.store.spec.as_ref())
            .map(|fault| format!("{fault}, or in TRACKING_STORE"))
    }

    /// Says why it cannot be written to a file, that an option names.
    pub(crate) fn overwritten_by(&self, option: &str, file: Option<&Path>) -> Option<String> {
        self.spec().ok()?.overwritten_by(option, file)
    }

    /// The store in its file.
    pub(crate) fn spec(&self) -> Result<&SqliteSpec> {
        match &self.store.spec {
            Some(StoreSpec::Sqlite(spec)) => Ok(spec),
            // Looked at before the command begins.
            _ => bail!("no store is named"),
        }
    }

    /// The file of the store, which must be there.
    pub(crate) fn there(&self) -> Result<&Path> {
        let spec = self.spec()?;
        see_that_it_is_there(&spec.file)?;
        Ok(&spec.file)
    }

    /// How long to wait while others write.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// Opens it for changes, and makes it where it is not there.
    pub(crate) fn create(&self) -> Result<Box<dyn TrackingStorage>> {
        Ok(Box::new(open_to_create(self.spec()?, self.wait)?))
    }

    /// Opens it for changes of what is there.
    pub(crate) fn open(&self) -> Result<Box<dyn TrackingStorage>> {
        Ok(Box::new(self.open_file()?))
    }

    /// Opens it to be looked at.
    pub(crate) fn look(&self) -> Result<Box<dyn TrackingStorage>> {
        Ok(Box::new(self.look_at_file()?))
    }

    /// Opens it for changes of what is there, to look after its file as well.
    pub(crate) fn open_file(&self) -> Result<SqliteStorage> {
        open_to_change(self.spec()?, self.wait)
    }

    /// Opens it to be looked at, with its file.
    pub(crate) fn look_at_file(&self) -> Result<SqliteStorage> {
        open_to_look(self.spec()?)
    }
}

/// Says why a store of an option cannot be kept.
pub(crate) fn fault(option: &str, spec: Option<&StoreSpec>) -> Option<String> {
    match spec {
        None => Some(format!("name the store, with {option} sqlite:FILE")),
        Some(StoreSpec::Memory) => Some(format!(
            "a store in memory is gone when the command ends: name one that is kept, with \
             {option} sqlite:FILE"
        )),
        Some(StoreSpec::Sqlite(_)) => None,
    }
}
