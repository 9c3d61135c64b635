//! The lines of a recording.

use serde::Deserialize;
use serde_json::Value;
use tracking_core::{Data, TaskId, Timestamp, UserName};

use super::criteria::Criteria;
use super::values::{RunNumber, Seconds};

/// The first line; it may say more.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) trace: u64,
}

/// Any other line.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    now: Seconds,
    #[serde(flatten)]
    pub(super) operation: Operation,
    // What is expected is compared as JSON; here it is only asked for.
    #[serde(rename = "expect")]
    _expect: Value,
}

impl Line {
    pub(super) fn now(&self) -> Timestamp {
        self.now.0
    }
}

/// What is done or asked, with its inputs.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Operation {
    StartRun {
        task: Option<TaskId>,
    },
    StopRun {
        task: Option<TaskId>,
        run: RunNumber,
        finish: bool,
    },
    GetRun {
        task: Option<TaskId>,
        run: RunNumber,
    },
    Save(Save),
    UpdateTrack {
        id: String,
        data: Data,
        overwrite: bool,
    },
    RemoveTrack {
        id: String,
    },
    Get {
        id: String,
    },
    Query {
        criteria: Criteria,
    },
    UserTracks {
        task: TaskId,
        run: RunNumber,
        user: UserName,
    },
    LastUserTrack {
        task: TaskId,
        run: RunNumber,
        user: UserName,
    },
    UserNames {
        task: TaskId,
    },
    TaskIds,
    Reindex,
    Len,
}

#[derive(Debug, Deserialize)]
pub(super) struct Save {
    pub(super) task: TaskId,
    pub(super) run: RunNumber,
    pub(super) user: UserName,
    pub(super) data: Data,
    pub(super) update: bool,
    pub(super) overwrite: bool,
    pub(super) time: Option<Seconds>,
}
