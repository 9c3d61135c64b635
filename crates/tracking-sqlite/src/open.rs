//! Looking at a file before anything is done to it, and making a fresh one.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior};
use tracking_core::Error;

use crate::connection::{Access, Settings};
use crate::error::{Done, Failure, told};
use crate::schema::{self, APPLICATION_ID, VERSION};
use crate::store_name::StoreName;

/// What every `SQLite` file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What a file is, as far as this store is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Not there, or nothing in it.
    Empty,
    /// One of ours, of this version or an earlier one.
    Ours(i64),
}

/// Opens the one connection that writes, on a file with today's tables and those of the store.
pub(crate) fn open_writer(
    file: &Path,
    settings: &Settings,
    store: &StoreName,
) -> Result<Connection, Error> {
    let kind = look(file, settings)?;
    let open = || -> Done<Connection> {
        let mut connection = settings.connect(file, true)?;
        if kind == Kind::Empty {
            prepare_empty(&connection, file)?;
        }
        use_wal(&connection)?;
        settings.durability.set(&connection)?;
        connection.pragma_update(None, "secure_delete", true)?;
        if kind != Kind::Ours(VERSION) {
            migrate(&mut connection)?;
        }
        ensure_store(&connection, store)?;
        Ok(connection)
    };
    let opened = patiently(settings.busy_timeout, open);
    opened.map_err(|failure| failure.told("open", file))
}

/// Looks whether a file can be read as it is; gives how it has to be accessed.
pub(crate) fn open_reader(
    file: &Path,
    settings: &mut Settings,
    store: &StoreName,
) -> Result<(), Error> {
    if !file.exists() {
        let source = io::Error::from(io::ErrorKind::NotFound);
        return Err(Error::backend(
            format!("open {} for reading only", file.display()),
            source,
        ));
    }
    if never_changes(file, settings) {
        settings.access = Access::Immutable;
    }
    match look(file, settings)? {
        Kind::Ours(VERSION) => {}
        Kind::Ours(_) => {
            return Err(Error::unsupported(format!(
                "only read {}, which an earlier version has written; open it for writing once",
                file.display()
            )));
        }
        Kind::Empty => {
            return Err(Error::unsupported(format!(
                "read {}, which is empty",
                file.display()
            )));
        }
    }
    let has = || {
        settings
            .connect_reader(file)
            .and_then(|reader| has_store(&reader, store))
    };
    match has() {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::unsupported(format!(
            "find a store {store} in {}; the names of those there are in its table `store`",
            file.display()
        ))),
        Err(error) => Err(told(error, "read from", file)),
    }
}

/// Whether a file lies where the files that `SQLite` needs beside it cannot be made. Where there are
/// none, nobody writes to it; where its log is there, somebody does, or broke off, and what is in
/// the file alone is not all of it.
fn never_changes(file: &Path, settings: &Settings) -> bool {
    let read = settings
        .connect_reader(file)
        .and_then(|reader| version(&reader));
    let is_out_of_reach =
        |error| is(&error, ErrorCode::CannotOpen) || is(&error, ErrorCode::ReadOnly);
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    read.is_err_and(is_out_of_reach) && !Path::new(&log).exists()
}

