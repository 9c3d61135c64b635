//! Everything that a store holds, as of one moment.

use std::sync::Arc;

use tokio_postgres::Row;
use tracking_core::{Record, RecordVisitor, Result as CoreResult};

use crate::connection::Connection;
use crate::error::{Result, StoreError};
use crate::fields;
use crate::inner::{Inner, repeat_while};
use crate::lookup;
use crate::ranges;
use crate::rows::{self, run_columns, track_columns};
use crate::runtime::StoreRuntime;
use crate::statement::Sql;
use crate::store_row::StoreRow;

/// How many rows are fetched at once.
const PAGE: i64 = 2_000;

/// A connection of its own in a transaction that sees one moment: no other call waits for it.
struct Snapshot {
    connection: Connection,
}

impl Snapshot {
    /// Begins. Locks are there before the moment that is seen, so no partition of that moment is dropped.
    async fn begin(inner: Arc<Inner>) -> Result<Self> {
        if inner.partition_every.get().is_none() {
            return Self::begin_with(&inner, "").await;
        }
        let of_store = ranges::lock_against_drops(&inner.store);
        match Self::begin_with(&inner, &of_store).await {
            // The role may read the partition as a part of the table of tracks only.
            Err(error) if error.is_denied() => {
                let all = "lock table tracking.track in access share mode; ";
                repeat_while(StoreError::is_conflict, || Self::begin_with(&inner, all)).await
            }
            begun => begun,
        }
    }

    async fn begin_with(inner: &Inner, locks: &str) -> Result<Self> {
        let connection = inner.pool.extra().await?;
        // The savepoint keeps the transaction where a statement fails and is repeated.
        let begin = "begin isolation level repeatable read read only";
        connection
            .execute(&format!("{begin}; {locks} savepoint page"))
            .await?;
        Ok(Self { connection })
    }

    /// The rows of a statement. It is repeated where the server asks for that.
    async fn query(&self, sql: &Sql) -> Result<Vec<Row>> {
        repeat_while(StoreError::is_conflict, || async {
            let rows = self.connection.query_long(sql).await;
            if rows.as_ref().is_err_and(StoreError::is_conflict) {
                self.connection
                    .execute("rollback to savepoint page")
                    .await?;
            }
            rows
        })
        .await
    }
}

/// Hands every record to a visitor, until it stops.
pub(crate) fn export(
    runtime: &StoreRuntime,
    inner: Arc<Inner>,
    place: &str,
    visitor: &mut RecordVisitor<'_>,
) -> CoreResult<()> {
    let snapshot = runtime.wait_for(place, Snapshot::begin(Arc::clone(&inner)))?;
    let export = Export {
        runtime,
        inner,
        place,
        snapshot: Arc::new(snapshot),
    };
    export.all(visitor).map(drop)
}

struct Export<'s> {
    runtime: &'s StoreRuntime,
    inner: Arc<Inner>,
    place: &'s str,
    snapshot: Arc<Snapshot>,
}

/// Whether to go on.
type Goes = bool;

impl Export<'_> {
    fn all(&self, visitor: &mut RecordVisitor<'_>) -> CoreResult<Goes> {
        let store = &*self.inner.store;
        let indexed = self.rows(fields::select(store))?;
        let indexed = fields::read(&indexed).map_err(|error| self.core_error(error))?;
        for field in indexed.into_keys() {
            if visitor(Record::Index(field)).is_break() {
                return Ok(false);
            }
        }
        let runs = Sql::fixed(concat!(
            "select ",
            run_columns!(),
            " from tracking.run as r where r.store = $1 and r.id > $2 order by r.id limit $3"
        ));
        let tracks = Sql::fixed(concat!(
            "select ",
            track_columns!(),
            " from tracking.track as t where t.store = $1 and t.id > $2 order by t.id limit $3"
        ));
        let goes = self.by_id(runs.text(), visitor, |row| rows::run(row).map(Record::Run))?
            && self.by_id(tracks.text(), visitor, |row| {
                rows::track(row).map(Record::Track)
            })?
            && self.keys(visitor)?
            && self.checkpoints(visitor)?;
        if !goes {
            return Ok(false);
        }
        let row = self.rows(StoreRow::select(store))?;
        let Some(row) = row.first() else {
            return Ok(true);
        };
        let row = StoreRow::of_row(row).map_err(|error| self.core_error(error))?;
        Ok(visitor(Record::Counters(row.counters())).is_continue())
    }

    fn by_id(
        &self,
        text: &str,
        visitor: &mut RecordVisitor<'_>,
        record: impl Fn(&Row) -> Result<Record>,
    ) -> CoreResult<Goes> {
        let mut after = 0;
        loop {
            let sql = Sql::composed(text)
                .with_text(&*self.inner.store)
                .with_int(after)
                .with_int(PAGE);
            let rows = self.rows(sql)?;
            let Some(last) = rows.last() else {
                return Ok(true);
            };
            let last: Result<i64> = last.try_get(0).map_err(Into::into);
            after = last.map_err(|error| self.core_error(error))?;
            for row in &rows {
                let record = record(row).map_err(|error| self.core_error(error))?;
                if visitor(record).is_break() {
                    return Ok(false);
                }
            }
        }
    }

    fn keys(&self, visitor: &mut RecordVisitor<'_>) -> CoreResult<Goes> {
        let mut after = None;
        loop {
            let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
            let sql = lookup::key_uses(&self.inner.store, after.as_ref(), page);
            let rows = self.rows(sql)?;
            if rows.is_empty() {
                return Ok(true);
            }
            for row in &rows {
                let used = rows::key_use(row).map_err(|error| self.core_error(error))?;
                after = Some(used.key().clone());
                if visitor(Record::Key(used)).is_break() {
                    return Ok(false);
                }
            }
        }
    }

    fn checkpoints(&self, visitor: &mut RecordVisitor<'_>) -> CoreResult<Goes> {
        let mut after = None;
        loop {
            let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
            let sql = lookup::checkpoints(&self.inner.store, after.as_ref(), page);
            let rows = self.rows(sql)?;
            if rows.is_empty() {
                return Ok(true);
            }
            for row in &rows {
                let checkpoint = rows::checkpoint(row).map_err(|error| self.core_error(error))?;
                after = Some(checkpoint.name().clone());
                if visitor(Record::Checkpoint(checkpoint)).is_break() {
                    return Ok(false);
                }
            }
        }
    }

    fn rows(&self, sql: Sql) -> CoreResult<Vec<Row>> {
        let snapshot = Arc::clone(&self.snapshot);
        self.runtime
            .wait_for(self.place, async move { snapshot.query(&sql).await })
    }

    fn core_error(&self, error: StoreError) -> tracking_core::Error {
        error.into_core(self.place)
    }
}
