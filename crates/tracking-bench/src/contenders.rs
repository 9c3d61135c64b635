//! Who takes part.

mod baseline;
mod limit;
mod sqlite;
pub(crate) mod tracking;

use anyhow::Result;

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
    /// What can be reached in safe Rust, by a program that does nothing else.
    LimitRows,
    /// `SQLite`, in memory, with indexes for these very questions.
    SqliteMem,
    /// What is written in an afternoon: maps of sets of ids.
    Baseline,
}

impl Name {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Tracking,
        Self::LimitRows,
        Self::SqliteMem,
        Self::Baseline,
    ];

    /// As it is written in results and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tracking => "tracking",
            Self::LimitRows => "limit-rows",
            Self::SqliteMem => "sqlite-mem",
            Self::Baseline => "baseline",
        }
    }

    /// Makes an empty store.
    ///
    /// # Errors
    ///
    /// Those of `SQLite`.
    pub fn make(self) -> Result<Box<dyn Contender>> {
        Ok(match self {
            Self::Tracking => Box::new(tracking::Tracking::new()),
            Self::LimitRows => Box::new(limit::LimitRows::default()),
            Self::SqliteMem => Box::new(sqlite::Sqlite::new()?),
            Self::Baseline => Box::new(baseline::Baseline::default()),
        })
    }
}
