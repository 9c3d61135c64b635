//! One change of a store: a transaction that holds the store's row.

use tokio_postgres::Row;
use tracking_core::{ChangeKind, ChangeSet, Error, Timestamp};

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
    is_done: bool,
}

impl Transaction {
    /// Begins, locks the store's row and reads what else will be needed, all in one round trip.
    pub(crate) async fn begin(
        connection: PooledConnection,
        store: &str,
        prefetch: Vec<Sql>,
        lock_timeout_millis: u128,
        now: impl FnOnce() -> Timestamp,
    ) -> Result<(Self, Vec<Vec<Row>>)> {
        let mut statements = Vec::with_capacity(prefetch.len() + 1);
        statements.push(StoreRow::select_and_lock(store));
        statements.extend(prefetch);
        let opening = format!("begin; set local lock_timeout = {lock_timeout_millis}");
        let begun = connection.pipeline(Some(&opening), &statements, None).await;
        let mut rows = match begun {
            Ok(rows) => rows.into_iter(),
            Err(error) => {
                if !error.is_dead_connection() {
                    roll_back(&connection).await;
                }
                return Err(error);
            }
        };
        let Some(row) = rows.next().and_then(|rows| rows.into_iter().next()) else {
            roll_back(&connection).await;
            return Err(missing_store(store));
        };
        let row = StoreRow::of_row(&row)?;
        let changes = row.feed.is_on().then(ChangeSet::default);
        let transaction = Self {
            connection,
            store: store.to_owned(),
            before: row.written(),
            row,
            now: now(),
            is_changed: false,
            changes,
            is_done: false,
        };
        Ok((transaction, rows.collect()))
    }

    /// Runs one statement of it.
    pub(crate) async fn query(&self, sql: Sql) -> Result<Vec<Row>> {
        self.connection.query_long(&sql).await
    }

    /// Notes that something happened to a track or run, where there is a feed.
    pub(crate) fn note(&mut self, kind: ChangeKind, id: i64) {
        if let Some(changes) = &mut self.changes {
            changes.add(kind, id.unsigned_abs());
        }
    }

    /// Runs the last statements and commits, all in one round trip.
    pub(crate) async fn commit(mut self, statements: Vec<Sql>) -> Result<()> {
        // Before the commit is sent, every failure means that nothing was changed.
        self.connection.prepare_all(&statements).await?;
        let committed = self
            .connection
            .pipeline(None, &statements, Some("commit"))
            .await;
        self.is_done = true;
        match committed {
            Ok(_) => Ok(()),
            Err(error) if error.is_refusal() => {
                // The commit that was sent along has ended the transaction.
                Err(error)
            }
            Err(error) => {
                self.connection.break_off();
                Err(StoreError::CommitUnknown(Box::new(error)))
            }
        }
    }

    /// Takes everything back.
    pub(crate) async fn roll_back(mut self) {
        self.is_done = true;
        roll_back(&self.connection).await;
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.is_done {
            self.connection.break_off();
        }
    }
}

async fn roll_back(connection: &PooledConnection) {
    if connection.execute("rollback").await.is_err() {
        connection.break_off();
    }
}

pub(crate) fn missing_store(store: &str) -> StoreError {
    Error::not_found(
        format!("the store {store:?} in the database; open it for writing to create it"),
        None,
    )
    .into()
}
