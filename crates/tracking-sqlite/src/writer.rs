//! The one connection that writes, and a change as it is being made.

use std::fmt;
use std::sync::Arc;

use rusqlite::{Connection, params};
use tracking_core::{ChangeSet, Clock};

use crate::error::{Done, Failure};
use crate::known::{Known, KnownRun};
use crate::sql::{BEGIN, COMMIT, ROLLBACK, Statements};
use crate::wipe::Backoff;

/// The connection that writes, and what it remembers.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) known: Known,
    /// When a wipe that failed is tried again.
    pub(crate) backoff: Backoff,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("connection", &self.connection)
            .field("known", &self.known)
            .finish_non_exhaustive()
    }
}

/// A change as it is being made, within a transaction.
#[derive(Debug)]
pub(crate) struct Change<'w> {
    pub(crate) connection: &'w Connection,
    pub(crate) known: &'w mut Known,
    pub(crate) sql: &'w Statements,
    /// What goes into the change feed, where there is one.
    pub(crate) changes: Option<ChangeSet>,
}

impl Writer {
    pub(crate) fn new(connection: Connection, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            connection,
            known: Known::default(),
            backoff: Backoff::default(),
        }
    }

    /// Makes a change as a whole, or nothing of it.
    pub(crate) fn change<T>(
        &mut self,
        sql: &Statements,
        work: impl FnOnce(&mut Change<'_>) -> Done<T>,
    ) -> Done<T> {
        self.connection.prepare_cached(BEGIN)?.execute([])?;
        let open = Open {
            writer: self,
            is_done: false,
        };
        open.run(sql, work)
    }
}

/// A transaction that is taken back where it is not committed, also by a panic.
struct Open<'w> {
    writer: &'w mut Writer,
    is_done: bool,
}

impl Open<'_> {
    fn run<T>(
        mut self,
        sql: &Statements,
        work: impl FnOnce(&mut Change<'_>) -> Done<T>,
    ) -> Done<T> {
        let Writer {
            connection,
            known,
            clock,
            ..
        } = &mut *self.writer;
        known.refresh(connection)?;
        let mut change = Change {
            connection,
            known,
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
        commit.execute([]).map_err(Failure::of_commit)?;
        drop(commit);
        self.is_done = true;
        Ok(answer)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.writer.known.forget();
            // Some errors have taken it back already, and a second time fails.
            if !self.writer.connection.is_autocommit() {
                let _failed = self.writer.connection.execute_batch(ROLLBACK);
            }
        }
    }
}

impl Change<'_> {
    /// Writes the ends of runs that have moved, once each.
    pub(crate) fn write_moved_runs(&mut self) -> Done<()> {
        if self.known.moved.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(&self.sql.move_run)?;
        for run in std::mem::take(&mut self.known.moved) {
            if let Some(KnownRun {
                end,
                is_moved: is_moved @ true,
            }) = self.known.runs.get_mut(&run)
            {
                statement.execute(params![run, *end])?;
                *is_moved = false;
            }
        }
        Ok(())
    }
}
