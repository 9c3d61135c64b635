//! Opening the file, and how each connection to it is set up.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::vtab::array::load_module;
use rusqlite::{Connection, OpenFlags};

use crate::durability::Durability;

/// How many statements a connection keeps prepared.
const STATEMENT_CACHE_CAPACITY: usize = 128;
/// How many connections read at the same time, unless the builder says otherwise.
pub(crate) const MAX_READERS: usize = 8;
/// How many bytes of the file all connections together keep in memory, unless the builder says
/// otherwise: 64 MiB each.
pub(crate) const CACHE_SIZE: u64 = (MAX_READERS as u64 + 1) * 64 * 1024 * 1024;
/// How many pages the log next to the file may have before they move into it: 16 MiB. More of
/// them find the same pages changed again, which are then moved once.
pub(crate) const WAL_PAGES: i64 = 4096;
/// The same while batches are delayed: 256 MiB. Each of their transactions changes many pages, most
/// of which the next one changes again.
pub(crate) const DELAYED_WAL_PAGES: i64 = 16 * WAL_PAGES;

/// How connections to a file are made.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) durability: Durability,
    pub(crate) busy_timeout: Duration,
    /// How many connections read at the same time, at least one.
    pub(crate) max_readers: usize,
    /// How many bytes of the file all connections together keep in memory.
    pub(crate) cache_size: u64,
    pub(crate) access: Access,
}

/// What connections may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read and write.
    Write,
    /// Read only.
    Read,
    /// Read only, where not even the files next to it can be made: nobody may write meanwhile.
    Immutable,
}

impl Settings {
    /// A connection, set up. The file is made where it is not there and may be.
    pub(crate) fn connect(&self, file: &Path, may_create: bool) -> rusqlite::Result<Connection> {
        let connection = self.connect_only(file, may_create)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_CAPACITY);
        // Plans follow from the text alone; else a statement is prepared again for each new value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "cache_size", cache_pragma(self.cache_share()))?;
        limit_wal(&connection, WAL_PAGES)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        // Our own statements keep the references, and checking them once more costs time.
        connection.pragma_update(None, "foreign_keys", false)?;
        Ok(connection)
    }

    /// A connection that is not set up, which would make it read all that the file says of its tables.
    pub(crate) fn connect_only(
        &self,
        file: &Path,
        may_create: bool,
    ) -> rusqlite::Result<Connection> {
        let connection = match self.access {
            Access::Write => {
                let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                flags.set(OpenFlags::SQLITE_OPEN_CREATE, may_create);
                Connection::open_with_flags(file, flags)?
            }
            Access::Read => Connection::open_with_flags(
                file,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?,
            Access::Immutable => Connection::open_with_flags(
                immutable_uri(file),
                OpenFlags::SQLITE_OPEN_READ_ONLY
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX
                    | OpenFlags::SQLITE_OPEN_URI,
            )?,
        };
        connection.busy_timeout(self.busy_timeout)?;
        Ok(connection)
    }

    /// How many bytes of the file each connection keeps in memory: the same for those that read and
    /// the one that writes.
    fn cache_share(&self) -> u64 {
        let connections = (self.max_readers as u64).saturating_add(1);
        self.cache_size.div_ceil(connections)
    }

    /// A connection that only reads.
    pub(crate) fn connect_reader(&self, file: &Path) -> rusqlite::Result<Connection> {
        let connection = self.connect(file, false)?;
        connection.pragma_update(None, "query_only", true)?;
        // Tracks are fetched by many ids at once.
        load_module(&connection)?;
        Ok(connection)
    }
}

/// Sets how many pages the log next to the file may have before they move into it.
pub(crate) fn limit_wal(connection: &Connection, pages: i64) -> rusqlite::Result<()> {
    connection.pragma_update(None, "wal_autocheckpoint", pages)
}

/// The size of a cache as `SQLite` takes it: KiB, negative, for a positive number is one of pages.
fn cache_pragma(bytes: u64) -> i32 {
    -i32::try_from(bytes.div_ceil(1024)).unwrap_or(i32::MAX)
}

/// The file as a URI, with every byte that has a meaning in one, or is no text, written so that
/// it has none.
fn immutable_uri(file: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in file.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            let _never_fails = write!(uri, "%{byte:02x}");
        }
    }
    uri + "?immutable=1"
}
