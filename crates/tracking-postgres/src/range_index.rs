//! The parts that an index on a data field has, one for each range of the store.
//!
//! PostgreSQL builds an index on a partitioned table in one step only. So that nobody who writes has to wait, the
//! index of the store is declared first, and then its parts are built `concurrently`.

use crate::connection::Connection;
use crate::error::Result;
use crate::short_lock::with_short_lock;
use crate::statement::Sql;

/// What a range has of an index of its store.
pub(crate) struct Part {
    /// The range.
    pub(crate) table: String,
    /// What its index is called, if this program creates it; statistics of the range have the same name.
    pub(crate) index: String,
    /// Whether the range has it, under this name or another one.
    is_there: bool,
}

/// The parts of an index, one for each range of a store's partition.
pub(crate) async fn parts(connection: &Connection, table: &str, index: &str) -> Result<Vec<Part>> {
    let sql = Sql::composed(
        "select c.relname::text, 'track_leaf_' || x.oid || '_' || c.oid, exists (select from pg_inherits as i \
         join pg_index as l on l.indexrelid = i.inhrelid where i.inhparent = x.oid and l.indrelid = c.oid) \
         from pg_class as x, pg_inherits as p join pg_class as c on c.oid = p.inhrelid \
         where x.oid = to_regclass('tracking.' || $2) and p.inhparent = to_regclass('tracking.' || $1)",
    );
    let rows = connection
        .query(&sql.with_text(table).with_text(index))
        .await?;
    let mut parts = Vec::with_capacity(rows.len());
    for row in rows {
        parts.push(Part {
            table: row.try_get(0)?,
            index: row.try_get(1)?,
            is_there: row.try_get(2)?,
        });
    }
    Ok(parts)
}

/// Builds the parts of an index that are not there, while others write.
pub(crate) async fn create(
    connection: &Connection,
    table: &str,
    index: &str,
    definition: &str,
) -> Result<()> {
    for part in parts(connection, table, index).await? {
        if part.is_there {
            continue;
        }
        let (range, name) = (part.table, part.index);
        // One that was not completed may be there.
        with_short_lock(connection, &format!("drop index if exists tracking.{name}")).await?;
        let create = format!("create index concurrently {name} on tracking.{range} {definition}");
        connection.execute_long(&create).await?;
        let attach = format!("alter index tracking.{index} attach partition tracking.{name}");
        with_short_lock(connection, &attach).await?;
    }
    Ok(())
}

/// The names of the parts of an index.
pub(crate) async fn names(connection: &Connection, index: &str) -> Result<Vec<String>> {
    let sql = Sql::composed(
        "select c.relname::text from pg_inherits as i join pg_class as c on c.oid = i.inhrelid \
         where i.inhparent = to_regclass('tracking.' || $1) order by c.oid",
    );
    let rows = connection.query(&sql.with_text(index)).await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?)
}

/// The names of the statistics that ranges have on what the statistics with the name of an index are on.
pub(crate) async fn statistics(connection: &Connection, index: &str) -> Result<Vec<String>> {
    let sql = Sql::composed(
        "select r.stxname::text from pg_statistic_ext as s join pg_inherits as i on i.inhparent = s.stxrelid \
         join pg_statistic_ext as r on r.stxrelid = i.inhrelid \
         where s.stxname = $1 and s.stxnamespace = 'tracking'::regnamespace \
         and pg_get_statisticsobjdef_expressions(r.oid) = pg_get_statisticsobjdef_expressions(s.oid)",
    );
    let rows = connection.query(&sql.with_text(index)).await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?)
}
