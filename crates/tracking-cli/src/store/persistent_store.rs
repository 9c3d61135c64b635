//! A persistent store of any kind.

use tracking_core::{__forward_storage, TrackingStorage};
use tracking_postgres::PostgresStorage;
use tracking_sqlite::SqliteStorage;

/// A persistent store.
#[derive(Debug)]
pub(crate) enum PersistentStore {
    /// In a file.
    Sqlite(Box<SqliteStorage>),
    /// In a database.
    Postgres(PostgresStorage),
}

impl PersistentStore {
    /// The store in a file, if it is one.
    pub(crate) fn sqlite(&self) -> Option<&SqliteStorage> {
        match self {
            Self::Sqlite(store) => Some(store.as_ref()),
            Self::Postgres(_) => None,
        }
    }
}

impl std::ops::Deref for PersistentStore {
    type Target = dyn TrackingStorage;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Sqlite(store) => store.as_ref(),
            Self::Postgres(store) => store,
        }
    }
}

__forward_storage!([] PersistentStore);
