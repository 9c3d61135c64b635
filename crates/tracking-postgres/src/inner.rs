//! What a store's threads share.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tracking_core::{Clock, Timestamp};

use crate::backoff::Backoff;
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::events;
use crate::pool::{Pool, PooledConnection};
use crate::standbys::Standbys;
use crate::statement::Sql;
use crate::transaction::Transaction;

/// How often a call is tried whose connection turns out to be dead, or whose transaction the
/// server asks to repeat.
const MAX_ATTEMPTS: usize = 5;

/// How long to wait before the third attempt; five times as long before each later one. What a
/// transaction drops is gone a moment before others are told, and on a busy server that moment can be
/// long.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// Repeats a step while it fails in a way that the next attempt may not.
pub(crate) async fn repeat_while<T, F>(
    is_transient: impl Fn(&StoreError) -> bool,
    mut step: impl FnMut() -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut pause = FIRST_PAUSE;
    for attempt in 1..MAX_ATTEMPTS {
        match step().await {
            Err(error) if is_transient(&error) => {
                let code = error.sql_state().map(SqlState::code);
                events::attempt_repeated(attempt, error.kind_name(), code);
            }
            answer => return answer,
        }
        if attempt > 1 {
            tokio::time::sleep(pause).await;
            pause *= 5;
        }
    }
    step().await
}

/// What a store's threads share.
pub(crate) struct Inner {
    pub(crate) store: String,
    pub(crate) pool: Arc<Pool>,
    /// Who answers reads before the primary does.
    pub(crate) standbys: Option<Standbys>,
    pub(crate) clock: Arc<dyn Clock>,
    /// When a single save is tried in one round trip: rarely in a store with a change feed.
    pub(crate) single_saves: Backoff,
    /// How many ids a partition of the store covers, if it has ranges; known once the store is open.
    pub(crate) partition_every: OnceLock<i64>,
}

impl Inner {
    /// The time, by the clock of the store.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs one statement that reads, on another connection where the first one is dead.
    pub(crate) async fn read(&self, sql: Sql) -> Result<Vec<Row>> {
        if let Some(standbys) = &self.standbys
            && let Some(rows) = Box::pin(standbys.read(&self.pool, &sql)).await
        {
            return Ok(rows);
        }
        let is_transient = |error: &StoreError| error.is_dead_connection() || error.is_conflict();
        repeat_while(is_transient, || async {
            let connection = self.pool.get().await?;
            let answer = connection.query_long(&sql).await;
            if answer.as_ref().is_err_and(StoreError::is_dead_connection) {
                connection.renew_pool();
            }
            answer
        })
        .await
    }

    /// Begins a change, on another connection where the first one is dead.
    pub(crate) async fn begin(
        &self,
        prefetch: impl Fn() -> Vec<Sql>,
    ) -> Result<(Transaction, Vec<Vec<Row>>)> {
        let is_transient = |error: &StoreError| {
            error.is_dead_connection() && !matches!(error, StoreError::TimedOut(_))
        };
        let begun = repeat_while(is_transient, || async {
            let connection = self.pool.get().await?;
            let generation = connection.generation;
            let settings = &self.pool.settings;
            let now = || self.now();
            let begun =
                Transaction::begin(connection, &self.store, prefetch(), settings, now).await;
            if begun.as_ref().is_err_and(StoreError::is_dead_connection) {
                self.pool.renew(generation);
            }
            begun
        })
        .await;
        if begun.as_ref().is_err_and(StoreError::is_lock_timeout) {
            events::lock_timeout(&self.store, self.pool.settings.lock_timeout);
        }
        begun
    }

    /// Makes a change with statements of its own; repeats it where the server asks for that.
    pub(crate) async fn change<T>(
        &self,
        make: impl for<'c> Fn(&'c mut Change) -> BoxFuture<'c, Result<(T, Vec<Sql>)>>,
    ) -> Result<T> {
        repeat_while(StoreError::is_conflict, || self.change_once(&make)).await
    }

    async fn change_once<T>(
        &self,
        make: &impl for<'c> Fn(&'c mut Change) -> BoxFuture<'c, Result<(T, Vec<Sql>)>>,
    ) -> Result<T> {
        let (transaction, _) = self.begin(Vec::new).await?;
        let mut change = Change::new(transaction);
        match make(&mut change).await {
            Ok((answer, statements)) => {
                change.commit_with(statements).await?;
                Ok(answer)
            }
            Err(error) => {
                change.transaction.roll_back().await;
                Err(error)
            }
        }
    }

    /// Notes that the store was changed, so that later reads see it.
    pub(crate) fn note_change(&self) {
        if let Some(standbys) = &self.standbys {
            standbys.note_change();
        }
    }

    /// Lends a connection.
    pub(crate) async fn connection(&self) -> Result<PooledConnection> {
        self.pool.get().await
    }
}