/// The names of the stores in a file, sorted.
pub(crate) fn store_names(file: &Path, settings: &mut Settings) -> Result<Vec<StoreName>, Error> {
    open_reader(file, settings, &StoreName::default()).or_else(|error| match error {
        Error::Unsupported { .. } if matches!(look(file, settings), Ok(Kind::Ours(VERSION))) => {
            Ok(())
        }
        other => Err(other),
    })?;
    let names = || -> rusqlite::Result<Vec<String>> {
        let reader = settings.connect_reader(file)?;
        let mut statement = reader.prepare("select name from store order by name")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    let names = names().map_err(|error| told(error, "read from", file))?;
    names.into_iter().map(StoreName::new).collect()
}

/// Tells what a file is without changing it, and refuses what is not ours.
fn look(file: &Path, settings: &Settings) -> Result<Kind, Error> {
    if !begins_like_sqlite(file)? {
        return Ok(Kind::Empty);
    }
    let settings = Settings {
        access: if settings.access == Access::Immutable {
            Access::Immutable
        } else {
            Access::Read
        },
        ..settings.clone()
    };
    let look = || -> rusqlite::Result<(i32, i64, i64)> {
        let reader = settings.connect_reader(file)?;
        let application = reader.query_row("pragma application_id", [], |row| row.get(0))?;
        let tables =
            reader.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
        Ok((application, version(&reader)?, tables))
    };
    let refused = |why: String| Err(Error::unsupported(format!("use {}: {why}", file.display())));
    match look().map_err(|error| told(error, "open", file))? {
        (APPLICATION_ID, version, _) if version > VERSION => refused(format!(
            "a later version of this program has written it (its tables have version {version}, \
             this one knows {VERSION}); take that one"
        )),
        (APPLICATION_ID, version, _) => Ok(Kind::Ours(version)),
        (0, 0, 0) => Ok(Kind::Empty),
        (application, ..) => refused(format!(
            "it is a database of another program (application id {application:#x}); take another file"
        )),
    }
}

/// Whether a file is a database; refuses what is something else.
fn begins_like_sqlite(file: &Path) -> Result<bool, Error> {
    let open = || -> io::Result<Vec<u8>> {
        let mut begin = Vec::new();
        File::open(file)?
            .take(MAGIC.len() as u64)
            .read_to_end(&mut begin)?;
        Ok(begin)
    };
    match open() {
        Ok(begin) if begin.is_empty() => Ok(false),
        Ok(begin) if begin == MAGIC => Ok(true),
        Ok(_) => Err(Error::unsupported(format!(
            "use {}: it is no SQLite database; take another file",
            file.display()
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::backend(format!("read {}", file.display()), error)),
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("pragma user_version", [], |row| row.get(0))
}

/// Settles what must be settled before the first table is there.
///
/// Nothing can be lost in an empty file, so it needs no journal; but it must be on the disk before
/// the log beside it counts, for `SQLite` throws the log of an empty file away.
fn prepare_empty(connection: &Connection, file: &Path) -> Done<()> {
    connection.pragma_update(None, "synchronous", "off")?;
    connection.query_row("pragma journal_mode = memory", [], |_| Ok(()))?;
    connection.pragma_update(None, "auto_vacuum", "incremental")?;
    use_wal(connection)?;
    let synced = File::open(file).and_then(|file| file.sync_all());
    let what = || format!("make {}", file.display());
    Ok(synced.map_err(|error| Error::backend(what(), error))?)
}

/// Readers and the writer get along only where changes go to a log of their own first.
fn use_wal(connection: &Connection) -> Done<()> {
    let mode: String = connection.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    Err(Failure::Refused(Error::unsupported(
        "keep its file here: SQLite cannot share memory beside it, as on most network file systems; \
         take a file on a local disk",
    )))
}

fn migrate(connection: &mut Connection) -> Done<()> {
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    match schema::migrations().to_latest(connection) {
        Ok(()) => Ok(()),
        // Another process may have been faster.
        Err(_) if version(connection)? == VERSION => Ok(()),
        Err(rusqlite_migration::Error::RusqliteError { err, .. }) => Err(err.into()),
        Err(other) => Err(Failure::Refused(Error::backend(
            "bring its tables up to date",
            other,
        ))),
    }
}

fn has_store(connection: &Connection, store: &StoreName) -> rusqlite::Result<bool> {
    let found = connection.query_row(
        "select 1 from store where name = ?1",
        [store.as_str()],
        |_| Ok(()),
    );
    Ok(found.optional()?.is_some())
}

/// Makes the tables of a store where they are not there yet.
fn ensure_store(connection: &Connection, store: &StoreName) -> Done<()> {
    if has_store(connection, store)? {
        return Ok(());
    }
    connection.execute_batch("begin immediate")?;
    let made = has_store(connection, store)
        .and_then(|has| {
            if has {
                Ok(())
            } else {
                schema::create_store(connection, store)
            }
        })
        .and_then(|()| connection.execute_batch("commit"));
    if made.is_err() {
        connection.execute_batch("rollback")?;
    }
    Ok(made?)
}

fn is(error: &rusqlite::Error, code: ErrorCode) -> bool {
    error.sqlite_error_code() == Some(code)
}

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_millis(10);

/// Tries again while others have the file locked in a way that `SQLite` does not wait for.
fn patiently<T>(timeout: Duration, open: impl Fn() -> Done<T>) -> Done<T> {
    let mut left = timeout;
    loop {
        match open() {
            Err(Failure::Sqlite(error))
                if left > Duration::ZERO && is(&error, ErrorCode::DatabaseBusy) =>
            {
                thread::sleep(PAUSE);
                left = left.saturating_sub(PAUSE);
            }
            opened => return opened,
        }
    }
}
