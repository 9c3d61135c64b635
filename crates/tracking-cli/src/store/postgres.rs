//! A store in a PostgreSQL database.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tracking_postgres::{PostgresStorage, PostgresStorageBuilder, StoreName, without_password};

/// A store in a database.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PostgresSpec {
    /// The URL of the database, which may hold a password.
    url: String,
    /// Which of the stores in it.
    name: StoreName,
}

impl PostgresSpec {
    /// Opens the store to be looked at: it must be there, and nothing is written.
    pub(super) fn open_read_only(&self) -> Result<PostgresStorage> {
        Ok(self.builder().read_only().open()?)
    }

    /// Opens the store for changes of what it holds: it must be there.
    pub(super) fn open_existing(&self, wait: Duration) -> Result<PostgresStorage> {
        let names = self.builder().store_names()?;
        if !names.contains(&self.name) {
            let names: Vec<&str> = names.iter().map(StoreName::as_str).collect();
            bail!(
                "there is no store {} in {}; there are: {}",
                self.name,
                without_password(&self.url),
                names.join(", ")
            );
        }
        self.open_or_create(wait)
    }

    /// Opens the store to put something in, and creates it where it is not there.
    pub(super) fn open_or_create(&self, wait: Duration) -> Result<PostgresStorage> {
        Ok(self.builder().lock_timeout(wait).open()?)
    }

    /// The names of the stores in the database.
    pub(super) fn names(&self) -> Result<Vec<String>> {
        let names = self.builder().store_names()?;
        Ok(names.iter().map(ToString::to_string).collect())
    }

    fn builder(&self) -> PostgresStorageBuilder {
        let builder = PostgresStorage::builder(self.url.as_str()).environment();
        builder.store(self.name.clone())
    }
}

impl FromStr for PostgresSpec {
    type Err = anyhow::Error;

    /// Reads `postgres://USER@HOST/DATABASE` or the same with `#NAME`.
    fn from_str(text: &str) -> Result<Self> {
        let (url, name) = match text.rsplit_once('#') {
            // A `#` before an `@` is part of a password.
            Some((_, rest)) if rest.contains('@') => (text, StoreName::default()),
            None => (text, StoreName::default()),
            Some((url, name)) => {
                let read = StoreName::new(name);
                let read = read.with_context(|| format!("{name:?} is no name of a store"))?;
                (url, read)
            }
        };
        let url = url.to_owned();
        Ok(Self { url, name })
    }
}

impl fmt::Display for PostgresSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.url))?;
        if self.name != StoreName::default() {
            write!(f, "#{}", self.name)?;
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresSpec({self})")
    }
}
