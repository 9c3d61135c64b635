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

    /// It is a directory in which there is no log.
    #[error("there is no log in {log}; files that are hidden, empty or not asked for do not count")]
    #[non_exhaustive]
    NoLogs {
        /// The directory.
        log: Source,
    },

    /// Reading stopped, perhaps because its compressed form is damaged or cut off.
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

    /// It can be read only once, and begins like a log that was loaded before, but then goes on
    /// otherwise; what it began with is gone by then.
    #[error(
        "{log} begins like a log that was loaded before, and then differs after {bytes} bytes; \
         give it as a file, nothing of it was loaded"
    )]
    #[non_exhaustive]
    Diverged {
        /// The log.
        log: Source,
        /// Up to about where it is the same.
        bytes: u64,
    },

    /// It is text in an encoding that is not read.
    #[error(
        "{log} is in {encoding}, and only UTF-8 is read; convert it first, as with \
         `iconv -f {encoding} -t UTF-8`"
    )]
    #[non_exhaustive]
    Encoding {
        /// The log.
        log: Source,
        /// The encoding: `UTF-16` or `UTF-32`.
        encoding: &'static str,
    },

    /// It cannot be told whether some of its lines were loaded before, and nothing is assumed.
    #[error(
        "it is not certain whether {lines} line(s) of {log} from line {line} on were loaded before: \
         they are the same in {known}, but could be new; nothing more of it was loaded. \
         Use --if-unsure load or --if-unsure skip to decide"
    )]
    #[non_exhaustive]
    Unsure {
        /// The log.
        log: Source,
        /// The first of the lines, counted from 1.
        line: u64,
        /// How many lines.
        lines: u64,
        /// The log that has the same lines, as it was called when it was loaded.
        known: String,
        /// The checkpoint of that log.
        checkpoint: String,
    },

    /// A checkpoint that says what was loaded cannot be read.
    #[error(
        "checkpoint {checkpoint:?} says how far {log} was loaded, and is damaged; nothing of it \
         was loaded. `tracking check` shows what is wrong; restore a backup, or forget the log \
         with `tracking logs forget {checkpoint}` and load it again"
    )]
    #[non_exhaustive]
    DamagedCheckpoint {
        /// The log that was to be loaded.
        log: Source,
        /// The checkpoint.
        checkpoint: String,
    },

    /// None of its lines could be read.
    #[error(
        "none of the {lines} line(s) of {log} can be read as {format}; it does not count as \
         loaded. `tracking check-format` shows why"
    )]
    #[non_exhaustive]
    NothingRead {
        /// The log.
        log: Source,
        /// How many lines there were.
        lines: u64,
        /// The name of the format.
        format: &'static str,
    },

    /// Its format could not be found out.
    #[error(
        "unrecognised format of {log} ({why}); nothing of it was read. Use --log-format, --map or \
         --pattern; `tracking check-format` shows what its lines are taken for"
    )]
    #[non_exhaustive]
    UnknownFormat {
        /// The log.
        log: Source,
        /// What was found out.
        why: String,
    },
}

impl SourceError {
    /// The format of a log could not be found out.
    pub fn unknown_format(log: Source, why: String) -> Self {
        Self::UnknownFormat { log, why }
    }

    /// Whether there was no such file when it was opened.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Open { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    pub(crate) fn open(log: &Source, source: io::Error) -> Self {
        Self::Open {
            log: log.clone(),
            source,
        }
    }

    pub(crate) fn encoding(log: &Source, encoding: &'static str) -> Self {
        Self::Encoding {
            log: log.clone(),
            encoding,
        }
    }

    pub(crate) fn read(log: &Source, line: u64, source: io::Error) -> Self {
        Self::Read {
            log: log.clone(),
            line,
            source,
        }
    }
}
