//! An error as it goes to another machine and back.

use std::error::Error as StdError;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Error, ErrorKind, Source};

/// An [`Error`] as a value that can be sent: what a server answers and a client reads.
///
/// An error that is sent and read back is the same [`Error`] again, with the same message; the
/// failures beneath it become plain text. An error with a code or details that the reader does not
/// know becomes [`Error::Reported`].
///
/// ```
/// use tracking_core::{Error, ErrorReport, RunId};
///
/// let sent = serde_json::to_string(&ErrorReport::from(&Error::unknown_run(RunId::FIRST)))?;
/// assert!(sent.starts_with(r#"{"code":"unknown_run","#));
/// let read: ErrorReport = serde_json::from_str(&sent)?;
/// assert!(matches!(Error::from(read), Error::UnknownRun { .. }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorReport {
    /// The [code](ErrorKind::code) of the error's kind.
    pub code: String,
    /// The message for people.
    pub message: String,
    /// Whether the same call may succeed later.
    #[serde(default)]
    pub retryable: bool,
    /// The operation of the batch that failed, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<usize>,
    /// How many batches are lost because their [delayed commit](Error::DelayedCommit) failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delayed_batches: Option<u64>,
    /// What the error names, by its field in [`Error`].
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
    /// The failures beneath, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
}

impl From<&Error> for ErrorReport {
    fn from(error: &Error) -> Self {
        if let Error::Batch { index, source } = error {
            let mut report = Self::from(&**source);
            report.operation = Some(*index);
            return report;
        }
        if let Error::DelayedCommit { batches, source } = error {
            let mut report = Self::from(&**source);
            report.delayed_batches = Some(*batches);
            report.retryable = false;
            return report;
        }
        let code = match error {
            Error::Reported { code, .. } => code.clone(),
            other => other.kind().code().to_owned(),
        };
        Self {
            code,
            message: error.to_string(),
            retryable: error.is_retryable(),
            operation: None,
            delayed_batches: None,
            details: details(error),
            causes: causes(error),
        }
    }
}

impl From<ErrorReport> for Error {
    fn from(report: ErrorReport) -> Self {
        let error = rebuild(&report).unwrap_or_else(|| Self::Reported {
            code: report.code.clone(),
            message: report.message.clone(),
            retryable: report.retryable,
            source: Cause::chain(&report.causes),
        });
        let error = match report.operation {
            Some(index) => error.in_batch(index),
            None => error,
        };
        match report.delayed_batches {
            Some(batches) => Self::delayed_commit(batches, error),
            None => error,
        }
    }
}

fn details(error: &Error) -> Map<String, Value> {
    let details = match error {
        Error::InvalidName {
            what,
            value,
            reason,
        } => {
            json!({"what": what, "value": value, "reason": reason})
        }
        Error::InvalidData { reason, .. } => json!({"reason": reason}),
        Error::TimeOutOfRange { value } => json!({"value": value}),
        Error::Parse {
            what,
            value,
            example,
        } => {
            json!({"what": what, "value": value, "example": example})
        }
        Error::UnknownRun { run } => json!({"run": run}),
        Error::UnknownStartedRun { index, started } => json!({"index": index, "started": started}),
        Error::UnknownTrack { id } => json!({"id": id}),
        Error::KeyConflict { key, track } => json!({"key": key, "track": track}),
        Error::BatchIdConflict { id } => json!({"id": id}),
        Error::CheckpointConflict { name } => json!({"name": name}),
        Error::CursorMismatch { cursor } => json!({"cursor": cursor}),
        Error::RestoreConflict { what }
        | Error::Unsupported { what }
        | Error::NotFound { what, .. } => {
            json!({"what": what})
        }
        Error::ForeignFormat { place, reason, .. } => json!({"place": place, "reason": reason}),
        Error::NewerVersion {
            place,
            found,
            supported,
        } => {
            json!({"place": place, "found": found, "supported": supported})
        }
        Error::NeedsUpgrade { place } | Error::WrongProcess { place } => json!({"place": place}),
        Error::Full { limit } => json!({"limit": limit}),
        Error::Corrupt {
            place, row, reason, ..
        } => {
            json!({"place": place, "row": row, "reason": reason})
        }
        Error::ReadOnly { action, .. }
        | Error::OutcomeUnknown { action, .. }
        | Error::Backend { action, .. } => json!({"action": action}),
        Error::ChangesExpired { cursor, resume } => json!({"cursor": cursor, "resume": resume}),
        Error::FeedOff {}
        | Error::DataMismatch { .. }
        | Error::Batch { .. }
        | Error::DelayedCommit { .. }
        | Error::Reported { .. } => Value::Null,
    };
    match details {
        Value::Object(details) => details,
        _ => Map::new(),
    }
}

