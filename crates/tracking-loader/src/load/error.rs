//! Errors that end a load.

use std::io;

use crate::position::{DamagedCheckpoint, IdentifyError};
use crate::{Reject, Source, SourceError};

/// An error that ends a load. What was loaded before stays loaded; load the same logs again to
/// continue.
///
/// A log that cannot be opened or read does not end the load: its [`LogSummary`](crate::LogSummary)
/// has the error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] tracking_core::Error),

    /// Another process has loaded the same log in the meantime.
    #[error(
        "another process is loading {log}; nothing was loaded twice, run this again for what is left"
    )]
    #[non_exhaustive]
    Conflict {
        /// The log.
        log: Source,
        /// What the store says.
        source: tracking_core::Error,
    },

    /// A line is malformed, and the load is strict. The lines before it are loaded.
    #[error("{reject}; nothing after it was loaded")]
    #[non_exhaustive]
    Rejected {
        /// The line.
        reject: Box<Reject>,
    },

    /// The observer could not keep rejected lines.
    #[error("cannot keep the rejected lines of {log}; nothing of their batch was loaded")]
    #[non_exhaustive]
    Rejects {
        /// The log.
        log: Source,
        /// Why.
        source: io::Error,
    },
}

/// Why a log could not be opened.
#[derive(Debug)]
pub(super) enum OpenError {
    /// The load cannot go on.
    Store(tracking_core::Error),
    /// The other logs can be loaded.
    Source(SourceError),
}

impl From<tracking_core::Error> for OpenError {
    fn from(error: tracking_core::Error) -> Self {
        Self::Store(error)
    }
}

impl From<SourceError> for OpenError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl OpenError {
    /// Why it could not be found out what a log is.
    pub(super) fn of(error: IdentifyError, log: &Source) -> Self {
        match error {
            IdentifyError::Store(error) => Self::Store(error),
            IdentifyError::Source(error) => Self::Source(error),
            IdentifyError::Damaged(DamagedCheckpoint(checkpoint)) => {
                Self::Source(SourceError::DamagedCheckpoint {
                    log: log.clone(),
                    checkpoint: checkpoint.to_string(),
                })
            }
        }
    }

    /// As an error that ends the load.
    pub(super) fn into_load_error(self) -> LoadError {
        match self {
            Self::Store(error) => LoadError::Store(error),
            Self::Source(error) => {
                LoadError::Store(tracking_core::Error::backend("go on with a log", error))
            }
        }
    }
}
