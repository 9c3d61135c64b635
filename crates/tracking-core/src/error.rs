//! What can go wrong, for every store.

mod kind;
mod make;
mod report;

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;

pub use kind::ErrorKind;
pub use report::ErrorReport;

use crate::{BatchId, ChangeCursor, CheckpointName, Key, RunId, TrackId};

/// The result of an operation that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure beneath an error.
pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// Why an operation was refused or failed.
///
/// An error changes nothing: the store is as it was before the call. The one exception is
/// [`OutcomeUnknown`](Self::OutcomeUnknown).
///
/// Programs decide by [`kind`](Self::kind) and [`is_retryable`](Self::is_retryable); people read
/// the message. It names the id, run, key or name concerned. The failure beneath is kept as
/// [`source`](StdError::source) and not repeated in the message. A store outside this crate makes
/// errors with the constructors; one that gets them from another machine uses [`ErrorReport`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A task id, user name, key, checkpoint name or store name breaks the rules for names.
    #[error("invalid {what} {}: {reason}", start_of(value))]
    #[non_exhaustive]
    InvalidName {
        /// What the text should be, for example `task id`.
        what: Cow<'static, str>,
        /// The text as given.
        value: String,
        /// The rule it breaks.
        reason: Cow<'static, str>,
    },

    /// Data is not a JSON object that a store can hold.
    #[error("invalid data: {reason}")]
    #[non_exhaustive]
    InvalidData {
        /// The rule it breaks.
        reason: Cow<'static, str>,
        /// The JSON error, with line and column.
        source: Option<Source>,
    },

    /// A track's data does not fit the type it is read into.
    #[error("the track's data does not fit the requested type")]
    #[non_exhaustive]
    DataMismatch {
        /// The JSON error, with line and column.
        source: Source,
    },

    /// A time lies outside the years 0 to 9999.
    #[error("time {value} is out of range; use a time in the years 0 to 9999")]
    #[non_exhaustive]
    TimeOutOfRange {
        /// The time as given.
        value: String,
    },

    /// Text is not the id, time stamp, field or cursor that it should be.
    #[error("invalid {what} {}; write it like {example}", start_of(value))]
    #[non_exhaustive]
    Parse {
        /// What the text should be.
        what: Cow<'static, str>,
        /// The text as given.
        value: String,
        /// A valid example.
        example: Cow<'static, str>,
    },

    /// A track was saved into a run that does not exist.
    #[error("there is no run {run} to save into; start one, or save into the task's current run")]
    #[non_exhaustive]
    UnknownRun {
        /// The run.
        run: RunId,
    },

    /// An operation of a batch refers to the n-th run started in it, which does not exist.
    #[error(
        "the operation refers to started run {index} (counted from 0), but the batch started \
         {started} before it"
    )]
    #[non_exhaustive]
    UnknownStartedRun {
        /// The number of the run, counted from 0.
        index: usize,
        /// How many runs the batch had started by then.
        started: usize,
    },

    /// A track to update does not exist (any more).
    #[error("there is no track {id} to update; it was removed or never saved")]
    #[non_exhaustive]
    UnknownTrack {
        /// The track.
        id: TrackId,
    },

    /// A key was used before, to save other content.
    #[error(
        "key {key:?} was already used to save track {track} with other content; use another key \
         for each save"
    )]
    #[non_exhaustive]
    KeyConflict {
        /// The key.
        key: Key,
        /// The track that was saved with it.
        track: TrackId,
    },

    /// A batch id was used before, for another batch.
    #[error("batch id {id:?} was already used for another batch; use another id for each batch")]
    #[non_exhaustive]
    BatchIdConflict {
        /// The batch id.
        id: BatchId,
    },

    /// A checkpoint is not what the batch expects: another writer has moved it.
    #[error("another writer has moved checkpoint {name:?}; read it again and continue from there")]
    #[non_exhaustive]
    CheckpointConflict {
        /// The checkpoint.
        name: CheckpointName,
    },

    /// A cursor belongs to a query in another order.
    #[error("the cursor {cursor} belongs to a query in another order than this one")]
    #[non_exhaustive]
    CursorMismatch {
        /// The cursor as given.
        cursor: String,
    },

    /// The store keeps no change feed.
    #[error(
        "this store keeps no change feed; turn it on first, as `tracking changes --enable` does"
    )]
    #[non_exhaustive]
    FeedOff {},

    /// The changes after a cursor are no longer available: they are older than the feed keeps
    /// them, or the feed has restarted.
    #[error(
        "the changes after {cursor} are no longer available; read the whole store again, then \
         continue after {resume}"
    )]
    #[non_exhaustive]
    ChangesExpired {
        /// The cursor as given.
        cursor: ChangeCursor,
        /// Where to go on, once the whole store has been read.
        resume: ChangeCursor,
    },

    /// A record to restore differs from what the store holds.
    #[error("{what} is already there with other content; restore into an empty store")]
    #[non_exhaustive]
    RestoreConflict {
        /// What it is, with its id or name.
        what: String,
    },

    /// One operation of a batch failed, so none of them was done.
    #[error("operation {index} of the batch failed (counted from 0); nothing was changed")]
    #[non_exhaustive]
    Batch {
        /// Which operation, counted from 0.
        index: usize,
        /// Why it failed.
        source: Box<Self>,
    },

    /// The commit of batches that were applied with a delayed commit failed, so all of them are
    /// lost, and the call that reports this did nothing either; see
    /// [`apply_delayed`](crate::TrackingStorage::apply_delayed).
    ///
    /// To go on, read the checkpoint of the last commit, and apply again what comes after it.
    #[error(
        "{batches} batches whose commit was delayed are not stored; read the checkpoint again and \
         continue from there"
    )]
    #[non_exhaustive]
    DelayedCommit {
        /// How many batches are lost.
        batches: u64,
        /// Why the commit failed.
        source: Box<Self>,
    },

    /// The store does not support the operation.
    #[error("this store cannot {what}")]
    #[non_exhaustive]
    Unsupported {
        /// What was asked for.
        what: String,
    },

    /// The store, its file or its database does not exist.
    #[error("cannot find {what}")]
    #[non_exhaustive]
    NotFound {
        /// What does not exist, and what to do.
        what: String,
        /// The failure beneath.
        source: Option<Source>,
    },

    /// The store may only be read.
    #[error("cannot {action}")]
    #[non_exhaustive]
    ReadOnly {
        /// What was being done, why that is not possible, and what to do.
        action: String,
        /// The failure beneath.
        source: Option<Source>,
    },

    /// The file or database belongs to another program, or is not a database.
    #[error("cannot use {place}: {reason}; choose another store")]
    #[non_exhaustive]
    ForeignFormat {
        /// The file or database.
        place: String,
        /// What it is instead.
        reason: String,
        /// The failure beneath.
        source: Option<Source>,
    },

    /// A newer version of the program has written the store.
    #[error(
        "cannot use {place}: a newer version of this program has written it (format {found}; \
         this version supports up to {supported}); use the newer version"
    )]
    #[non_exhaustive]
    NewerVersion {
        /// The file or database.
        place: String,
        /// The version of its format.
        found: i64,
        /// The newest version that is supported here.
        supported: i64,
    },

    /// An older version of the program has written the store, and it cannot be upgraded here.
    #[error(
        "cannot read {place}: an older version of this program has written it; open it for writing once to upgrade it"
    )]
    #[non_exhaustive]
    NeedsUpgrade {
        /// The file or database.
        place: String,
    },

    /// The store was opened in another process, as before a fork.
    #[error("{place} was opened in another process, as before a fork; open it again in this one")]
    #[non_exhaustive]
    WrongProcess {
        /// The file or database.
        place: String,
    },

    /// The store has reached a limit of its own.
    #[error("the store is full: {limit}")]
    #[non_exhaustive]
    Full {
        /// The limit, with its number.
        limit: String,
    },

    /// What the store holds is damaged.
    #[error("{place}{} is damaged: {reason}; check the store, and restore it from a backup", in_row(row.as_deref()))]
    #[non_exhaustive]
    Corrupt {
        /// The table, file or index.
        place: String,
        /// The id or name of the row, where one is concerned.
        row: Option<String>,
        /// What is wrong.
        reason: String,
        /// The failure beneath.
        source: Option<Source>,
    },

    /// The answer was lost, for example because the connection broke during the commit: the
    /// change may have been made as a whole, or not at all.
    ///
    /// This is the only error after which the store may have changed. Repeat a batch under the
    /// same batch id, or look whether the change is there.
    #[error(
        "the outcome of {action} is unknown, because the answer was lost; repeat the batch with the same batch id, or check whether it was done"
    )]
    #[non_exhaustive]
    OutcomeUnknown {
        /// What was being done, for example `the commit to db.example.com`.
        action: String,
        /// The failure beneath.
        source: Option<Source>,
    },

    /// What lies beneath the store failed: a file, a database, a network.
    #[error("the store failed to {action}")]
    #[non_exhaustive]
    Backend {
        /// What was being done, with the file, table or address.
        action: String,
        /// [`Unavailable`](ErrorKind::Unavailable), [`NoSpace`](ErrorKind::NoSpace),
        /// [`AccessDenied`](ErrorKind::AccessDenied) or [`Backend`](ErrorKind::Backend).
        kind: ErrorKind,
        /// The failure beneath.
        source: Source,
    },

    /// Another program reported an error of which only this is known.
    #[error("{message}")]
    #[non_exhaustive]
    Reported {
        /// The code as reported, which this version may not know.
        code: String,
        /// The message as reported.
        message: String,
        /// Whether the same call may succeed later, as reported.
        retryable: bool,
        /// The failures beneath, as reported.
        source: Option<Source>,
    },
}

