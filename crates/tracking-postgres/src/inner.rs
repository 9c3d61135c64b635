//! What a store's threads share.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_postgres::Row;
use tracking_core::{Clock, Timestamp};

use crate::change::Change;
use crate::error::Result;
use crate::pool::{Pool, PooledConnection};
use crate::statement::Sql;
use crate::transaction::Transaction;

/// How often a call is tried whose connection turns out to be dead, or whose transaction the
/// server asks to repeat.
const MAX_ATTEMPTS: usize = 5;

/// What a store's threads share.
pub(crate) struct Inner {
    pub(crate) store: String,
    pub(crate) pool: Arc<Pool>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Inner {
    /// The time, by the clock of the store.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs one statement that reads, on another connection where the first one is dead.
    pub(crate) async fn read(&self, sql: Sql) -> Result<Vec<Row>> {
        let mut attempt = 1;
        loop {
            let connection = self.pool.get().await?;
            match connection.query_long(&sql).await {
                Err(error) if attempt < MAX_ATTEMPTS && error.is_dead_connection() => {
                    connection.renew_pool();
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Begins a change, on another connection where the first one is dead.
    pub(crate) async fn begin(
        &self,
        prefetch: impl Fn() -> Vec<Sql>,
    ) -> Result<(Transaction, Vec<Vec<Row>>)> {
        let millis = self.pool.settings.lock_timeout.as_millis();
        let mut attempt = 1;
        loop {
            let connection = self.pool.get().await?;
            let generation = connection.generation;
            let now = || self.now();
            let begun = Transaction::begin(connection, &self.store, prefetch(), millis, now).await;
            match begun {
                Err(error) if attempt < MAX_ATTEMPTS && error.is_dead_connection() => {
                    self.pool.renew(generation);
                    if matches!(error, crate::error::StoreError::TimedOut(_)) {
                        return Err(error);
                    }
                    attempt += 1;
                }
                begun => return begun,
            }
        }
    }

    /// Makes a change with statements of its own; repeats it where the server asks for that.
    pub(crate) async fn change<T>(
        &self,
        make: impl for<'c> Fn(&'c mut Change) -> BoxFuture<'c, Result<(T, Vec<Sql>)>>,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            match self.change_once(&make).await {
                Err(error) if attempt < MAX_ATTEMPTS && error.is_conflict() => attempt += 1,
                answer => return answer,
            }
        }
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
                if !error.is_dead_connection() {
                    change.transaction.roll_back().await;
                }
                Err(error)
            }
        }
    }

    /// Lends a connection.
    pub(crate) async fn connection(&self) -> Result<PooledConnection> {
        self.pool.get().await
    }
}