fn causes(error: &Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        causes.push(cause.to_string());
        beneath = cause.source();
    }
    causes
}

/// The error with its details; nothing where a detail is missing or the code is not known.
fn rebuild(report: &ErrorReport) -> Option<Error> {
    let source = || Cause::chain(&report.causes);
    let required = || source().unwrap_or_else(|| "no cause was reported".into());
    let text = |name| read::<String>(report, name);
    Some(match ErrorKind::from_code(&report.code)? {
        ErrorKind::InvalidName => {
            Error::invalid_name(text("what")?, text("value")?, text("reason")?)
        }
        ErrorKind::InvalidData => Error::InvalidData {
            reason: text("reason")?.into(),
            source: source(),
        },
        ErrorKind::DataMismatch => Error::data_mismatch(required()),
        ErrorKind::TimeOutOfRange => Error::time_out_of_range(text("value")?),
        ErrorKind::Parse => Error::parse(text("what")?, text("value")?, text("example")?),
        ErrorKind::UnknownRun => Error::unknown_run(read(report, "run")?),
        ErrorKind::UnknownStartedRun => {
            Error::unknown_started_run(read(report, "index")?, read(report, "started")?)
        }
        ErrorKind::UnknownTrack => Error::unknown_track(read(report, "id")?),
        ErrorKind::KeyConflict => Error::key_conflict(read(report, "key")?, read(report, "track")?),
        ErrorKind::BatchIdConflict => Error::batch_id_conflict(read(report, "id")?),
        ErrorKind::CheckpointConflict => Error::checkpoint_conflict(read(report, "name")?),
        ErrorKind::CursorMismatch => Error::cursor_mismatch(text("cursor")?),
        ErrorKind::FeedOff => Error::feed_off(),
        ErrorKind::ChangesExpired => {
            Error::changes_expired(read(report, "cursor")?, read(report, "resume")?)
        }
        ErrorKind::RestoreConflict => Error::restore_conflict(text("what")?),
        ErrorKind::Unsupported => Error::unsupported(text("what")?),
        ErrorKind::NotFound => Error::not_found(text("what")?, source()),
        ErrorKind::ReadOnly => Error::read_only(text("action")?, source()),
        ErrorKind::ForeignFormat => {
            Error::foreign_format(text("place")?, text("reason")?, source())
        }
        ErrorKind::NewerVersion => Error::newer_version(
            text("place")?,
            read(report, "found")?,
            read(report, "supported")?,
        ),
        ErrorKind::NeedsUpgrade => Error::needs_upgrade(text("place")?),
        ErrorKind::WrongProcess => Error::wrong_process(text("place")?),
        ErrorKind::Full => Error::full(text("limit")?),
        ErrorKind::Corrupt => Error::corrupt(
            text("place")?,
            read(report, "row")?,
            text("reason")?,
            source(),
        ),
        ErrorKind::OutcomeUnknown => Error::outcome_unknown(text("action")?, source()),
        kind @ (ErrorKind::Unavailable
        | ErrorKind::NoSpace
        | ErrorKind::AccessDenied
        | ErrorKind::Backend) => Error::Backend {
            action: text("action")?,
            kind,
            source: required(),
        },
        ErrorKind::Other => return None,
    })
}

fn read<T: DeserializeOwned>(report: &ErrorReport, name: &str) -> Option<T> {
    let value = report.details.get(name)?.clone();
    serde_json::from_value(value).ok()
}

