//! Opening, listing and removing stores.

use std::sync::Arc;

use tracking_core::{Error, Result as CoreResult};

use crate::connection::Connection;
use crate::error::{Result, StoreError};
use crate::fields;
use crate::inner::{Inner, repeat_while};
use crate::migrate::migrate;
use crate::statement::Sql;
use crate::transaction::{missing_store, opening};
use tracking_core::StoreName;

/// Sees that tables and store are there; creates them where they may be written.
pub(crate) async fn prepare(inner: Arc<Inner>, place: String) -> Result<()> {
    let connection = inner.connection().await?;
    let may_write = !inner.pool.settings.reads_only;
    migrate(&connection, &place, may_write).await?;
    let find = Sql::composed("select 1 from tracking.store where store = $1");
    let found = connection
        .query(&find.with_text(inner.store.as_str()))
        .await?;
    if !found.is_empty() {
        return Ok(());
    }
    if !may_write {
        return Err(missing_store(&inner.store));
    }
    let create =
        Sql::composed("insert into tracking.store (store) values ($1) on conflict do nothing");
    let create = create.with_text(inner.store.as_str());
    connection.query(&create).await.map(drop)
}

/// The names of the stores, sorted.
pub(crate) async fn store_names(inner: Arc<Inner>, place: String) -> Result<Vec<StoreName>> {
    let connection = inner.connection().await?;
    migrate(&connection, &place, false).await?;
    let sql = Sql::composed("select store from tracking.store order by store");
    let rows = connection.query(&sql).await?;
    let mut names = Vec::with_capacity(rows.len());
    for row in rows {
        names.push(StoreName::new(row.try_get::<_, String>(0)?)?);
    }
    Ok(names)
}

/// The tables that hold rows of a store, its own row last.
const TABLES: &[&str] = &[
    "key",
    "track",
    "run",
    "checkpoint",
    "batch",
    "change",
    "feed_epoch",
    "field_index",
    "store",
];

/// Removes a store with everything that it holds; repeats it where the server asks for that.
pub(crate) async fn remove_store(inner: Arc<Inner>) -> Result<()> {
    repeat_while(StoreError::is_conflict, || remove_store_once(&inner)).await
}

async fn remove_store_once(inner: &Inner) -> Result<()> {
    let connection = inner.connection().await?;
    let settings = &inner.pool.settings;
    let indexed = fields::read(&connection.query(&fields::select(&inner.store)).await?)?;
    let lock = Sql::composed("select 1 from tracking.store where store = $1 for update");
    let lock = [lock.with_text(inner.store.as_str())];
    let opening = opening(settings.lock_timeout);
    let locked = connection.begin(&opening, &lock, settings.locking_timeout());
    let is_there = locked.await?.iter().any(|rows| !rows.is_empty());
    let removed = if is_there {
        delete_rows(&connection, &inner.store).await
    } else {
        Err(missing_store(&inner.store))
    };
    if let Err(error) = removed {
        connection.roll_back().await;
        return Err(error);
    }
    connection.commit(&[]).await?;
    // The store is gone. An index that stays has no rows, and goes when a store of this name
    // declares one again.
    let _kept_indexes = remove_indexes(&connection, &inner.store, indexed.into_values()).await;
    Ok(())
}

async fn delete_rows(connection: &Connection, store: &str) -> Result<()> {
    for table in TABLES {
        let delete = Sql::composed(format!("delete from tracking.{table} where store = $1"));
        connection.query_long(&delete.with_text(store)).await?;
    }
    Ok(())
}

async fn remove_indexes(
    connection: &Connection,
    store: &str,
    numbers: impl Iterator<Item = i64>,
) -> Result<()> {
    for number in numbers {
        fields::remove(connection, store, number).await?;
    }
    Ok(())
}

/// The error for a change of a store that is opened for reading only.
pub(crate) fn refuse_change(place: &str) -> CoreResult<()> {
    let what = format!("change {place}: it is opened for reading only");
    Err(Error::read_only(what, None))
}
