//! The connection that writes, and its transactions.

use std::fmt;
use std::sync::Arc;

use rusqlite::{Connection, params};
use tracking_core::{ChangeSet, Clock};

use crate::backoff::Backoff;
use crate::error::{StoreError, StoreResult};
use crate::events::LockWait;
use crate::settings::{self, Setting};
use crate::sql::{BEGIN, COMMIT, ROLLBACK, Statements};
use crate::write_cache::{CachedRun, WriteCache};

/// The connection that writes, and its cache.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) cache: WriteCache,
    /// When a wipe that failed is tried again.
    pub(crate) backoff: Backoff,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("connection", &self.connection)
            .field("known", &self.cache)
            .finish_non_exhaustive()
    }
}

/// A change within an open transaction.
#[derive(Debug)]
pub(crate) struct Change<'w> {
    pub(crate) connection: &'w Connection,
    pub(crate) cache: &'w mut WriteCache,
    pub(crate) sql: &'w Statements,
    /// What goes into the change feed, where there is one.
    pub(crate) changes: Option<ChangeSet>,
}

impl Writer {
    pub(crate) fn new(connection: Connection, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            connection,
            cache: WriteCache::default(),
            backoff: Backoff::default(),
        }
    }

    /// Runs a transaction: it commits all of a change, or none of it.
    pub(crate) fn change<T>(
        &mut self,
        sql: &Statements,
        work: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> StoreResult<T> {
        self.begin()?;
        let open = OpenTransaction {
            writer: self,
            is_done: false,
        };
        open.run(sql, work)
    }

    /// Begins a transaction that writes, once no other process does.
    fn begin(&self) -> StoreResult<()> {
        let wait = LockWait::start();
        let begun = self
            .connection
            .prepare_cached(BEGIN)
            .and_then(|mut begin| begin.execute([]))
            .map_err(StoreError::from);
        wait.end_of(&self.connection, begun.as_ref().err());
        begun.map(drop)
    }
}

/// A transaction that is rolled back unless it is committed, also by a panic.
struct OpenTransaction<'w> {
    writer: &'w mut Writer,
    is_done: bool,
}

impl OpenTransaction<'_> {
    fn run<T>(
        mut self,
        sql: &Statements,
        work: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> StoreResult<T> {
        let Writer {
            connection,
            cache,
            clock,
            ..
        } = &mut *self.writer;
        cache.refresh(connection)?;
        let mut change = Change {
            connection,
            cache,
            sql,
            changes: None,
        };
        change.changes = change.feed()?.settings.is_on().then(ChangeSet::default);
        let answer = work(&mut change)?;
        change.write_moved_runs()?;
        if let Some(changes) = change.changes.take() {
            change.write_changes(changes, clock.now())?;
        }
        let mut commit = connection.prepare_cached(COMMIT)?;
        commit.execute([]).map_err(StoreError::of_commit)?;
        drop(commit);
        self.is_done = true;
        Ok(answer)
    }
}

impl Drop for OpenTransaction<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.writer.cache.clear();
            // Some errors have taken it back already, and a second time fails.
            if !self.writer.connection.is_autocommit() {
                let _failed = self.writer.connection.execute_batch(ROLLBACK);
            }
        }
    }
}

impl Change<'_> {
    /// Gives a setting of the store a value.
    pub(crate) fn set(&self, setting: Setting, value: i64) -> StoreResult<()> {
        settings::set(self.connection, self.sql, setting, value)
    }

    /// Writes the ends of runs that have moved, once each.
    pub(crate) fn write_moved_runs(&mut self) -> StoreResult<()> {
        if self.cache.moved.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(&self.sql.move_run)?;
        for run in std::mem::take(&mut self.cache.moved) {
            if let Some(CachedRun {
                end,
                is_moved: is_moved @ true,
            }) = self.cache.runs.get_mut(&run)
            {
                statement.execute(params![run, *end])?;
                *is_moved = false;
            }
        }
        Ok(())
    }
}
