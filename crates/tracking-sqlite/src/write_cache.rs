//! What the writing connection caches of the file between two transactions.

use std::collections::HashMap;

use rusqlite::Connection;
use tracking_core::{TaskId, UserName};

use crate::feed::Feed;
use crate::sql::DATA_VERSION;

/// The cache is cleared when it holds more tasks, users or runs than this, to bound its memory.
const MAX_ENTRIES: usize = 100_000;

/// Names, runs and counters as they are in the file, so that a save does not look them up.
///
/// Only the writing connection uses it, within a transaction: nobody else can change the file
/// there. Entries of an earlier transaction stay valid until another connection writes.
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
    /// The last track that the table of counts covers.
    pub(crate) counted_to: Option<i64>,
    /// Runs whose end must be written before the commit.
    pub(crate) moved: Vec<i64>,
}

/// A task, as in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CachedTask {
    pub(crate) id: i64,
    pub(crate) current_run: Option<i64>,
}

/// The end of a run, as in the file or to be written at commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CachedRun {
    pub(crate) end: i64,
    pub(crate) is_moved: bool,
}

impl WriteCache {
    /// Clears the cache if another connection has written. Call it first in a transaction.
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

    /// Clears the cache, as after a rollback.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Clears the names, as after a removal: names that nothing refers to are removed with it.
    pub(crate) fn clear_names(&mut self) {
        self.tasks.clear();
        self.users.clear();
    }

    /// Moves the end of a run; [`moved`](Self::moved) lists the runs to write at commit.
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

    /// Caches the end of a run as it is in the file.
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
