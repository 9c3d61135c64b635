//! Why an export could not be written or read.

use std::io;

use crate::Error;

/// Why a store could not be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
    /// A record holds data that is no JSON, as only a fault beneath the store leaves it.
    #[error("{what} could not be exported, since its data is no JSON; mend it or remove it")]
    #[non_exhaustive]
    Damaged {
        /// What it is, with its id or name.
        what: String,
        /// What the JSON library says of it.
        source: serde_json::Error,
    },
    /// What was exported could not be written.
    #[error("the export could not be written")]
    Write(#[source] io::Error),
}

/// Why an export could not be imported.
///
/// What stood before the place in question may be in the store already. Nothing is lost by that:
/// an import can be repeated, and passes over what is there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The input failed.
    #[error("line {line} could not be read")]
    #[non_exhaustive]
    Read {
        /// The number of the line, from 1.
        line: u64,
        /// The failure.
        source: io::Error,
    },

    /// The first line is not that of an export.
    #[error(
        "this is no export: its first line is not {{\"format\":\"tracking-export\",\"version\":1}}"
    )]
    NotAnExport,

    /// The export was written by a later version of this program.
    #[error("this export has version {version} of the format; only version 1 can be read here")]
    #[non_exhaustive]
    UnknownVersion {
        /// The version that its first line names.
        version: u32,
    },

    /// A line is longer than any record.
    #[error("line {line} has more than {limit} bytes, and no record has so many")]
    #[non_exhaustive]
    TooLong {
        /// The number of the line, from 1.
        line: u64,
        /// How many bytes a line has at most.
        limit: u64,
    },

    /// A line is no record; the source tells the line and the column.
    #[error("this is no record of an export")]
    Line(#[source] serde_json::Error),

    /// A record does not fit what the store holds.
    #[error("the record of line {line} does not fit")]
    #[non_exhaustive]
    Record {
        /// The number of the line, from 1.
        line: u64,
        /// Why.
        source: Error,
    },

    /// The last line, with the last ids given, is missing.
    #[error("the export is cut off after line {line}; what it holds so far is imported")]
    #[non_exhaustive]
    CutOff {
        /// The number of the last line that is there.
        line: u64,
    },

    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}
