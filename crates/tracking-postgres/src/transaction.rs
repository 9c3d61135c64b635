//! One change of a store: a transaction that holds the store's row.

use std::time::Duration;

use tokio_postgres::Row;
use tracking_core::{ChangeKind, ChangeSet, Error, Timestamp};

use crate::config::Settings;
use crate::error::{Result, StoreError};
use crate::pool::PooledConnection;
use crate::statement::Sql;
use crate::store_row::{StoreRow, Written};

/// A transaction that holds the store's row, so that nobody else changes the store.
pub(crate) struct Transaction {
    pub(crate) connection: PooledConnection,
    pub(crate) store: String,
    pub(crate) row: StoreRow,
    /// What the table has of the row.
    pub(crate) before: Written,
    /// The time, read while nobody else writes.
    pub(crate) now: Timestamp,
    /// Whether a statement has changed something already.
    pub(crate) is_changed: bool,
    /// What has changed, for the feed.
    pub(crate) changes: Option<ChangeSet>,
}

impl Transaction {
    /// Begins, locks the store's row and reads what else will be needed, all in one round trip.
    pub(crate) async fn begin(
        connection: PooledConnection,
        store: &str,
        prefetch: Vec<Sql>,
        settings: &Settings,
        now: impl FnOnce() -> Timestamp,
    ) -> Result<(Self, Vec<Vec<Row>>)> {
        let mut statements = Vec::with_capacity(prefetch.len() + 1);
        statements.push(StoreRow::select_and_lock(store));
        statements.extend(prefetch);
        let opening = opening(settings.lock_timeout);
        let limit = settings.locking_timeout();
        let rows = connection.begin(&opening, &statements, limit).await?;
        let mut rows = rows.into_iter();
        let row = match rows.next().and_then(|rows| rows.into_iter().next()) {
            Some(row) => StoreRow::of_row(&row),
            None => Err(missing_store(store)),
        };
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                connection.roll_back().await;
                return Err(error);
            }
        };
        let changes = row.feed.is_on().then(ChangeSet::default);
        let transaction = Self {
            connection,
            store: store.to_owned(),
            before: row.written(),
            row,
            now: now(),
            is_changed: false,
            changes,
        };
        Ok((transaction, rows.collect()))
    }

    /// Runs one statement of it.
    pub(crate) async fn query(&self, sql: Sql) -> Result<Vec<Row>> {
        self.connection.query(&sql).await
    }

    /// Runs one statement of it that may take long, because it changes any number of rows.
    pub(crate) async fn query_long(&self, sql: Sql) -> Result<Vec<Row>> {
        self.connection.query_long(&sql).await
    }

    /// Notes that something happened to a track or run, where there is a feed.
    pub(crate) fn note(&mut self, kind: ChangeKind, id: i64) {
        if let Some(changes) = &mut self.changes {
            changes.add(kind, id.unsigned_abs());
        }
    }

    /// Runs statements that lock a table, if the lock is free soon and the role may do this. Gives the
    /// reason where they were not run; the transaction goes on without them.
    pub(crate) async fn try_now(&self, text: &str) -> Result<Option<StoreError>> {
        let timeout = SHORT_LOCK.as_millis();
        let all = format!("savepoint locking; set local lock_timeout = {timeout}; {text}");
        match self.connection.execute_long(&all).await {
            Ok(()) => Ok(None),
            Err(error) if error.is_lock_timeout() || error.is_denied() => {
                let undo = "rollback to savepoint locking";
                self.connection.execute(undo).await?;
                Ok(Some(error))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes everything back. A transaction that is only dropped takes its connection with it, and
    /// the server takes it back.
    pub(crate) async fn roll_back(self) {
        self.connection.roll_back().await;
    }
}

/// How long a lock is waited for that makes all others wait behind it.
pub(crate) const SHORT_LOCK: Duration = Duration::from_millis(200);

/// Begins a transaction that changes a store, whatever the default of the server is.
pub(crate) fn opening(lock_timeout: Duration) -> String {
    format!(
        "begin isolation level read committed read write; set local lock_timeout = {}",
        lock_timeout.as_millis()
    )
}

pub(crate) fn missing_store(store: &str) -> StoreError {
    Error::not_found(
        format!("the store {store:?} in the database; open it for writing to create it"),
        None,
    )
    .into()
}
