//! The contenders.

mod file;
mod limit;
mod sqlite;
pub(crate) mod tracking;

use anyhow::Result;
use tracking_sqlite::Durability;

use crate::contender::Contender;

/// A contender by name.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Name {
    /// The store of `tracking-btree`, as a user calls it.
    Tracking,
    /// The limit of safe Rust, by a program that does nothing else.
    LimitRows,
    /// `SQLite`, in memory, with indexes for these very questions.
    SqliteMem,
    /// The store of `tracking-sqlite`, as a user calls it.
    TrackingSqlite,
    /// `SQLite` in a file, by hand, with indexes for these very questions.
    SqliteFile,
    /// The store of `tracking-sqlite`, where each change survives the loss of power.
    TrackingSqliteFull,
    /// `SQLite` in a file, by hand, where each change survives the loss of power.
    SqliteFileFull,
}

impl Name {
    /// The contenders in memory.
    pub const IN_MEMORY: [Self; 3] = [Self::Tracking, Self::LimitRows, Self::SqliteMem];

    /// The contenders in a file, with the same durability.
    pub const IN_A_FILE: [Self; 2] = [Self::TrackingSqlite, Self::SqliteFile];

    /// Its name in results and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tracking => "tracking",
            Self::LimitRows => "limit-rows",
            Self::SqliteMem => "sqlite-mem",
            Self::TrackingSqlite => "tracking-sqlite",
            Self::SqliteFile => "sqlite-file",
            Self::TrackingSqliteFull => "tracking-sqlite-full",
            Self::SqliteFileFull => "sqlite-file-full",
        }
    }

    /// Creates an empty store.
    ///
    /// # Errors
    ///
    /// Returns the errors of `SQLite`, and fails if there is no folder for temporary files.
    pub fn make(self) -> Result<Box<dyn Contender>> {
        Ok(match self {
            Self::Tracking => Box::new(tracking::Tracking::in_memory()),
            Self::LimitRows => Box::new(limit::LimitRows::default()),
            Self::SqliteMem => Box::new(sqlite::Sqlite::in_memory()?),
            Self::TrackingSqlite => Box::new(tracking::Tracking::in_a_file(Durability::Process)?),
            Self::SqliteFile => Box::new(sqlite::Sqlite::in_a_file("normal")?),
            Self::TrackingSqliteFull => Box::new(tracking::Tracking::in_a_file(Durability::Power)?),
            Self::SqliteFileFull => Box::new(sqlite::Sqlite::in_a_file("full")?),
        })
    }
}
