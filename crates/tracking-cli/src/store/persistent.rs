//! The arguments of commands that need a persistent store.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use tracking_core::{Error, ErrorKind, TrackingStorage};
use tracking_sqlite::SqliteStorage;

use super::open::{self, require_file};
use super::option::StoreOption;
use super::persistent_store::PersistentStore;
use super::spec::{SqliteSpec, StoreSpec};

/// The persistent store.
#[derive(Debug, Args)]
pub(crate) struct PersistentStoreArgs {
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

impl PersistentStoreArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(crate) fn validate(&self) -> Option<String> {
        validate("--store", self.store.spec.as_ref())
            .map(|problem| format!("{problem}, or in TRACKING_STORE"))
    }

    /// Returns why the file of an option cannot be written, if so.
    pub(crate) fn overwritten_by(&self, option: &str, file: Option<&Path>) -> Option<String> {
        self.spec().ok()?.overwritten_by(option, file)
    }

    /// The store, if one is named, also one that is not persistent.
    pub(crate) fn given(&self) -> Option<&StoreSpec> {
        self.store.spec.as_ref()
    }

    /// The store, as `--store` names it.
    pub(crate) fn spec(&self) -> Result<&StoreSpec> {
        match &self.store.spec {
            Some(spec @ (StoreSpec::Sqlite(_) | StoreSpec::Postgres(_))) => Ok(spec),
            // `validate` has checked it.
            _ => bail!("no store is named"),
        }
    }

    /// The place of the store, for messages.
    pub(crate) fn location(&self) -> Result<String> {
        Ok(self.spec()?.location())
    }

    /// The store in its file.
    fn file_spec(&self) -> Result<&SqliteSpec> {
        let spec = self.spec()?;
        spec.sqlite().with_context(|| {
            format!(
                "this command looks after a file, and {spec} is a database; use PostgreSQL's own tools: \
                 pg_dump for a backup, pg_amcheck to look for damage, vacuum to give space back"
            )
        })
    }

    /// The names of all stores in its file or database.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        if let StoreSpec::Postgres(spec) = self.spec()? {
            return spec.names();
        }
        let file = &self.file_spec()?.file;
        require_file(file)?;
        let names = SqliteStorage::store_names(file)?;
        Ok(names.iter().map(ToString::to_string).collect())
    }

    /// How long to wait while others write.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// Opens it for writing; creates it if missing.
    pub(crate) fn create(&self) -> Result<Box<dyn TrackingStorage>> {
        Ok(Box::new(create(self.spec()?, self.wait)?))
    }

    /// Opens it for writing; it must exist.
    pub(crate) fn open(&self) -> Result<Box<dyn TrackingStorage>> {
        Ok(Box::new(self.open_persistent()?))
    }

    /// Whether it is there already.
    pub(crate) fn exists(&self) -> Result<bool> {
        match self.spec()? {
            StoreSpec::Sqlite(spec) => Ok(spec.file.exists()),
            _ => Ok(self.open_read_only_if_exists()?.is_some()),
        }
    }

    /// Opens it read-only.
    pub(crate) fn open_read_only(&self) -> Result<Box<dyn TrackingStorage>> {
        Ok(Box::new(self.open_persistent_read_only()?))
    }

    /// Opens it read-only, if it exists.
    pub(crate) fn open_read_only_if_exists(&self) -> Result<Option<Box<dyn TrackingStorage>>> {
        match self.spec()? {
            StoreSpec::Sqlite(spec) if !spec.file.exists() => Ok(None),
            StoreSpec::Postgres(spec) => match spec.open_read_only() {
                Ok(store) => Ok(Some(Box::new(store))),
                Err(error) => {
                    let kind = error.downcast_ref::<Error>().map(Error::kind);
                    if kind == Some(ErrorKind::NotFound) {
                        return Ok(None);
                    }
                    Err(error)
                }
            },
            _ => self.open_read_only().map(Some),
        }
    }

    /// Opens it for writing; it must exist.
    pub(crate) fn open_persistent(&self) -> Result<PersistentStore> {
        match self.spec()? {
            StoreSpec::Postgres(spec) => {
                spec.open_existing(self.wait).map(PersistentStore::Postgres)
            }
            _ => self.open_file().map(Box::new).map(PersistentStore::Sqlite),
        }
    }

    /// Opens it read-only.
    pub(crate) fn open_persistent_read_only(&self) -> Result<PersistentStore> {
        open_read_only(self.spec()?)
    }

    /// Opens its file for writing; it must exist.
    pub(crate) fn open_file(&self) -> Result<SqliteStorage> {
        open::open_existing(self.file_spec()?, self.wait)
    }

    /// Opens its file read-only.
    pub(crate) fn open_file_read_only(&self) -> Result<SqliteStorage> {
        open::open_read_only(self.file_spec()?)
    }
}

/// Opens an existing store read-only.
pub(super) fn open_read_only(spec: &StoreSpec) -> Result<PersistentStore> {
    match spec {
        StoreSpec::Memory => bail!("a store in memory is empty"),
        StoreSpec::Sqlite(spec) => open::open_read_only(spec)
            .map(Box::new)
            .map(PersistentStore::Sqlite),
        StoreSpec::Postgres(spec) => spec.open_read_only().map(PersistentStore::Postgres),
    }
}

/// Opens a store for writing; creates it if missing.
pub(crate) fn create(spec: &StoreSpec, wait: Duration) -> Result<PersistentStore> {
    match spec {
        StoreSpec::Memory => bail!("a store in memory is gone when the command ends"),
        StoreSpec::Sqlite(spec) => open::open_or_create(spec, wait)
            .map(Box::new)
            .map(PersistentStore::Sqlite),
        StoreSpec::Postgres(spec) => spec.open_or_create(wait).map(PersistentStore::Postgres),
    }
}

/// Returns why the store of an option is not persistent, if so.
pub(crate) fn validate(option: &str, spec: Option<&StoreSpec>) -> Option<String> {
    match spec {
        None => Some(format!("name the store, with {option} sqlite:FILE")),
        Some(StoreSpec::Memory) => Some(format!(
            "a store in memory is gone when the command ends: name one that is kept, with \
             {option} sqlite:FILE"
        )),
        Some(StoreSpec::Sqlite(_) | StoreSpec::Postgres(_)) => None,
    }
}
