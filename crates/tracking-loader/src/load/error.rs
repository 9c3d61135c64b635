//! Why a load ends before its time.

use std::io;

use crate::position::{DamagedCheckpoint, IdentifyError};
use crate::{Reject, Source, SourceError};

/// Why a load broke off. What was loaded before stays loaded: load the same logs again to go on.
///
/// A log that cannot be opened or read is none of these: the others are loaded, and its
/// [`LogSummary`](crate::LogSummary) has the error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] tracking_core::Error),

    /// Somebody else has loaded the same log meanwhile.
    #[error(
        "{log} was being loaded by somebody else at the same time; what they loaded is there \
         once, run this again for what is left"
    )]
    #[non_exhaustive]
    Conflict {
        /// The log.
        log: Source,
        /// What the store says.
        source: tracking_core::Error,
    },

    /// A line is malformed, and the load was to stop there. What stands before it is loaded.
    #[error("{reject}; nothing after it was loaded")]
    #[non_exhaustive]
    Rejected {
        /// The line.
        reject: Box<Reject>,
    },

    /// Rejected lines could not be kept.
    #[error("rejected lines of {log} could not be kept")]
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
