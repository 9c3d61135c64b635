//! What can go wrong in writing a log.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use flexi_logger::FlexiLoggerError;

/// Why a log could not be written or rotated; the message names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriterError {
    /// A path that no log can be written to, whatever is there.
    #[error("{path:?} cannot be the path of a log: {reason}")]
    #[non_exhaustive]
    Path {
        /// The path as given.
        path: PathBuf,
        /// The rule it breaks.
        reason: &'static str,
    },

    /// Another logger writes to the file, in this process or in another one.
    #[error(
        "the log {path:?} is written to by another logger (its lock is {lock:?}); close that one, or write elsewhere"
    )]
    #[non_exhaustive]
    InUse {
        /// The log.
        path: PathBuf,
        /// The file whose lock the other one holds.
        lock: PathBuf,
    },

    /// It cannot be made sure that nobody else writes to the file.
    #[error("cannot lock {lock:?} for the log {path:?}; choose a lock file where one can be made")]
    #[non_exhaustive]
    Lock {
        /// The log.
        path: PathBuf,
        /// The lock file.
        lock: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A track that the format of the log has no form for.
    #[error("a track cannot be a record of the log {path:?}: {reason}")]
    #[non_exhaustive]
    Record {
        /// The log.
        path: PathBuf,
        /// What there is no form for.
        reason: &'static str,
        /// What the JSON library or the model says of it, if that is the reason.
        source: Option<Box<dyn Error + Send + Sync>>,
    },

    /// The file cannot be created or opened for writing.
    #[error("cannot open the log {path:?}; check that its folder is there and may be written to")]
    #[non_exhaustive]
    Open {
        /// The log.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A line could not be written.
    #[error("cannot write to the log {path:?}; this line is not in it")]
    #[non_exhaustive]
    Write {
        /// The log.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// The file could not be moved away for a fresh one.
    #[error("cannot rotate the log {path:?} to {to:?}; it is written to as before")]
    #[non_exhaustive]
    Rotate {
        /// The log.
        path: PathBuf,
        /// The name that it should have got.
        to: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// The folder of the log could not be read for its old files.
    #[error("cannot list the old files of the log in {folder:?}; check that it may be read")]
    #[non_exhaustive]
    List {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// An old file could not be compressed.
    #[error("cannot compress {path:?}, an old file of the log; it is tried again at each rotation")]
    #[non_exhaustive]
    Compress {
        /// The old file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// An old file could not be removed.
    #[error("cannot remove {path:?}, an old file of the log; it is tried again at each rotation")]
    #[non_exhaustive]
    Remove {
        /// The old file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl WriterError {
    pub(super) fn no_log(path: PathBuf) -> Self {
        let reason = "it must name a file, with a name that is Unicode text";
        Self::Path { path, reason }
    }
}

/// What lies beneath an error of the file writer's library.
pub(super) fn into_io_error(error: FlexiLoggerError) -> io::Error {
    match error {
        FlexiLoggerError::OutputIo(source) => source,
        other => io::Error::other(other),
    }
}
