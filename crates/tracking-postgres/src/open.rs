//! Opening, listing and removing stores.

use std::sync::Arc;

use tokio_postgres::types::Type;
use tracking_core::{Error, Result as CoreResult};

use crate::config::Settings;
use crate::connection::Connection;
use crate::error::{Result, StoreError};
use crate::field_index;
use crate::fields;
use crate::inner::{Inner, repeat_while};
use crate::migrate::{Upgrade, migrate};
use crate::partitions::{self, TrackTable};
use crate::ranges;
use crate::statement::Sql;
use crate::transaction::{missing_store, opening};
use tracking_core::StoreName;

/// Sees that tables and store are there; creates them where they may be written.
pub(crate) async fn prepare(inner: Arc<Inner>, place: String) -> Result<()> {
    let connection = inner.connection().await?;
    let settings = &inner.pool.settings;
    let step = if settings.reads_only {
        Upgrade::Refused
    } else {
        let has_partitions = settings.partition_every.is_some();
        Upgrade::Allowed { has_partitions }
    };
    migrate(&connection, &place, step).await?;
    let mut size = partition_size(&connection, &inner.store).await?;
    if size.is_none() {
        if settings.reads_only {
            return Err(missing_store(&inner.store));
        }
        create_store(&connection, &inner.store, settings).await?;
        // Another program may have created it in another way.
        size = partition_size(&connection, &inner.store).await?;
    }
    partitions::check_size(&inner.store, size.flatten(), settings.partition_every)?;
    if let Some(size) = size.flatten() {
        inner.partition_every.get_or_init(|| size);
        if !settings.reads_only {
            ranges::extend(&connection, &inner.store, size).await;
        }
    }
    Ok(())
}

/// How many ids a partition of a store covers, if it has ranges; nothing where there is no such store.
async fn partition_size(connection: &Connection, store: &str) -> Result<Option<Option<i64>>> {
    let find = Sql::composed("select partition_every from tracking.store where store = $1");
    let found = connection.query(&find.with_text(store)).await?;
    Ok(found.first().map(|row| row.try_get(0)).transpose()?)
}

/// Creates a store, with its partition where the tables have partitions.
async fn create_store(connection: &Connection, store: &str, settings: &Settings) -> Result<()> {
    let size = settings.partition_every;
    let has_partitions = partitions::are_there(connection).await?;
    if let Some(size) = size.filter(|_| !has_partitions) {
        return Err(partitions::unpartitioned(size));
    }
    let create = Sql::composed(
        "insert into tracking.store (store, partition_every) values ($1, $2) \
         on conflict do nothing returning 1",
    );
    let create = create.with_text(store).with(size, Type::INT8);
    if !has_partitions {
        return connection.query(&create).await.map(drop);
    }
    let opening = opening(settings.lock_timeout);
    let limit = settings.locking_timeout();
    let created = connection.begin(&opening, &[create], limit).await?;
    if created.iter().all(Vec::is_empty) {
        connection.roll_back().await;
        return Ok(());
    }
    if let Err(error) = partitions::create(connection, store, size.is_some()).await {
        connection.roll_back().await;
        return Err(error);
    }
    connection.commit(&[]).await
}

/// The names of the stores, sorted.
pub(crate) async fn store_names(inner: Arc<Inner>, place: String) -> Result<Vec<StoreName>> {
    let connection = inner.connection().await?;
    migrate(&connection, &place, Upgrade::Refused).await?;
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
    let table = TrackTable::of_store(&connection, &inner.store).await?;
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
    let _kept_partition = partitions::remove(&connection, &table).await;
    Ok(())
}

async fn delete_rows(connection: &Connection, store: &str) -> Result<()> {
    ranges::drop_all(connection, store).await?;
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
        field_index::remove(connection, store, number).await?;
    }
    Ok(())
}

/// The error for a change of a store that is opened for reading only.
pub(crate) fn refuse_change(place: &str) -> CoreResult<()> {
    let what = format!("change {place}: it is opened for reading only");
    Err(Error::read_only(what, None))
}
