//! Inspects a file before it is opened, creates a new one, and migrates an old one.

use std::fs::File;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::ffi::SQLITE_READONLY_ROLLBACK;
use rusqlite::vtab::array::load_module;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior};
use tracking_core::Error;

use crate::connection::{Access, Settings};
use crate::error::{StoreError, StoreResult, sqlite_error};
use crate::events::{self, LockWait};
use crate::fields::ensure_nul_index;
use crate::header::{Header, refused};
use crate::schema::{self, APPLICATION_ID, VERSION};
use crate::sql::{BEGIN_TO_READ, COMMIT, Statements};
use crate::wipe;
use tracking_core::StoreName;

/// The WAL is truncated to this size after a checkpoint, in bytes. A long read makes it grow beyond.
const WAL_SIZE_LIMIT: i64 = 16 * 1024 * 1024;

/// The state of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileState {
    /// Missing or empty.
    Empty,
    /// A file of this program, of this version or an earlier one.
    Ours(i64),
}

/// Opens the connection that writes. It creates or migrates the file, and creates the store.
pub(crate) fn open_writer(
    file: &Path,
    settings: &Settings,
    store: &StoreName,
) -> Result<Connection, Error> {
    let open = || -> StoreResult<Connection> {
        // At each attempt: others may make the file meanwhile.
        let (kind, reader) = match inspect(file, settings) {
            Err(StoreError::Sqlite(error)) if needs_rollback(&error) => {
                roll_back(file, settings)?;
                inspect(file, settings)?
            }
            looked => looked?,
        };
        let mut connection = settings.connect(file, true)?;
        // What may only be read is opened all the same, for reading.
        if connection.is_readonly("main")? {
            let what = format!(
                "write to {}, which may only be read; change that, or open it for reading only",
                file.display()
            );
            return Err(Error::read_only(what, None).into());
        }
        if kind == FileState::Empty {
            prepare_empty(&connection, file)?;
        }
        use_wal(&connection)?;
        // Until here, so that the files next to it are made once.
        drop(reader);
        settings.durability.set(&connection)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "journal_size_limit", WAL_SIZE_LIMIT)?;
        // It also reads, while batches wait for their commit.
        load_module(&connection)?;
        if kind != FileState::Ours(VERSION) {
            migrate(&mut connection, file)?;
            if let FileState::Ours(from) = kind {
                events::migrated(file, from, VERSION);
            }
        }
        ensure_store(&connection, store)?;
        // Without it, queries by fields are slower, and right.
        let _later = ensure_nul_index(&connection, &Statements::of(store));
        // Another process may have been killed, or others may have read, before it was done.
        let _later = wipe::finish(&connection, Duration::ZERO, settings.busy_timeout);
        Ok(connection)
    };
    let opened = retry_while_busy(file, settings.busy_timeout, open);
    opened.map_err(|failure| failure.into_core("open", file))
}

/// Looks whether a file can be read as it is, and has the store; finds out how it has to be
/// accessed.
pub(crate) fn open_reader(
    file: &Path,
    settings: &mut Settings,
    store: &StoreName,
) -> Result<(), Error> {
    open_file(file, settings)?;
    let reader = settings.connect_reader(file);
    match reader.and_then(|reader| has_store(&reader, store)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::not_found(
            format!(
                "a store {store} in {}; the names of those there are in its table `store`",
                file.display()
            ),
            None,
        )),
        Err(error) => Err(sqlite_error(error, "read from", file)),
    }
}

