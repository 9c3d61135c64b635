//! Building and removing the indexes on data fields.

use std::collections::BTreeMap;

use tracking_core::Field;

use crate::conditions::{VALUE_CHARS, field_text, quoted};
use crate::connection::Connection;
use crate::error::Result;
use crate::fields;
use crate::partitions::TrackTable;
use crate::range_index;
use crate::short_lock::{unless_locked, with_short_lock};
use crate::statement::Sql;

/// Tables of so many pages or more are indexed without blocking those who write, which takes
/// longer and cannot be taken back half-way.
const LARGE_TABLE_PAGES: i64 = 10_000;

/// One of the two indexes of a field.
struct FieldIndex {
    name: String,
    expression: String,
    /// Which tracks are in it.
    condition: String,
}

impl FieldIndex {
    /// That by text, and that by number.
    fn both(store: &str, field: &Field, number: i64) -> [Self; 2] {
        let [by_text, by_number] = index_names(store, number);
        let text = field_text("data", field);
        let value = format!("tracking.number({text})");
        let store = quoted(store);
        [
            Self {
                name: by_text,
                expression: format!("left({text}, {VALUE_CHARS})"),
                condition: format!("store = {store} and {text} is not null"),
            },
            Self {
                name: by_number,
                condition: format!("store = {store} and {value} is not null"),
                expression: value,
            },
        ]
    }

    /// What it has of a table.
    fn definition(&self) -> String {
        let (expression, condition) = (&self.expression, &self.condition);
        format!("(({expression}), time, id) where {condition}")
    }

    async fn create(
        &self,
        connection: &Connection,
        table: &TrackTable,
        is_large: bool,
    ) -> Result<()> {
        let (name, definition, table_name) = (&self.name, self.definition(), &table.name);
        let create = |how: &str| {
            format!("create index {how} if not exists {name} on tracking.{table_name} {definition}")
        };
        if !is_large {
            return with_short_lock(connection, &create("")).await;
        }
        if !table.has_ranges {
            return connection.execute_long(&create("concurrently")).await;
        }
        let of_table =
            format!("create index if not exists {name} on only tracking.{table_name} {definition}");
        with_short_lock(connection, &of_table).await?;
        range_index::create(connection, &table.name, name, &definition).await
    }

    async fn rebuild(
        &self,
        connection: &Connection,
        table: &TrackTable,
        is_large: bool,
    ) -> Result<()> {
        let names = if table.has_ranges {
            range_index::names(connection, &self.name).await?
        } else {
            vec![self.name.clone()]
        };
        for name in names {
            if is_large {
                let text = format!("reindex index concurrently tracking.{name}");
                connection.execute_long(&text).await?;
            } else {
                let text = format!("reindex index tracking.{name}");
                with_short_lock(connection, &text).await?;
            }
        }
        Ok(())
    }

    /// Lets the server learn which values a field has, which it does not take from an index with a
    /// condition. They have the name of the index, and are read when the table is analyzed.
    async fn add_statistics(&self, connection: &Connection, table: &TrackTable) -> Result<()> {
        let (name, expression) = (&self.name, &self.expression);
        let is_missing = Sql::composed(
            "select not exists (select from pg_statistic_ext where stxname = $1 \
             and stxnamespace = 'tracking'::regnamespace)",
        );
        let rows = connection
            .query(&is_missing.with_text(name.as_str()))
            .await?;
        let is_missing = rows.first().map(|row| row.try_get(0)).transpose()?;
        if is_missing != Some(true) {
            return Ok(());
        }
        let create = |name: &str, table: &str| {
            format!("create statistics tracking.{name} on ({expression}) from tracking.{table}")
        };
        let mut all = vec![create(name, &table.name)];
        if table.has_ranges {
            // Ranges that are created later have them from the start.
            let parts = range_index::parts(connection, &table.name, name).await?;
            all.extend(parts.iter().map(|part| create(&part.index, &part.table)));
        }
        unless_locked(with_short_lock(connection, &all.join("; ")).await)
    }
}

