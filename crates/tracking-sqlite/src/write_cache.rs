//! What the writer remembers of the file between two changes.

use std::collections::HashMap;

use rusqlite::Connection;
use tracking_core::{TaskId, UserName};

use crate::changes::Feed;
use crate::sql::DATA_VERSION;

/// How many names or runs are remembered before all are forgotten, so that memory stays bounded.
const MAX_ENTRIES: usize = 100_000;

/// Names, runs and counters as they are in the file, so that a save need not look them up.
///
/// Only the connection that writes has it, within a transaction: there, nobody else can change
/// the file. What it knows from an earlier transaction holds as long as no other connection has
/// written since.
#[derive(Debug, Default)]
pub(crate) struct WriteCache {
    version: Option<i64>,
    /// Whether the file still has traces of a name that was removed.
    pub(crate) is_wipe_due: bool,
    /// The last ids of a track and of a run.
    pub(crate) counters: Option<(i64, i64)>,
    pub(crate) tasks: HashMap<TaskId, CachedTask>,
    pub(crate) users: HashMap<UserName, i64>,
    /// The ends of runs.
    pub(crate) runs: HashMap<i64, CachedRun>,
    /// The change feed.
    pub(crate) feed: Option<Feed>,
    /// The runs whose end has moved and must be written before the transaction ends.
    pub(crate) moved: Vec<i64>,
}

/// A task as it is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CachedTask {
    pub(crate) id: i64,
    pub(crate) current_run: Option<i64>,
}

/// A run as it is or will be in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CachedRun {
    pub(crate) end: i64,
    pub(crate) is_moved: bool,
}

impl WriteCache {
    /// Forgets everything if somebody else has written; to be called first in a transaction.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(DATA_VERSION)?;
        let version = statement.query_row([], |row| row.get(0))?;
        let full = self.tasks.len().max(self.users.len()).max(self.runs.len()) > MAX_ENTRIES;
        if self.version != Some(version) || full {
            *self = Self {
                version: Some(version),
                ..Self::default()
            };
            self.refresh_wipe_due(connection)?;
        }
        Ok(())
    }

    /// Forgets everything, as after a change that was taken back.
    pub(crate) fn clear(&mut self) {
        // Also what the file itself says of it is looked at anew then.
        *self = Self::default();
    }

    /// Forgets names, as after a removal, which takes names along that nothing needs any more.
    pub(crate) fn clear_names(&mut self) {
        self.tasks.clear();
        self.users.clear();
    }

    /// Notes that a run's end moves to a time.
    pub(crate) fn move_run(&mut self, run: i64, end: i64) {
        let before = self.runs.insert(
            run,
            CachedRun {
                end,
                is_moved: true,
            },
        );
        if !before.is_some_and(|run| run.is_moved) {
            self.moved.push(run);
        }
    }

    /// Notes a run's end that is in the file already.
    pub(crate) fn set_run(&mut self, run: i64, end: i64) {
        self.runs.insert(
            run,
            CachedRun {
                end,
                is_moved: false,
            },
        );
    }
}
