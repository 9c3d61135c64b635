//! A persistent store of any kind.

use tracking_core::{__forward_storage, ErrorKind, Removal, Removed, Result, TrackingStorage};
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

    /// Removes what a removal takes as far as partitions can be dropped now. Nothing where the store has
    /// none, others read it, or its tables belong to another role.
    pub(crate) fn drop_partitions(&self, removal: &Removal) -> Result<Removed> {
        let Self::Postgres(store) = self else {
            return Ok(Removed::new(0, 0));
        };
        match store.drop_partitions(removal) {
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Unavailable | ErrorKind::AccessDenied
                ) =>
            {
                Ok(Removed::new(0, 0))
            }
            dropped => dropped,
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
