//! What goes wrong in here, and what the caller is told.

use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use tracking_core::Error;

/// Why something was not done: refused by the contract, or failed by `SQLite`.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error as the caller gets it.
    Refused(Error),
    /// An error of the database, which still has to be told with the file.
    Sqlite(rusqlite::Error),
    /// A row that no version of this store has written.
    Corrupt(Corrupt),
}

/// A row that no version of this store has written, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Corrupt {
    /// The table, without the prefix of the store, and the row's id or name.
    row: Option<(&'static str, String)>,
    what: &'static str,
    source: Option<Source>,
}

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Says in which row something is wrong.
pub(crate) trait InRow {
    /// Names the table, without the prefix of the store, and the row's id or name, unless it is
    /// named already.
    fn in_row(self, table: &'static str, row: impl ToString) -> Self;
}

impl<T> InRow for Done<T> {
    fn in_row(self, table: &'static str, row: impl ToString) -> Self {
        self.map_err(|failure| match failure {
            Failure::Corrupt(corrupt) if corrupt.row.is_none() => Failure::Corrupt(Corrupt {
                row: Some((table, row.to_string())),
                ..corrupt
            }),
            other => other,
        })
    }
}

/// What a step within the store gives.
pub(crate) type Done<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Failure {
    /// Says which operation of a batch was refused.
    pub(crate) fn in_batch(self, index: usize) -> Self {
        match self {
            Self::Refused(error) => Self::Refused(error.in_batch(index)),
            failed @ (Self::Sqlite(_) | Self::Corrupt(_)) => failed,
        }
    }

    /// What the caller is told; `action` says what was done to the file, like `save to`.
    pub(crate) fn told(self, action: &str, file: &Path) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Sqlite(error) => told(error, action, file),
            Self::Corrupt(Corrupt { row, what, source }) => {
                let (place, row) = match row {
                    Some((table, row)) => {
                        (format!("table {table} of {}", file.display()), Some(row))
                    }
                    None => (file.display().to_string(), None),
                };
                Error::corrupt(
                    place,
                    row,
                    format!("it holds {what} that this store has not written"),
                    source,
                )
            }
        }
    }
}

/// What the caller is told of an error of the database.
pub(crate) fn told(error: rusqlite::Error, action: &str, file: &Path) -> Error {
    let place = file.display();
    let what = |advice: &str| format!("{action} {place}{advice}");
    // What readers and writers share beside the file finds no room, either.
    let is_full = error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE);
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::unavailable(
            what(", since another process kept it busy for too long; try again"),
            error,
        ),
        code if is_full || code == Some(ErrorCode::DiskFull) => Error::no_space(
            what(", since the disk is full; make room and try again"),
            error,
        ),
        Some(ErrorCode::ReadOnly) => Error::read_only(
            what(", since it or its folder may not be written to"),
            Some(error.into()),
        ),
        Some(ErrorCode::CannotOpen) => Error::access_denied(
            what(", which cannot be opened; see that its folder is there and may be written to"),
            error,
        ),
        Some(ErrorCode::NotADatabase) => Error::foreign_format(
            place.to_string(),
            "it is no SQLite database",
            Some(error.into()),
        ),
        Some(ErrorCode::DatabaseCorrupt) => Error::corrupt(
            place.to_string(),
            None,
            "SQLite cannot read what it holds",
            Some(error.into()),
        ),
        Some(ErrorCode::SystemIoFailure) => Error::backend(
            what("; see that its disk is sound and has room for it, also by its quotas"),
            error,
        ),
        Some(ErrorCode::TooBig) => Error::full(format!(
            "cannot {action} {place}, since it is more than SQLite keeps in one value"
        )),
        _ => Error::backend(what(""), error),
    }
}

/// The error for a row that no version of this store has written.
pub(crate) fn corrupt_row(what: &'static str) -> Failure {
    Failure::Corrupt(Corrupt {
        row: None,
        what,
        source: None,
    })
}

/// The same with the failure that shows it.
pub(crate) fn corrupt_by(what: &'static str, source: impl Into<Source>) -> Failure {
    Failure::Corrupt(Corrupt {
        row: None,
        what,
        source: Some(source.into()),
    })
}

/// The error for ids that have all been given.
pub(crate) fn no_more(what: &str) -> Failure {
    Failure::Refused(Error::full(format!(
        "it has given all {} ids of {what}",
        i64::MAX
    )))
}
