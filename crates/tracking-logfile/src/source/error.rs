//! What can go wrong in reading a log.

use std::io;

use super::Source;

/// Why a log could not be read; the message names it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// It is not there, or may not be read.
    #[error("cannot open {log}")]
    #[non_exhaustive]
    Open {
        /// The log.
        log: Source,
        /// Why.
        source: io::Error,
    },

    /// It is a directory.
    #[error("{log} is a directory; name the log files in it")]
    #[non_exhaustive]
    Directory {
        /// The log.
        log: Source,
    },

    /// Reading broke off, perhaps because its compressed form is damaged or cut off.
    #[error("cannot read {log} after line {line}")]
    #[non_exhaustive]
    Read {
        /// The log.
        log: Source,
        /// How many lines had been read.
        line: u64,
        /// Why.
        source: io::Error,
    },
}
