//! Setting a store up.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tracking_core::{Clock, Field, Result, StoreName, SystemClock};

use crate::SqliteStorage;
use crate::connection::{Access, CACHE_SIZE, MAX_READERS, Settings};
use crate::durability::{BUSY_TIMEOUT, Durability, MAX_BUSY_TIMEOUT};
use crate::version;

/// Sets a [`SqliteStorage`] up.
///
/// | setting | default |
/// |---|---|
/// | [`store`](Self::store) | the store `main` of the file |
/// | [`index`](Self::index) | the indexes on data fields that the store has already |
/// | [`durability`](Self::durability) | [`Durability::Process`] |
/// | [`busy_timeout`](Self::busy_timeout) | 10 seconds |
/// | [`max_readers`](Self::max_readers) | 8 |
/// | [`cache_size`](Self::cache_size) | 576 MiB: 64 for each connection |
/// | [`clock`](Self::clock) | the clock of the machine |
/// | [`read_only`](Self::read_only) | no |
#[derive(Clone)]
#[must_use]
pub struct SqliteStorageBuilder {
    pub(crate) file: PathBuf,
    pub(crate) store: StoreName,
    pub(crate) indexes: Vec<Field>,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
}

impl SqliteStorageBuilder {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self {
            file,
            store: StoreName::default(),
            indexes: Vec::new(),
            settings: Settings {
                durability: Durability::default(),
                busy_timeout: BUSY_TIMEOUT,
                max_readers: MAX_READERS,
                cache_size: CACHE_SIZE,
                access: Access::Write,
            },
            clock: Arc::new(SystemClock),
        }
    }

    /// Takes another store of the file, which is made where it is not there.
    pub fn store(self, store: StoreName) -> Self {
        Self { store, ..self }
    }

    /// Gives a data field an index, where it has none.
    pub fn index(mut self, field: impl Into<Field>) -> Self {
        self.indexes.push(field.into());
        self
    }

    /// Says what a change survives.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.settings.durability = durability;
        self
    }

    /// How long a call waits while somebody else writes, before it fails with an error that
    /// [is worth a retry](tracking_core::Error::is_retryable). It waits for 24 days at most, which is
    /// as long as `SQLite` can wait.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.settings.busy_timeout = timeout.min(MAX_BUSY_TIMEOUT);
        self
    }

    /// How many calls read at the same time, at least one. Each needs a connection of its own, which
    /// is two open files.
    ///
    /// A call that finds all in use waits as long as [`busy_timeout`](Self::busy_timeout), and then
    /// fails with an error that [is worth a retry](tracking_core::Error::is_retryable). A visitor
    /// that calls the store itself does not wait: it gets a connection beyond this number, which is
    /// closed afterwards.
    pub fn max_readers(mut self, readers: usize) -> Self {
        self.settings.max_readers = readers.max(1);
        self
    }

    /// How many bytes of the file the store may keep in memory.
    ///
    /// The connection that writes, and each of the [`max_readers`](Self::max_readers) that read, may
    /// take an equal share. It is taken as the file is read, and kept until the store is closed. What is not kept is asked of the system again, which mostly has
    /// it, too: that costs some microseconds for 4 KiB. A program that asks the same file over and
    /// over, or fills one, does best with shares of the size of the file: importing a million tracks,
    /// which are 200 MB, takes three times the work with 64 MiB that it takes with 256.
    pub fn cache_size(mut self, bytes: u64) -> Self {
        self.settings.cache_size = bytes;
        self
    }

    /// Takes the time from another clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Only reads, and makes neither the file nor the store; every change is an error.
    ///
    /// Others may write meanwhile, and what they write is seen. Only where the file lies in a
    /// folder that nothing can be written into, it is taken for one that never changes.
    pub fn read_only(mut self) -> Self {
        self.settings.access = Access::Read;
        self
    }

    /// Opens the store.
    ///
    /// # Errors
    ///
    /// [`Error::NewerVersion`](tracking_core::Error::NewerVersion) for a file that a later version
    /// has written, [`Error::ForeignFormat`](tracking_core::Error::ForeignFormat) for one of another
    /// program; it stays untouched.
    /// [`Error::ReadOnly`](tracking_core::Error::ReadOnly),
    /// [`Error::NotFound`](tracking_core::Error::NotFound) or
    /// [`Error::Backend`](tracking_core::Error::Backend) where the file cannot be opened, or the
    /// `SQLite` of the system is older than version 3.38.
    pub fn open(self) -> Result<SqliteStorage> {
        version::check(&self.file)?;
        SqliteStorage::with(self)
    }
}

impl fmt::Debug for SqliteStorageBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStorageBuilder")
            .field("file", &self.file)
            .field("store", &self.store)
            .field("indexes", &self.indexes)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_busy_timeout_can_be_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        for timeout in [Duration::ZERO, Duration::from_hours(25 * 24), Duration::MAX] {
            let builder = SqliteStorage::builder(folder.path().join("test.db"));
            let store = builder.busy_timeout(timeout).open().unwrap();
            store.write("look at", |_| Ok(())).unwrap();
            store.shrink(&mut |_| ()).unwrap();
            drop(store);
            SqliteStorage::builder(folder.path().join("test.db"))
                .busy_timeout(timeout)
                .read_only()
                .open()
                .unwrap();
        }
    }

    #[test]
    fn the_cache_has_its_size_on_the_connections_that_read_and_on_the_one_that_writes() {
        let folder = tempfile::tempdir().unwrap();
        let builder = || SqliteStorage::builder(folder.path().join("test.db"));
        for (store, kib) in [
            (builder(), 65_536),
            (builder().max_readers(2).cache_size(3 << 20), 1024),
            (builder().max_readers(0).cache_size(3_000_001), 1465),
            (builder().cache_size(1), 1),
            (builder().cache_size(0), 0),
            (builder().cache_size(u64::MAX), i32::MAX),
        ] {
            let store = store.open().unwrap();
            let size = |connection: &rusqlite::Connection| {
                connection.pragma_query_value(None, "cache_size", |row| row.get::<_, i32>(0))
            };
            let reading = store.read(|connection, _| Ok(size(connection)?));
            assert_eq!(reading.unwrap(), -kib);
            let writing = store.write("look at", |writer| Ok(size(&writer.connection)?));
            assert_eq!(writing.unwrap(), -kib);
        }
    }
}
