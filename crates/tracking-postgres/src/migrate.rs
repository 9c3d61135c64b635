//! Creating and upgrading the tables.

use tokio_postgres::types::Type;
use tracking_core::Error;

use crate::connection::Connection;
use crate::error::{Result, StoreError};
use crate::events;
use crate::statement::Sql;

/// What makes the tables of each version of those of the version before.
const STEPS: &[&str] = &[
    include_str!("schema/v1.sql"),
    include_str!("schema/v2.sql"),
    include_str!("schema/v3.sql"),
    include_str!("schema/v4.sql"),
];

/// What makes the new table of tracks a partitioned one.
const PARTITIONED: &str = include_str!("schema/partitioned.sql");

/// The version of the tables that this program reads and writes.
const VERSION: i32 = 4;

/// The earliest version of the server, as it counts itself. Before, it has no statistics of expressions, without
/// which it takes every value of a field for frequent.
const MIN_SERVER: i32 = 140_000;

/// Keeps two programs from upgrading at once; the number means nothing.
const LOCK: i64 = 0x7472_6163_6b69_6e67;

/// What to do where the tables are missing or have an earlier version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upgrade {
    /// Report it.
    Refused,
    /// Create or upgrade them; new ones with partitions or without.
    Allowed { has_partitions: bool },
}

/// Sees that the tables are those of this version, and upgrades them where they may be written.
pub(crate) async fn migrate(connection: &Connection, place: &str, step: Upgrade) -> Result<()> {
    check_server(connection, place).await?;
    let version = version(connection).await?;
    match version.cmp(&VERSION) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => {
            Err(Error::newer_version(place, version.into(), VERSION.into()).into())
        }
        std::cmp::Ordering::Less if let Upgrade::Allowed { has_partitions } = step => {
            upgrade(connection, place, has_partitions).await
        }
        std::cmp::Ordering::Less if version == 0 => Err(Error::not_found(
            format!("the tables in {place}; open it for writing once to create them"),
            None,
        )
        .into()),
        std::cmp::Ordering::Less => Err(Error::needs_upgrade(place).into()),
    }
}

async fn check_server(connection: &Connection, place: &str) -> Result<()> {
    let sql = Sql::composed(
        "select current_setting('server_version_num')::int, current_setting('server_encoding')",
    );
    let rows = connection.query(&sql).await?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    match unusable(row.try_get(0)?, row.try_get(1)?) {
        Some(reason) => Err(Error::foreign_format(place, reason, None).into()),
        None => Ok(()),
    }
}

/// Why a database cannot have the tables, if so.
fn unusable(version: i32, encoding: &str) -> Option<String> {
    if version < MIN_SERVER {
        let (is, needed) = (version / 10_000, MIN_SERVER / 10_000);
        return Some(format!(
            "its server is PostgreSQL {is}, and {needed} or later is needed"
        ));
    }
    (encoding != "UTF8").then(|| format!("its encoding is {encoding}, and UTF8 is needed"))
}

/// The version of the tables; 0 where there are none.
async fn version(connection: &Connection) -> Result<i32> {
    // A look at the catalog itself, since what the server remembers of it may be old.
    let sql = Sql::composed(
        "select exists (select from pg_class as c join pg_namespace as n on n.oid = c.relnamespace \
         where n.nspname = 'tracking' and c.relname = 'schema_version')",
    );
    let rows = connection.query(&sql).await?;
    let is_there = match rows.first() {
        Some(row) => row.try_get(0)?,
        None => false,
    };
    if !is_there {
        return Ok(0);
    }
    let sql = Sql::composed("select version from tracking.schema_version");
    let rows = connection.query(&sql).await?;
    Ok(match rows.first() {
        Some(row) => row.try_get(0)?,
        None => 0,
    })
}

async fn upgrade(connection: &Connection, place: &str, has_partitions: bool) -> Result<()> {
    let opening = format!(
        "begin isolation level read committed read write; select pg_advisory_xact_lock({LOCK})"
    );
    connection
        .begin(&opening, &[], connection.answer_timeout)
        .await?;
    match upgrade_locked(connection, place, has_partitions).await {
        Ok(from) => {
            connection.commit(&[]).await?;
            if from < VERSION {
                events::migrated(place, from, VERSION);
            }
            Ok(())
        }
        Err(error) => {
            connection.roll_back().await;
            Err(error)
        }
    }
}

/// Upgrades the tables, and gives the version that they had.
async fn upgrade_locked(connection: &Connection, place: &str, has_partitions: bool) -> Result<i32> {
    // Another program may have done it meanwhile.
    let version = version(connection).await?;
    let Ok(done) = usize::try_from(version) else {
        return Err(newer(place, version));
    };
    let Some(steps) = STEPS.get(done..) else {
        return Err(newer(place, version));
    };
    if steps.is_empty() {
        return Ok(version);
    }
    if version == 0 {
        connection
            .execute_long(
                "create schema if not exists tracking; \
                 create table tracking.schema_version (version integer not null)",
            )
            .await?;
    }
    for step in steps {
        connection.execute_long(step).await?;
    }
    if version == 0 && has_partitions {
        connection.execute_long(PARTITIONED).await?;
    }
    connection
        .execute("delete from tracking.schema_version")
        .await?;
    let insert = Sql::composed("insert into tracking.schema_version (version) values ($1)")
        .with(VERSION, Type::INT4);
    connection.query(&insert).await?;
    Ok(version)
}

fn newer(place: &str, version: i32) -> StoreError {
    Error::newer_version(place, version.into(), VERSION.into()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_refused_for_its_version_or_the_encoding_of_the_database() {
        assert_eq!(unusable(140_000, "UTF8"), None);
        assert_eq!(unusable(180_004, "UTF8"), None);
        let reason = "its server is PostgreSQL 13, and 14 or later is needed";
        assert_eq!(unusable(130_023, "UTF8").unwrap(), reason);
        let reason = "its encoding is LATIN1, and UTF8 is needed";
        assert_eq!(unusable(150_000, "LATIN1").unwrap(), reason);
    }
}
