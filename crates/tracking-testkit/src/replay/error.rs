//! Why a recording cannot be replayed.

use std::io;
use std::path::PathBuf;

/// What is wrong with a recording; its lines count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file is not there or cannot be read.
    #[error("cannot open the trace {}", path.display())]
    #[non_exhaustive]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says of it.
        source: io::Error,
    },

    /// Reading stopped early.
    #[error("cannot read line {line} of the trace")]
    #[non_exhaustive]
    Read {
        /// The line that was being read.
        line: u64,
        /// What the system, or the unpacking, says of it.
        source: io::Error,
    },

    /// There is not even a header.
    #[error("the trace is empty; its first line should be like {{\"trace\":1,\"seed\":101}}")]
    Empty,

    /// A line is no JSON in UTF-8.
    #[error("line {line} of the trace is no JSON")]
    #[non_exhaustive]
    NoJson {
        /// The line.
        line: u64,
        /// What the JSON library says of it; its own line number is always 1.
        source: serde_json::Error,
    },

    /// The first line is JSON, but no header.
    #[error("line {line} is no header of a trace; it should be like {{\"trace\":1,\"seed\":101}}")]
    #[non_exhaustive]
    Header {
        /// The line.
        line: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },

    /// The format is of another version.
    #[error("the trace is of version {version}; only version 1 can be replayed")]
    #[non_exhaustive]
    Version {
        /// The version it claims.
        version: u64,
    },

    /// A line is JSON, but no operation that is known, or not with these inputs.
    #[error("line {line} of the trace is no operation that can be replayed")]
    #[non_exhaustive]
    Operation {
        /// The line.
        line: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}