/// What the two indexes of a field are called: that by text, and that by number.
fn index_names(store: &str, number: i64) -> [String; 2] {
    [
        format!("track_field_{store}_{number}"),
        format!("track_number_{store}_{number}"),
    ]
}

/// Builds the indexes that are declared, and not there or not complete; `anew` rebuilds all of them.
pub(crate) async fn build(connection: &Connection, store: &str, anew: bool) -> Result<()> {
    let table = TrackTable::of_store(connection, store).await?;
    let state = Sql::composed(format!(
        "select c.relname::text, i.indisvalid from pg_index as i \
         join pg_class as c on c.oid = i.indexrelid \
         where i.indrelid = 'tracking.{}'::regclass",
        table.name
    ));
    let mut valid = BTreeMap::new();
    for row in connection.query(&state).await? {
        valid.insert(row.try_get::<_, String>(0)?, row.try_get::<_, bool>(1)?);
    }
    // Read afterwards: whatever index was there then, had been declared before.
    let declared = fields::read(&connection.query(&fields::select(store)).await?)?;
    remove_undeclared(connection, store, &declared, valid.keys()).await?;
    if declared.is_empty() {
        return Ok(());
    }
    let is_large = is_large(connection, &table).await?;
    for (field, number) in &declared {
        for index in FieldIndex::both(store, field, *number) {
            match valid.get(&index.name) {
                Some(true) if !anew => continue,
                Some(true) => index.rebuild(connection, &table, is_large).await?,
                other => {
                    if other.is_some() {
                        drop_one(connection, &index.name).await?;
                    }
                    index.create(connection, &table, is_large).await?;
                }
            }
            index.add_statistics(connection, &table).await?;
        }
    }
    Ok(())
}

async fn is_large(connection: &Connection, table: &TrackTable) -> Result<bool> {
    let size = Sql::composed(format!(
        "select ((pg_relation_size(t.oid) + coalesce((select sum(pg_relation_size(i.inhrelid)) \
         from pg_inherits as i where i.inhparent = t.oid), 0)) / 8192)::bigint \
         from pg_class as t where t.oid = 'tracking.{}'::regclass",
        table.name
    ));
    let rows = connection.query(&size).await?;
    let pages: Option<i64> = rows.first().map(|row| row.try_get(0)).transpose()?;
    Ok(pages.is_some_and(|pages| pages >= LARGE_TABLE_PAGES))
}

/// Removes indexes of the store that [`remove`] could not.
async fn remove_undeclared(
    connection: &Connection,
    store: &str,
    fields: &BTreeMap<Field, i64>,
    there: impl Iterator<Item = &String>,
) -> Result<()> {
    for name in there {
        let number = ["track_field_", "track_number_"].iter().find_map(|start| {
            let rest = name.strip_prefix(start)?.strip_prefix(store)?;
            rest.strip_prefix('_')?.parse::<i64>().ok()
        });
        if let Some(number) = number
            && !fields.values().any(|declared| *declared == number)
        {
            remove(connection, store, number).await?;
        }
    }
    Ok(())
}

async fn drop_one(connection: &Connection, name: &str) -> Result<()> {
    let text = format!("drop index if exists tracking.{name}");
    with_short_lock(connection, &text).await
}

/// Removes the indexes of a field. One that is in use for too long stays: it does no harm, and
/// [`remove_undeclared`] removes it later.
pub(crate) async fn remove(connection: &Connection, store: &str, number: i64) -> Result<()> {
    for name in index_names(store, number) {
        let mut statistics = range_index::statistics(connection, &name).await?;
        statistics.push(name.clone());
        let statistics = statistics
            .iter()
            .map(|name| format!("drop statistics if exists tracking.{name}"));
        let statistics: Vec<String> = statistics.collect();
        unless_locked(with_short_lock(connection, &statistics.join("; ")).await)?;
        unless_locked(drop_one(connection, &name).await)?;
    }
    Ok(())
}
