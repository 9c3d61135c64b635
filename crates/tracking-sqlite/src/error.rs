//! Errors within the store, and how they become those of the contract.

use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi::{self, SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMSIZE};
use tracking_core::Error;

/// An error within the store.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// An error of the contract, as the caller gets it.
    Refused(Error),
    /// An error of the database, without the file it is about.
    Sqlite(rusqlite::Error),
    /// A commit that may or may not be on the disk.
    CommitUnknown(rusqlite::Error),
    /// A row that no version of this store has written.
    Corrupt(Corrupt),
    /// Batches whose commit was delayed are lost.
    DelayedCommit {
        /// How many.
        batches: u64,
        source: Box<Self>,
    },
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

impl<T> InRow for StoreResult<T> {
    fn in_row(self, table: &'static str, row: impl ToString) -> Self {
        self.map_err(|failure| match failure {
            StoreError::Corrupt(corrupt) if corrupt.row.is_none() => StoreError::Corrupt(Corrupt {
                row: Some((table, row.to_string())),
                ..corrupt
            }),
            other => other,
        })
    }
}

/// The result of a step within the store.
pub(crate) type StoreResult<T> = Result<T, StoreError>;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl StoreError {
    /// Why a commit failed. Where all of it was written and only its way to the disk failed, it
    /// is gone for those who have the file open, but may be there again after a loss of power.
    pub(crate) fn of_commit(error: rusqlite::Error) -> Self {
        let is_unknown = error.sqlite_error().is_some_and(|error| {
            [SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC].contains(&error.extended_code)
        });
        if is_unknown {
            Self::CommitUnknown(error)
        } else {
            Self::Sqlite(error)
        }
    }

    /// The same failure of a transaction, for another one whose batch was in it.
    pub(crate) fn for_another(&self) -> Self {
        let again = |error: &rusqlite::Error| match error {
            rusqlite::Error::SqliteFailure(code, message) => {
                rusqlite::Error::SqliteFailure(*code, message.clone())
            }
            other => rusqlite::Error::SqliteFailure(
                ffi::Error::new(ffi::SQLITE_ERROR),
                Some(other.to_string()),
            ),
        };
        match self {
            Self::Sqlite(error) => Self::Sqlite(again(error)),
            Self::CommitUnknown(error) => Self::CommitUnknown(again(error)),
            Self::Refused(error) => {
                let what = "save a batch together with others";
                Self::Refused(Error::backend(what, error.to_string()))
            }
            Self::Corrupt(Corrupt { row, what, .. }) => Self::Corrupt(Corrupt {
                row: row.clone(),
                what,
                source: None,
            }),
            Self::DelayedCommit { batches, source } => source.for_another().of_delayed(*batches),
        }
    }

    /// Says how many batches are lost with it because their commit was delayed.
    pub(crate) fn of_delayed(self, batches: u64) -> Self {
        Self::DelayedCommit {
            batches,
            source: Box::new(self),
        }
    }

    /// Says which operation of a batch was refused.
    pub(crate) fn in_batch(self, index: usize) -> Self {
        match self {
            Self::Refused(error) => Self::Refused(error.in_batch(index)),
            failed => failed,
        }
    }

    /// The error for the caller; `action` says what was done to the file, like `save to`.
    pub(crate) fn into_core(self, action: &str, file: &Path) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Sqlite(error) => sqlite_error(error, action, file),
            Self::CommitUnknown(error) => {
                let commit = format!("the commit to {}", file.display());
                Error::outcome_unknown(commit, Some(error.into()))
            }
            // Whatever the call itself was to do.
            Self::DelayedCommit { batches, source } => {
                Error::delayed_commit(batches, source.into_core("write to", file))
            }
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

/// The error of the contract for an error of the database.
pub(crate) fn sqlite_error(error: rusqlite::Error, action: &str, file: &Path) -> Error {
    let place = file.display();
    let what = |advice: &str| format!("{action} {place}{advice}");
    // What readers and writers share next to the file finds no room, either.
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
pub(crate) fn corrupt_row(what: &'static str) -> StoreError {
    StoreError::Corrupt(Corrupt {
        row: None,
        what,
        source: None,
    })
}

/// The same with the failure that shows it.
pub(crate) fn corrupt_by(what: &'static str, source: impl Into<Source>) -> StoreError {
    StoreError::Corrupt(Corrupt {
        row: None,
        what,
        source: Some(source.into()),
    })
}

/// The error for ids that have all been given.
pub(crate) fn ids_exhausted(what: &str) -> StoreError {
    StoreError::Refused(Error::full(format!(
        "it has given all {} ids of {what}",
        i64::MAX
    )))
}

#[cfg(test)]
mod tests {
    use tracking_core::ErrorKind;

    use super::*;

    /// The error for a commit that fails with this code.
    fn commit_fails_with(code: i32) -> Error {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        StoreError::of_commit(error).into_core("write to", Path::new("a.db"))
    }

    #[test]
    fn a_commit_that_may_be_on_the_disk_has_an_unknown_outcome() {
        for code in [SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC] {
            let error = commit_fails_with(code);
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
            assert!(error.may_have_changed());
        }
        let expected = "the outcome of the commit to a.db is unknown";
        let message = commit_fails_with(SQLITE_IOERR_FSYNC).to_string();
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn a_commit_that_was_not_written_changes_nothing() {
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_BUSY, ffi::SQLITE_IOERR_WRITE] {
            assert!(!commit_fails_with(code).may_have_changed(), "{code}");
        }
    }
}
