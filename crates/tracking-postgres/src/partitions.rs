//! The partitions of the table of tracks, in a database whose tables were created with them.
//!
//! Each store has a partition of its own. That of a store with ranges is partitioned further, by the ids of its
//! tracks ([`ranges`](crate::ranges)).

use tracking_core::Error;

use crate::conditions::quoted;
use crate::connection::Connection;
use crate::error::{Result, StoreError};
use crate::partition_names::store_partition;
use crate::ranges::IdRange;
use crate::short_lock::{unless_locked, with_short_lock};
use crate::statement::Sql;

/// Whether the table of tracks is partitioned.
pub(crate) async fn are_there(connection: &Connection) -> Result<bool> {
    Ok(has_ranges(connection, "track").await? == Some(true))
}

/// Whether a table is partitioned; nothing where there is no such table.
async fn has_ranges(connection: &Connection, table: &str) -> Result<Option<bool>> {
    let sql = Sql::composed("select relkind = 'p' from pg_class where oid = to_regclass($1)");
    let rows = connection
        .query(&sql.with_text(format!("tracking.{table}")))
        .await?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}

/// The table that has the tracks of a store, and its indexes on data fields.
pub(crate) struct TrackTable {
    pub(crate) name: String,
    /// Whether it is the partition of the store.
    is_partition: bool,
    /// Whether it is partitioned by id.
    pub(crate) has_ranges: bool,
}

impl TrackTable {
    pub(crate) async fn of_store(connection: &Connection, store: &str) -> Result<Self> {
        let name = store_partition(store);
        Ok(match has_ranges(connection, &name).await? {
            Some(has_ranges) => Self {
                name,
                is_partition: true,
                has_ranges,
            },
            None => Self {
                name: "track".to_owned(),
                is_partition: false,
                has_ranges: false,
            },
        })
    }
}

/// The error for a store that is to have other partitions than it has.
pub(crate) fn check_size(store: &str, is: Option<i64>, wanted: Option<i64>) -> Result<()> {
    let Some(wanted) = wanted.filter(|_| is != wanted) else {
        return Ok(());
    };
    let what = match is {
        Some(size) => format!("the store {store:?} has partitions of {size} ids"),
        None => format!("the store {store:?} has no partitions by id"),
    };
    let reason = format!(
        "{what}, which was fixed when it was created; leave this out, or copy the store into a new one"
    );
    Err(Error::invalid_name("partition_every", wanted.to_string(), reason).into())
}

/// The error for a store that is to have partitions in a database without them.
pub(crate) fn unpartitioned(wanted: i64) -> StoreError {
    let reason = "the tables of this database were created without partitions; open a store of a new \
                  database with it, and copy what you have into that store";
    Error::invalid_name("partition_every", wanted.to_string(), reason).into()
}

/// Creates the partition of a new store.
pub(crate) async fn create(connection: &Connection, store: &str, has_ranges: bool) -> Result<()> {
    let name = store_partition(store);
    let (by_id, range) = if has_ranges {
        ("partition by range (id)", IdRange::ALL.create(store))
    } else {
        ("", String::new())
    };
    let value = quoted(store);
    // A store of this name may have left its partition, empty.
    let text = format!(
        "drop table if exists tracking.{name}; \
         create table tracking.{name} (like tracking.track) {by_id}; \
         alter table tracking.track attach partition tracking.{name} for values in ({value}); {range}"
    );
    connection.execute_long(&text).await
}

/// Removes the partition of a store that was removed. One that is in use for too long stays, empty.
pub(crate) async fn remove(connection: &Connection, table: &TrackTable) -> Result<()> {
    if !table.is_partition {
        return Ok(());
    }
    let text = format!("drop table if exists tracking.{}", table.name);
    unless_locked(with_short_lock(connection, &text).await)
}