impl Error {
    /// The kind of the error; of a failed batch, the kind of the error of its operation; of a
    /// failed delayed commit, the kind of its cause.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidName { .. } => ErrorKind::InvalidName,
            Self::InvalidData { .. } => ErrorKind::InvalidData,
            Self::DataMismatch { .. } => ErrorKind::DataMismatch,
            Self::TimeOutOfRange { .. } => ErrorKind::TimeOutOfRange,
            Self::Parse { .. } => ErrorKind::Parse,
            Self::UnknownRun { .. } => ErrorKind::UnknownRun,
            Self::UnknownStartedRun { .. } => ErrorKind::UnknownStartedRun,
            Self::UnknownTrack { .. } => ErrorKind::UnknownTrack,
            Self::KeyConflict { .. } => ErrorKind::KeyConflict,
            Self::BatchIdConflict { .. } => ErrorKind::BatchIdConflict,
            Self::CheckpointConflict { .. } => ErrorKind::CheckpointConflict,
            Self::CursorMismatch { .. } => ErrorKind::CursorMismatch,
            Self::FeedOff { .. } => ErrorKind::FeedOff,
            Self::ChangesExpired { .. } => ErrorKind::ChangesExpired,
            Self::RestoreConflict { .. } => ErrorKind::RestoreConflict,
            Self::Batch { source, .. } | Self::DelayedCommit { source, .. } => source.kind(),
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::ReadOnly { .. } => ErrorKind::ReadOnly,
            Self::ForeignFormat { .. } => ErrorKind::ForeignFormat,
            Self::NewerVersion { .. } => ErrorKind::NewerVersion,
            Self::NeedsUpgrade { .. } => ErrorKind::NeedsUpgrade,
            Self::WrongProcess { .. } => ErrorKind::WrongProcess,
            Self::Full { .. } => ErrorKind::Full,
            Self::Corrupt { .. } => ErrorKind::Corrupt,
            Self::OutcomeUnknown { .. } => ErrorKind::OutcomeUnknown,
            Self::Backend { kind, .. } => *kind,
            Self::Reported { code, .. } => ErrorKind::from_code(code).unwrap_or(ErrorKind::Other),
        }
    }

    /// Whether the same call may succeed later, without any change to it.
    ///
    /// False where the [outcome is unknown](Self::OutcomeUnknown): a batch with a batch id may
    /// then be repeated all the same, and a batch without one may be done twice by that. False
    /// also if a [delayed commit](Self::DelayedCommit) failed: batches before the call are lost.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Reported { retryable, .. } => *retryable,
            Self::Batch { source, .. } => source.is_retryable(),
            Self::DelayedCommit { .. } => false,
            other => other.kind().is_retryable(),
        }
    }

    /// Whether the store may have changed although the call failed: true for
    /// [`OutcomeUnknown`](Self::OutcomeUnknown) only.
    pub fn may_have_changed(&self) -> bool {
        self.kind() == ErrorKind::OutcomeUnknown
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
}