/// The names of the stores in a file, sorted.
pub(crate) fn store_names(file: &Path, settings: &mut Settings) -> Result<Vec<StoreName>, Error> {
    open_file(file, settings)?;
    let names = || -> rusqlite::Result<Vec<String>> {
        let reader = settings.connect_reader(file)?;
        let mut statement = reader.prepare("select name from store order by name")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    let names = names().map_err(|error| sqlite_error(error, "read from", file))?;
    names.into_iter().map(StoreName::new).collect()
}

fn open_file(file: &Path, settings: &mut Settings) -> Result<(), Error> {
    match open_any_version(file, settings)? {
        VERSION => Ok(()),
        _ => Err(Error::needs_upgrade(file.display().to_string())),
    }
}

/// Looks whether a file can be read as it is, whatever its version, which is returned; finds out
/// how it has to be accessed.
pub(crate) fn open_any_version(file: &Path, settings: &mut Settings) -> Result<i64, Error> {
    match Header::read(file)? {
        Some(header) => refuse_foreign(file, header)?,
        None if file.exists() => {}
        None => {
            let source = io::Error::from(io::ErrorKind::NotFound);
            let what = format!("{} to open it for reading only", file.display());
            return Err(Error::not_found(what, Some(source.into())));
        }
    }
    if never_changes(file, settings)? {
        settings.access = Access::Immutable;
    }
    let name = file.display();
    match inspect(file, settings).map_err(|failure| failure.into_core("open", file))? {
        (FileState::Ours(version), _) => Ok(version),
        (FileState::Empty, _) => Err(Error::not_found(
            format!("a store in {name}, which is empty"),
            None,
        )),
    }
}

/// Whether a file lies where the files that `SQLite` needs next to it cannot be made. Where there are
/// none, nobody writes to it; where its log is there, somebody does, or was killed, and what is in
/// the file alone is not all of it.
fn never_changes(file: &Path, settings: &Settings) -> Result<bool, Error> {
    let read = settings
        .connect_reader(file)
        .and_then(|reader| version(&reader));
    let is_out_of_reach =
        |error| is(&error, ErrorCode::CannotOpen) || is(&error, ErrorCode::ReadOnly);
    if !read.is_err_and(is_out_of_reach) {
        return Ok(false);
    }
    for end in ["-wal", "-journal"] {
        let mut log = file.as_os_str().to_owned();
        log.push(end);
        let log = Path::new(&log);
        if !log.exists() {
            continue;
        }
        let what = format!(
            "read {} where nothing can be written: its last changes are still in {}; copy both to \
             a folder that can be written to, or open it for writing once",
            file.display(),
            log.display()
        );
        return Err(Error::read_only(what, None));
    }
    Ok(true)
}

/// Finds the state of a file without changing it; refuses files of other programs. Returns the
/// connection that has found it, too, if the file has tables.
fn inspect(file: &Path, settings: &Settings) -> StoreResult<(FileState, Option<Connection>)> {
    match Header::read(file)? {
        None => return Ok((FileState::Empty, None)),
        Some(header) => refuse_foreign(file, header)?,
    }
    let settings = Settings {
        access: if settings.access == Access::Immutable {
            Access::Immutable
        } else {
            Access::Read
        },
        ..settings.clone()
    };
    let reader = settings.connect_only(file, false)?;
    // In one transaction: others may be making the file.
    reader.execute_batch(BEGIN_TO_READ)?;
    let number = |sql| reader.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application = number("pragma application_id")?;
    let version = version(&reader)?;
    if application == i64::from(APPLICATION_ID) {
        return if (0..=VERSION).contains(&version) {
            reader.execute_batch(COMMIT)?;
            Ok((FileState::Ours(version), Some(reader)))
        } else {
            Err(newer_version(file, version).into())
        };
    }
    if (application, version) == (0, 0) && number("select count(*) from sqlite_schema")? == 0 {
        return Ok((FileState::Empty, None));
    }
    Err(foreign(file, application).into())
}

/// Whether a file cannot be read because somebody was ended within a change, which the next one who
/// writes takes back.
fn needs_rollback(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(SQLITE_READONLY_ROLLBACK)
}

/// Takes back what somebody who was ended has left half done: `SQLite` does so at the first read of
/// a connection that may write.
fn roll_back(file: &Path, settings: &Settings) -> StoreResult<()> {
    let connection = settings.connect(file, true)?;
    connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(()))?;
    Ok(())
}

