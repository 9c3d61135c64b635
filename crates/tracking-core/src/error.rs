//! What can go wrong, said once for every store.

use std::convert::Infallible;
use std::error::Error as StdError;

use crate::{CheckpointName, Key, RunId, TrackId};

/// The result of whatever can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation was refused or could not be done.
///
/// Whatever the error, the store is as it was before the call.
/// Messages name the id, run, key or name concerned; what lies beneath is kept as
/// [`source`](StdError::source) and not repeated in the message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A task id, user name, key or checkpoint name that no store keeps.
    #[error("{} is no {what}: {reason}", start_of(value))]
    #[non_exhaustive]
    InvalidName {
        /// What the text was to be, for example `task id`.
        what: &'static str,
        /// The text as given.
        value: String,
        /// The rule it breaks.
        reason: &'static str,
    },

    /// Data that is no JSON object, or one that cannot be kept faithfully.
    #[error("the data is no JSON object that can be kept: {reason}")]
    #[non_exhaustive]
    InvalidData {
        /// The rule it breaks.
        reason: &'static str,
        /// What the JSON library says of it, with line and column.
        source: Option<serde_json::Error>,
    },

    /// A track's data does not fit the struct that it was to be read into.
    #[error("the track's data does not fit the requested type")]
    #[non_exhaustive]
    DataMismatch {
        /// What the JSON library says of it, with line and column.
        source: serde_json::Error,
    },

    /// A time stamp beyond the years 0 to 9999.
    #[error("{value} is no time stamp that can be kept: only the years 0 to 9999 are")]
    #[non_exhaustive]
    TimeOutOfRange {
        /// The time as given.
        value: String,
    },

    /// Text that should be an id, a time stamp, a field or a cursor, and is not.
    #[error("{} is no {what}; write it like {example}", start_of(value))]
    #[non_exhaustive]
    Unreadable {
        /// What the text was to be.
        what: &'static str,
        /// The text as given.
        value: String,
        /// How one looks.
        example: &'static str,
    },

    /// A track was saved into a run that the store does not know.
    #[error("there is no run {run} to save into; start one, or save into the task's current run")]
    #[non_exhaustive]
    UnknownRun {
        /// The run asked for.
        run: RunId,
    },

    /// An operation of a batch names the n-th run started in it, and there is none.
    #[error(
        "the batch refers to started run number {index}, but only {started} were started before"
    )]
    #[non_exhaustive]
    UnknownStartedRun {
        /// The number asked for, counted from 0.
        index: usize,
        /// How many runs the batch had started by then.
        started: usize,
    },

    /// A track was to be updated that is not there (any more).
    #[error("there is no track {id} to update; it was removed or never saved")]
    #[non_exhaustive]
    UnknownTrack {
        /// The track asked for.
        id: TrackId,
    },

    /// A key was used before, for a save with other content.
    #[error(
        "key {key:?} was already used to save track {track} with other content; use a key of its own for each save"
    )]
    #[non_exhaustive]
    KeyConflict {
        /// The key.
        key: Key,
        /// The track that was saved under it.
        track: TrackId,
    },

    /// A checkpoint is not what the batch expected it to be: somebody else moved it.
    #[error(
        "checkpoint {name:?} has been moved by somebody else; read it again and go on from there"
    )]
    #[non_exhaustive]
    CheckpointConflict {
        /// The checkpoint.
        name: CheckpointName,
    },

    /// A cursor was made by a query of another order.
    #[error("the cursor {cursor} belongs to a query in another order than this one")]
    #[non_exhaustive]
    CursorMismatch {
        /// The cursor as given.
        cursor: String,
    },

    /// A record to be restored differs from what the store already holds.
    #[error("{what} is already there with other content; restore into an empty store")]
    #[non_exhaustive]
    RestoreConflict {
        /// What it is, with its id or name.
        what: String,
    },

    /// One operation of a batch failed, and so none of it was done.
    #[error("operation {index} of the batch failed, nothing of it was done")]
    #[non_exhaustive]
    Batch {
        /// Which operation, counted from 0.
        index: usize,
        /// Why.
        source: Box<Self>,
    },

    /// The store cannot do this at all.
    #[error("this store cannot {what}")]
    #[non_exhaustive]
    Unsupported {
        /// What was asked for.
        what: String,
    },

    /// The store has reached a limit of its own.
    #[error("the store is full: {limit}")]
    #[non_exhaustive]
    Full {
        /// The limit, with its number.
        limit: String,
    },

    /// What lies beneath the store failed: a file, a database, a network.
    #[error("the store failed to {action}")]
    #[non_exhaustive]
    Backend {
        /// What was being done, with the file, table or address.
        action: String,
        /// Whether the same call may succeed later.
        retryable: bool,
        /// The failure beneath.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// Makes an error of what failed beneath a store; `action` completes "the store failed to …".
    pub fn backend(
        action: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Backend {
            action: action.into(),
            retryable: false,
            source: source.into(),
        }
    }

    /// Like [`backend`](Self::backend), for a failure that may pass: a lock, a lost connection.
    pub fn retryable(
        action: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Backend {
            action: action.into(),
            retryable: true,
            source: source.into(),
        }
    }

    /// Makes the error for something that a store cannot do; `what` completes "this store cannot …".
    pub fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    /// Makes the error for a limit that a store has reached.
    pub fn full(limit: impl Into<String>) -> Self {
        Self::Full {
            limit: limit.into(),
        }
    }

    /// Makes the error for a save into a run that is not there.
    pub fn unknown_run(run: RunId) -> Self {
        Self::UnknownRun { run }
    }

    /// Makes the error for a reference to a run that the batch has not started.
    pub fn unknown_started_run(index: usize, started: usize) -> Self {
        Self::UnknownStartedRun { index, started }
    }

    /// Makes the error for an update of a track that is not there.
    pub fn unknown_track(id: TrackId) -> Self {
        Self::UnknownTrack { id }
    }

    /// Makes the error for a key that was used for other content.
    pub fn key_conflict(key: Key, track: TrackId) -> Self {
        Self::KeyConflict { key, track }
    }

    /// Makes the error for a checkpoint that is not as expected.
    pub fn checkpoint_conflict(name: CheckpointName) -> Self {
        Self::CheckpointConflict { name }
    }

    /// Makes the error for a record that is there with other content.
    pub fn restore_conflict(what: impl Into<String>) -> Self {
        Self::RestoreConflict { what: what.into() }
    }

    /// Wraps the error of operation `index` of a batch.
    #[must_use]
    pub fn in_batch(self, index: usize) -> Self {
        Self::Batch {
            index,
            source: Box::new(self),
        }
    }

    /// Takes the error of a batch of one operation for the error of that operation.
    #[must_use]
    pub fn out_of_batch(self) -> Self {
        match self {
            Self::Batch { source, .. } => *source,
            other => other,
        }
    }

    /// Tells whether the same call may succeed later, without any change to it.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Backend { retryable, .. } => *retryable,
            Self::Batch { source, .. } => source.is_retryable(),
            _ => false,
        }
    }

    pub(crate) fn invalid_data(reason: &'static str) -> Self {
        Self::InvalidData {
            reason,
            source: None,
        }
    }

    pub(crate) fn unreadable(what: &'static str, value: &str, example: &'static str) -> Self {
        Self::Unreadable {
            what,
            value: value.to_owned(),
            example,
        }
    }
}

/// So many characters of a value tell which one it is.
const SHOWN: usize = 100;

/// A value in quotes, cut with `…` where it is long.
fn start_of(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", value.get(..end).unwrap_or(value)),
        None => format!("{value:?}"),
    }
}

/// Lets an argument be taken as `impl TryInto<TaskId>`, which a [`TaskId`](crate::TaskId) itself is.
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_value_the_start_is_told() {
        let shown = |value: &str| Error::unreadable("run id", value, "1").to_string();
        assert_eq!(shown("x\n"), r#""x\n" is no run id; write it like 1"#);
        let long = "ü".repeat(1_000_000);
        let start = "ü".repeat(SHOWN);
        assert_eq!(
            shown(&long),
            format!("\"{start}\"… is no run id; write it like 1")
        );
    }
}
