//! The connection that writes, and its transactions.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use tracking_core::{ChangeSet, Clock};

use crate::backoff::Backoff;
use crate::change::Change;
use crate::commit_writes::write_counts;
use crate::connection::{WAL_PAGES, limit_wal};
use crate::delayed_transaction::DelayedTransaction;
use crate::error::{StoreError, StoreResult};
use crate::events::LockWait;
use crate::name_cache::NameCache;
use crate::sql::{BEGIN, COMMIT, RELEASE, ROLLBACK, SAVEPOINT, Statements, UNDO_SAVEPOINT};
use crate::write_cache::WriteCache;

/// The connection that writes, and its cache.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    sql: Arc<Statements>,
    pub(crate) cache: WriteCache,
    /// The names met by reads within the open transaction.
    pub(crate) names: NameCache,
    /// When a wipe that failed is tried again.
    pub(crate) backoff: Backoff,
    pub(crate) clock: Arc<dyn Clock>,
    busy_timeout: Duration,
    /// How many pages the log next to the file may have.
    wal_pages: i64,
    /// The open transaction of batches whose commit is delayed.
    pub(crate) delayed: Option<DelayedTransaction>,
}

/// How long a process that waits for another one to finish its transaction sleeps before it looks
/// again.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("connection", &self.connection)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn new(
        connection: Connection,
        sql: Arc<Statements>,
        clock: Arc<dyn Clock>,
        busy_timeout: Duration,
    ) -> Self {
        Self {
            clock,
            connection,
            sql,
            busy_timeout,
            wal_pages: WAL_PAGES,
            cache: WriteCache::default(),
            names: NameCache::default(),
            backoff: Backoff::default(),
            delayed: None,
        }
    }

    /// Runs a transaction: it commits all of a change, or none of it.
    pub(crate) fn change<T>(
        &mut self,
        sql: &Statements,
        work: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> StoreResult<T> {
        self.in_transaction(|writer| writer.make(sql, work))
    }

    /// Does something in a transaction of its own, which is rolled back if it fails.
    pub(crate) fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> StoreResult<T>,
    ) -> StoreResult<T> {
        self.limit_wal(WAL_PAGES)?;
        self.begin()?;
        let mut undo = Undo::new(self, Scope::Transaction);
        let answer = work(undo.writer)?;
        undo.writer.commit()?;
        undo.is_kept = true;
        Ok(answer)
    }

    /// Makes a change within an open transaction that has others; undoes it alone if it fails.
    pub(crate) fn change_in_savepoint<T>(
        &mut self,
        sql: &Statements,
        work: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> StoreResult<T> {
        self.connection.prepare_cached(SAVEPOINT)?.execute([])?;
        let mut undo = Undo::new(self, Scope::Savepoint);
        let answer = undo.writer.make(sql, work)?;
        undo.writer
            .connection
            .prepare_cached(RELEASE)?
            .execute([])?;
        undo.is_kept = true;
        Ok(answer)
    }

    /// Sets how many pages the log next to the file may have when a commit moves them into it.
    pub(crate) fn limit_wal(&mut self, pages: i64) -> StoreResult<()> {
        if self.wal_pages != pages {
            limit_wal(&self.connection, pages)?;
            self.wal_pages = pages;
        }
        Ok(())
    }

    /// Begins a transaction that writes, once no other process does.
    ///
    /// `SQLite` itself would look up to 100 ms apart. A process that loads much leaves shorter
    /// pauses between its transactions, so look more often.
    pub(crate) fn begin(&self) -> StoreResult<()> {
        let wait = LockWait::start();
        self.connection.busy_timeout(Duration::ZERO)?;
        let mut left = self.busy_timeout;
        let result = loop {
            let result = self
                .connection
                .prepare_cached(BEGIN)
                .and_then(|mut begin| begin.execute([]));
            match result {
                Err(error) if !left.is_zero() && is_busy(&error) => {
                    let pause = left.min(POLL_INTERVAL);
                    thread::sleep(pause);
                    left -= pause;
                }
                result => break result.map(drop).map_err(StoreError::from),
            }
        };
        self.connection.busy_timeout(self.busy_timeout)?;
        wait.end_of(&self.connection, result.as_ref().err());
        result
    }

    /// Makes a change within the open transaction.
    fn make<T>(
        &mut self,
        sql: &Statements,
        work: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> StoreResult<T> {
        let Self {
            connection,
            cache,
            clock,
            ..
        } = self;
        cache.refresh(connection)?;
        let mut change = Change {
            connection,
            cache,
            sql,
            changes: None,
        };
        change.changes = change.feed()?.settings.is_on().then(ChangeSet::default);
        let answer = work(&mut change)?;
        change.write_before_commit(clock.as_ref())?;
        Ok(answer)
    }

    /// Commits the open transaction, once many new tracks are counted.
    pub(crate) fn commit(&mut self) -> StoreResult<()> {
        write_counts(&self.connection, &self.sql, &mut self.cache)?;
        let mut commit = self.connection.prepare_cached(COMMIT)?;
        commit.execute([]).map_err(StoreError::of_commit)?;
        Ok(())
    }

    pub(crate) fn roll_back(&mut self) {
        self.undo(ROLLBACK);
    }

    /// Undoes what the statements say, and forgets what was cached since.
    fn undo(&mut self, statements: &str) {
        self.cache.clear();
        self.names = NameCache::default();
        // Some errors have taken it back already, and a second time fails.
        if self.connection.is_autocommit() {
            return;
        }
        if self.connection.execute_batch(statements).is_err() {
            let _failed = self.connection.execute_batch(ROLLBACK);
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// What a failure undoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Transaction,
    Savepoint,
}

/// Undoes a change unless it is kept, also by a panic.
struct Undo<'w> {
    writer: &'w mut Writer,
    scope: Scope,
    is_kept: bool,
}

impl<'w> Undo<'w> {
    fn new(writer: &'w mut Writer, scope: Scope) -> Self {
        Self {
            writer,
            scope,
            is_kept: false,
        }
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.writer.undo(match self.scope {
                Scope::Transaction => ROLLBACK,
                Scope::Savepoint => UNDO_SAVEPOINT,
            });
        }
    }
}
