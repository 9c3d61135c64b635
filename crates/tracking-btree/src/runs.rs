//! Runs, and which of them is the current one of its task.

use tracking_core::Timestamp;

use crate::numbers::{NameId, RunNo, Table, TrackNo};
use crate::sorted_set::BlockedSortedSet;
use crate::task_user_index::Users;
use crate::time_key::TimeKey;

/// A run, without the tracks that are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunRow {
    /// The task that it was started for, if any.
    pub(crate) task: Option<NameId>,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) finished: bool,
}

/// A run and its tracks.
#[derive(Debug)]
pub(crate) struct RunEntry {
    pub(crate) row: RunRow,
    pub(crate) tracks: BlockedSortedSet<TrackNo>,
}

/// All runs by number.
pub(crate) type Runs = Table<RunEntry>;

/// What is kept for each task.
#[derive(Debug, Default)]
pub(crate) struct TaskEntry {
    pub(crate) tracks: BlockedSortedSet<TrackNo>,
    /// The users who have tracks of it.
    pub(crate) users: Users,
    /// The runs that were started for it.
    pub(crate) runs: BlockedSortedSet<RunNo>,
    pub(crate) current: Option<RunNo>,
}

impl TaskEntry {
    /// Whether nothing needs its name any more.
    pub(crate) fn is_unused(&self) -> bool {
        self.tracks.is_empty() && self.runs.is_empty()
    }
}

/// What is kept for each user.
#[derive(Debug, Default)]
pub(crate) struct UserEntry {
    pub(crate) tracks: BlockedSortedSet<TrackNo>,
    /// Those in runs of no task, in the order of time: what the sessions are found by. Nothing
    /// where there is none, so that users who have no session take no more room.
    pub(crate) sessions: Option<Box<BlockedSortedSet<TimeKey>>>,
}