/// Refuses what its header alone tells is not ours. Of a file that is just being made, all but
/// the first page is still in the log next to it.
fn refuse_foreign(file: &Path, header: Header) -> Result<(), Error> {
    let (application, version) = (i64::from(header.application), i64::from(header.version));
    if application == i64::from(APPLICATION_ID) {
        return if version > VERSION {
            Err(newer_version(file, version))
        } else {
            Ok(())
        };
    }
    if (application, version) == (0, 0) && header.pages <= 1 {
        return Ok(());
    }
    Err(foreign(file, application))
}

fn newer_version(file: &Path, version: i64) -> Error {
    Error::newer_version(file.display().to_string(), version, VERSION)
}

pub(crate) fn foreign(file: &Path, application: i64) -> Error {
    let why = format!("it is a database of another program (application id {application:#x})");
    refused(file, &why)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("pragma user_version", [], |row| row.get(0))
}

/// Settles what must be settled before the first table is there.
///
/// Nothing can be lost in an empty file, so nothing of this waits for the disk but the end of it:
/// `SQLite` throws the log of an empty file away, so the file must be there before the log counts.
fn prepare_empty(connection: &Connection, file: &Path) -> StoreResult<()> {
    let pages: i64 = connection.query_row("pragma page_count", [], |row| row.get(0))?;
    if pages > 0 {
        // Others were faster, or were ended before they came to the first table.
        return Ok(());
    }
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "auto_vacuum", "incremental")?;
    use_wal(connection)?;
    let synced = File::open(file).and_then(|file| file.sync_all());
    let what = || format!("make {}", file.display());
    Ok(synced.map_err(|error| Error::backend(what(), error))?)
}

/// Readers and the writer get along only where changes go to a log of their own first.
fn use_wal(connection: &Connection) -> StoreResult<()> {
    let mode: String = connection.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    Err(StoreError::Refused(Error::unsupported(
        "keep its file here: SQLite cannot share memory beside it, as on most network file systems; \
         take a file on a local disk",
    )))
}

fn migrate(connection: &mut Connection, file: &Path) -> StoreResult<()> {
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    match schema::migrations().to_latest(connection) {
        Ok(()) => Ok(()),
        // Another process may have been faster.
        Err(_) if version(connection)? == VERSION => Ok(()),
        Err(rusqlite_migration::Error::RusqliteError { err, .. }) => Err(err.into()),
        Err(other) => Err(StoreError::Refused(Error::backend(
            format!("bring the tables of {} up to date", file.display()),
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
fn ensure_store(connection: &Connection, store: &StoreName) -> StoreResult<()> {
    if has_store(connection, store)? {
        return Ok(());
    }
    connection.execute_batch("begin immediate")?;
    let created = has_store(connection, store)
        .and_then(|has| {
            if has {
                Ok(())
            } else {
                schema::create_store(connection, store)
            }
        })
        .and_then(|()| connection.execute_batch("commit"));
    // Some errors, like that of a full disk, have taken it back already.
    if created.is_err() && !connection.is_autocommit() {
        let _failed = connection.execute_batch("rollback");
    }
    Ok(created?)
}

fn is(error: &rusqlite::Error, code: ErrorCode) -> bool {
    error.sqlite_error_code() == Some(code)
}

/// The pause between two attempts.
const RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// Retries while others lock the file in a way that `SQLite` does not wait for.
pub(crate) fn retry_while_busy<T>(
    file: &Path,
    timeout: Duration,
    open: impl Fn() -> StoreResult<T>,
) -> StoreResult<T> {
    let mut left = timeout;
    let mut wait = None;
    loop {
        match open() {
            Err(StoreError::Sqlite(error))
                if left > Duration::ZERO && is(&error, ErrorCode::DatabaseBusy) =>
            {
                wait.get_or_insert_with(LockWait::start);
                thread::sleep(RETRY_INTERVAL);
                left = left.saturating_sub(RETRY_INTERVAL);
            }
            opened => {
                if let Some(wait) = wait {
                    wait.end(file, opened.as_ref().err());
                }
                return opened;
            }
        }
    }
}