/// A failure beneath, as reported.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Cause {
    message: String,
    source: Option<Source>,
}

impl Cause {
    fn chain(messages: &[String]) -> Option<Source> {
        messages.iter().rev().fold(None, |source, message| {
            let message = message.clone();
            Some(Box::new(Self { message, source }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchId, ChangeCursor, CheckpointName, Key, RunId, TrackId};

    /// One error of each kind but `Other`.
    fn samples() -> Vec<Error> {
        let io = || Some("disk on fire".into());
        vec![
            Error::invalid_name("task id", "", "it must not be empty"),
            Error::invalid_json("it is not JSON", "line 1"),
            Error::data_mismatch("missing field"),
            Error::time_out_of_range("10000"),
            Error::parse("run id", "x", "1"),
            Error::unknown_run(RunId::FIRST),
            Error::unknown_started_run(2, 1),
            Error::unknown_track(TrackId::FIRST),
            Error::key_conflict(Key::new("k").unwrap(), TrackId::FIRST),
            Error::batch_id_conflict(BatchId::new("b").unwrap()),
            Error::checkpoint_conflict(CheckpointName::new("log").unwrap()),
            Error::cursor_mismatch("id.1"),
            Error::feed_off(),
            Error::changes_expired(ChangeCursor::new(1, 2), ChangeCursor::new(3, 4)),
            Error::restore_conflict("track 1"),
            Error::unsupported("fly"),
            Error::not_found("t.db", io()),
            Error::read_only("write to t.db", None),
            Error::foreign_format("t.db", "it is a folder", None),
            Error::newer_version("t.db", 9, 2),
            Error::needs_upgrade("t.db"),
            Error::wrong_process("t.db"),
            Error::full("2 tracks"),
            Error::corrupt("table track", Some("7".into()), "no time", io()),
            Error::outcome_unknown("the commit", io()),
            Error::unavailable("ask", "busy"),
            Error::no_space("write", "full"),
            Error::access_denied("open", "denied"),
            Error::backend("write", "broken"),
        ]
    }

    #[test]
    fn every_kind_of_error_is_the_same_after_a_journey() {
        let mut kinds: Vec<ErrorKind> = Vec::new();
        for error in samples() {
            kinds.push(error.kind());
            let sent = serde_json::to_string(&ErrorReport::from(&error)).unwrap();
            let report: ErrorReport = serde_json::from_str(&sent).unwrap();
            let read = Error::from(report.clone());
            assert_eq!(ErrorReport::from(&read), report, "{error:?}");
            let variant = std::mem::discriminant(&error);
            assert_eq!(std::mem::discriminant(&read), variant, "{error:?}");
            let wrapped = ErrorReport::from(&error.in_batch(3));
            assert!(matches!(
                Error::from(wrapped),
                Error::Batch { index: 3, .. }
            ));
        }
        for error in samples() {
            let (kind, delayed) = (error.kind(), Error::delayed_commit(7, error));
            let sent = serde_json::to_string(&ErrorReport::from(&delayed)).unwrap();
            let read = Error::from(serde_json::from_str::<ErrorReport>(&sent).unwrap());
            assert!(
                matches!(&read, Error::DelayedCommit { batches: 7, source } if source.kind() == kind),
                "{read:?}"
            );
        }
        let others = ErrorKind::ALL
            .iter()
            .copied()
            .filter(|kind| *kind != ErrorKind::Other);
        assert_eq!(kinds, others.collect::<Vec<_>>());
    }

    #[test]
    fn what_this_version_does_not_know_is_reported_as_it_came() {
        let report: ErrorReport = serde_json::from_str(
            r#"{"code":"too_fast","message":"slow down","retryable":true,"wait":3}"#,
        )
        .unwrap();
        let error = Error::from(report);
        assert_eq!(error.kind(), ErrorKind::Other);
        assert_eq!(error.to_string(), "slow down");
        assert!(error.is_retryable());
        assert_eq!(ErrorReport::from(&error).code, "too_fast");
        let bare = Error::reported("unknown_run", "there is no run 7");
        assert_eq!(bare.kind(), ErrorKind::UnknownRun);
    }
}
