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
    Odd(&'static str),
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
            failed @ (Self::Sqlite(_) | Self::Odd(_)) => failed,
        }
    }

    /// What the caller is told; `action` says what was done to the file, like `save to`.
    pub(crate) fn told(self, action: &str, file: &Path) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Sqlite(error) => told(error, action, file),
            Self::Odd(what) => Error::backend(
                format!(
                    "{action} {}, where another program or a fault of the disk has changed what \
                     it holds; check it, and go back to a backup",
                    file.display()
                ),
                format!("there is {what} that this store has not written"),
            ),
        }
    }
}

/// What the caller is told of an error of the database.
pub(crate) fn told(error: rusqlite::Error, action: &str, file: &Path) -> Error {
    let what = format!("{action} {}", file.display());
    let (advice, retryable) = advice(&error);
    if retryable {
        Error::retryable(what + advice, error)
    } else {
        Error::backend(what + advice, error)
    }
}

const FULL: (&str, bool) = (", since the disk is full; make room and try again", true);

/// What to do, and whether the same call may succeed later.
fn advice(error: &rusqlite::Error) -> (&'static str, bool) {
    // What readers and writers share beside the file finds no room, either.
    if error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE)
    {
        return FULL;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            ", since somebody else kept it busy for too long; try again",
            true,
        ),
        Some(ErrorCode::DiskFull) => FULL,
        Some(ErrorCode::ReadOnly) => (", since it or its folder may not be written to", false),
        Some(ErrorCode::CannotOpen) => (
            ", which cannot be opened; see that its folder is there and may be written to",
            false,
        ),
        Some(ErrorCode::NotADatabase) => (", which is no SQLite database", false),
        Some(ErrorCode::DatabaseCorrupt) => (
            ", which is damaged; check it, and go back to a backup",
            false,
        ),
        Some(ErrorCode::SystemIoFailure) => (
            "; see that its disk is sound and has room for it, also by its quotas",
            false,
        ),
        Some(ErrorCode::TooBig) => (", since it is more than SQLite keeps in one value", false),
        _ => ("", false),
    }
}

/// The error for a row that no version of this store has written.
pub(crate) fn odd_row(what: &'static str) -> Failure {
    Failure::Odd(what)
}

/// The error for ids that have all been given.
pub(crate) fn no_more(what: &str) -> Failure {
    Failure::Refused(Error::full(format!(
        "it has given all {} ids of {what}",
        i64::MAX
    )))
}