/// How many characters of a value a message shows.
const MAX_SHOWN: usize = 100;

/// A value in quotes, cut with `…` where it is long.
fn start_of(value: &str) -> String {
    match value.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{:?}…", value.get(..end).unwrap_or(value)),
        None => format!("{value:?}"),
    }
}

fn in_row(row: Option<&str>) -> String {
    row.map_or_else(String::new, |row| format!(", row {row},"))
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
    fn of_a_long_value_the_start_is_shown() {
        let shown = |value: &str| Error::parse("run id", value, "1").to_string();
        assert_eq!(shown("x\n"), r#"invalid run id "x\n"; write it like 1"#);
        let long = "ü".repeat(1_000_000);
        let start = "ü".repeat(MAX_SHOWN);
        assert_eq!(
            shown(&long),
            format!("invalid run id \"{start}\"…; write it like 1")
        );
    }

    #[test]
    fn a_failed_batch_has_the_kind_of_its_operation() {
        let failed = Error::unknown_run(RunId::FIRST).in_batch(3);
        assert_eq!(failed.kind(), ErrorKind::UnknownRun);
        assert!(Error::unavailable("ask", "busy").in_batch(0).is_retryable());
    }

    #[test]
    fn a_failed_delayed_commit_has_the_kind_of_its_cause_and_cannot_be_repeated_alone() {
        let busy = Error::unavailable("save", "busy");
        assert!(busy.is_retryable());
        let lost = Error::delayed_commit(3, busy);
        assert_eq!(lost.kind(), ErrorKind::Unavailable);
        assert!(!lost.is_retryable());
        assert!(lost.to_string().starts_with("3 batches"), "{lost}");
        let unknown = Error::delayed_commit(1, Error::outcome_unknown("the commit", None));
        assert!(unknown.may_have_changed());
    }

    #[test]
    fn only_an_unknown_outcome_may_have_changed_the_store() {
        let lost = Error::outcome_unknown("the commit", None);
        assert!(lost.may_have_changed() && !lost.is_retryable());
        assert!(!Error::backend("write", "broken").may_have_changed());
    }
}
