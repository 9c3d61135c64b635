//! What stores answer to calls, comparable.

use serde::Serialize;
use tracking_core::{
    Checkpoint, Counters, Cursor, Error, Field, Group, KeyUse, Outcome, Record, Removed, Run,
    RunId, RunSummary, TaskId, Track, TrackId, UserName,
};

/// What a store answered to a [`Call`](super::Call).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Answer {
    /// No value.
    Done,
    /// Yes or no.
    Whether(bool),
    /// How many.
    Count(u64),
    /// What each operation of a batch did.
    Outcomes(Vec<Outcome>),
    /// Under which id a track was saved.
    Saved(TrackId),
    /// A track, if it exists.
    Track(Option<Track>),
    /// The tracks that were visited, and where to continue.
    Tracks(Vec<Track>, Option<Cursor>),
    /// Counts.
    Groups(Vec<Group>),
    /// Names of tasks.
    Tasks(Vec<TaskId>),
    /// Names of users.
    Users(Vec<UserName>),
    /// Runs.
    Runs(Vec<Run>),
    /// The summary of a run, if it exists.
    Summary(Option<RunSummary>),
    /// How many tracks and runs were removed.
    Removed(Removed),
    /// The ids of runs that were started or stopped.
    RunIds(Vec<RunId>),
    /// Fields with an index.
    Indexes(Vec<Field>),
    /// Checkpoints.
    Checkpoints(Vec<Checkpoint>),
    /// Keys.
    Keys(Vec<KeyUse>),
    /// The last ids given.
    Counters(Counters),
    /// Its whole content.
    Records(Vec<Record>),
}

impl Answer {
    /// As JSON, which shows more than tracks and runs print by themselves.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| format!("{self:?}"))
    }
}

/// An error as far as the contract settles it: which kind, what it names, and where in a batch.
pub(super) fn settled(error: &Error) -> String {
    match error {
        Error::Batch { index, source, .. } => format!("number {index}: {}", settled(source)),
        // The description of a store's backend is not part of the contract.
        Error::Backend { .. } | Error::OutcomeUnknown { .. } | Error::Corrupt { .. } => {
            format!("{error:?}")
        }
        other => other.to_string(),
    }
}

/// The record of a restore that did not fit. It can be wrong in two ways, and then
/// the contract does not define which one is reported.
pub(super) fn settled_restore(error: &Error) -> String {
    match error {
        Error::Batch { index, source, .. } => match **source {
            Error::RestoreConflict { .. }
            | Error::UnknownRun { .. }
            | Error::UnknownTrack { .. } => format!("number {index} does not fit"),
            _ => settled(error),
        },
        other => settled(other),
    }
}
