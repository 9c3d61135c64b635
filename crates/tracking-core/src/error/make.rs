//! Constructors for every error, for stores in this workspace and elsewhere.

use std::borrow::Cow;

use super::{Error, ErrorKind, Source};
use crate::{BatchId, ChangeCursor, CheckpointName, Key, RunId, TrackId};

/// Errors of values.
impl Error {
    /// A text breaks the rules for names; `what` is for example `task id`.
    pub fn invalid_name(
        what: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
        reason: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::InvalidName {
            what: what.into(),
            value: value.into(),
            reason: reason.into(),
        }
    }

    /// Data is not a JSON object that a store can hold.
    pub fn invalid_data(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidData {
            reason: reason.into(),
            source: None,
        }
    }

    /// Data is not JSON; the source says where it fails.
    pub fn invalid_json(reason: impl Into<Cow<'static, str>>, source: impl Into<Source>) -> Self {
        Self::InvalidData {
            reason: reason.into(),
            source: Some(source.into()),
        }
    }

    /// Data does not fit the type it is read into.
    pub fn data_mismatch(source: impl Into<Source>) -> Self {
        Self::DataMismatch {
            source: source.into(),
        }
    }

    /// A time lies outside the years 0 to 9999.
    pub fn time_out_of_range(value: impl Into<String>) -> Self {
        Self::TimeOutOfRange {
            value: value.into(),
        }
    }

    /// A text is not what it should be; `example` shows a valid one.
    pub fn parse(
        what: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
        example: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::Parse {
            what: what.into(),
            value: value.into(),
            example: example.into(),
        }
    }

    /// A cursor belongs to a query in another order.
    pub fn cursor_mismatch(cursor: impl Into<String>) -> Self {
        Self::CursorMismatch {
            cursor: cursor.into(),
        }
    }
}

/// Errors of operations.
impl Error {
    /// A track was saved into a run that does not exist.
    pub fn unknown_run(run: RunId) -> Self {
        Self::UnknownRun { run }
    }

    /// A batch refers to a run that it has not started.
    pub fn unknown_started_run(index: usize, started: usize) -> Self {
        Self::UnknownStartedRun { index, started }
    }

    /// A track to update does not exist.
    pub fn unknown_track(id: TrackId) -> Self {
        Self::UnknownTrack { id }
    }

    /// A key was used before, with other content.
    pub fn key_conflict(key: Key, track: TrackId) -> Self {
        Self::KeyConflict { key, track }
    }

    /// A batch id was used before, for another batch.
    pub fn batch_id_conflict(id: BatchId) -> Self {
        Self::BatchIdConflict { id }
    }

    /// A checkpoint is not what the batch expects.
    pub fn checkpoint_conflict(name: CheckpointName) -> Self {
        Self::CheckpointConflict { name }
    }

    /// The store keeps no change feed.
    pub fn feed_off() -> Self {
        Self::FeedOff {}
    }

    /// The changes after `cursor` are no longer available; `resume` is where to go on after the
    /// whole store has been read.
    pub fn changes_expired(cursor: ChangeCursor, resume: ChangeCursor) -> Self {
        Self::ChangesExpired { cursor, resume }
    }

    /// A record to restore differs from what the store holds.
    pub fn restore_conflict(what: impl Into<String>) -> Self {
        Self::RestoreConflict { what: what.into() }
    }

    /// The commit of so many batches, which had been delayed, failed because of `source`.
    pub fn delayed_commit(batches: u64, source: Self) -> Self {
        Self::DelayedCommit {
            batches,
            source: Box::new(source),
        }
    }

    /// The store does not support something; `what` completes "this store cannot …".
    pub fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    /// The store has reached a limit; `limit` names it with its number.
    pub fn full(limit: impl Into<String>) -> Self {
        Self::Full {
            limit: limit.into(),
        }
    }
}

/// Errors of what lies beneath a store.
impl Error {
    /// The store, its file or its database does not exist; `what` completes "cannot find …".
    pub fn not_found(what: impl Into<String>, source: Option<Source>) -> Self {
        Self::NotFound {
            what: what.into(),
            source,
        }
    }

    /// The store may only be read; `action` completes "cannot …" and says what to do.
    pub fn read_only(action: impl Into<String>, source: Option<Source>) -> Self {
        Self::ReadOnly {
            action: action.into(),
            source,
        }
    }

    /// A file or database is not one of ours; `reason` says what it is instead.
    pub fn foreign_format(
        place: impl Into<String>,
        reason: impl Into<String>,
        source: Option<Source>,
    ) -> Self {
        Self::ForeignFormat {
            place: place.into(),
            reason: reason.into(),
            source,
        }
    }

    /// A newer version of the program has written the store.
    pub fn newer_version(place: impl Into<String>, found: i64, supported: i64) -> Self {
        Self::NewerVersion {
            place: place.into(),
            found,
            supported,
        }
    }

    /// An older version has written the store, and it cannot be upgraded here.
    pub fn needs_upgrade(place: impl Into<String>) -> Self {
        Self::NeedsUpgrade {
            place: place.into(),
        }
    }

    /// The store was opened in another process.
    pub fn wrong_process(place: impl Into<String>) -> Self {
        Self::WrongProcess {
            place: place.into(),
        }
    }

    /// What the store holds is damaged: `place` is a table, file or index, `row` an id or name.
    pub fn corrupt(
        place: impl Into<String>,
        row: Option<String>,
        reason: impl Into<String>,
        source: Option<Source>,
    ) -> Self {
        Self::Corrupt {
            place: place.into(),
            row,
            reason: reason.into(),
            source,
        }
    }

    /// The answer to a change was lost; `action` completes "the outcome of … is unknown".
    pub fn outcome_unknown(action: impl Into<String>, source: Option<Source>) -> Self {
        Self::OutcomeUnknown {
            action: action.into(),
            source,
        }
    }

    /// What lies beneath the store failed; `action` completes "the store failed to …".
    pub fn backend(action: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::backend_of_kind(ErrorKind::Backend, action, source)
    }

    /// The store cannot answer now: it is locked, busy or not connected.
    pub fn unavailable(action: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::backend_of_kind(ErrorKind::Unavailable, action, source)
    }

    /// There is no space left on the store's disk.
    pub fn no_space(action: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::backend_of_kind(ErrorKind::NoSpace, action, source)
    }

    /// Access to the store, its file or its folder is denied.
    pub fn access_denied(action: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::backend_of_kind(ErrorKind::AccessDenied, action, source)
    }

    /// Another program reported an error by its code; see [`ErrorReport`](crate::ErrorReport)
    /// for one with all its details.
    pub fn reported(code: impl Into<String>, message: impl Into<String>) -> Self {
        let code = code.into();
        let retryable = ErrorKind::from_code(&code).is_some_and(ErrorKind::is_retryable);
        Self::Reported {
            code,
            message: message.into(),
            retryable,
            source: None,
        }
    }

    fn backend_of_kind(
        kind: ErrorKind,
        action: impl Into<String>,
        source: impl Into<Source>,
    ) -> Self {
        Self::Backend {
            action: action.into(),
            kind,
            source: source.into(),
        }
    }
}
