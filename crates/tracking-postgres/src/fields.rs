//! Data fields, and the indexes on some of them.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tracking_core::Field;

use crate::conditions::{VALUE_CHARS, field_text, quoted};
use crate::connection::Connection;
use crate::error::{Result, corrupt_row};
use crate::statement::Sql;
use crate::transaction::opening;

/// Tables of so many pages or more are indexed without blocking those who write, which takes
/// longer and cannot be taken back half-way.
const LARGE_TABLE_PAGES: i32 = 10_000;

/// The fields that have an index.
pub(crate) fn select(store: &str) -> Sql {
    Sql::fixed("select field, number from tracking.field_index where store = $1").with_text(store)
}

/// The fields that have an index, and the numbers of these.
pub(crate) fn read(rows: &[Row]) -> Result<BTreeMap<Field, i64>> {
    let mut fields = BTreeMap::new();
    for row in rows {
        let (text, number): (&str, i64) = (row.try_get(0)?, row.try_get(1)?);
        let keys: Vec<String> = serde_json::from_str(text)
            .map_err(|error| corrupt_row("field_index", number, error.to_string()))?;
        fields.insert(Field::path(keys), number);
    }
    Ok(fields)
}

/// Says that a field has an index; the index itself is [built](build) afterwards.
pub(crate) fn insert(store: &str, field: &Field, number: i64) -> Sql {
    let keys: Vec<&str> = field.keys().collect();
    Sql::fixed("insert into tracking.field_index (store, field, number) values ($1, $2, $3)")
        .with_text(store)
        .with_text(serde_json::Value::from(keys).to_string())
        .with_int(number)
}

pub(crate) fn delete(store: &str, number: i64) -> Sql {
    Sql::fixed("delete from tracking.field_index where store = $1 and number = $2")
        .with_text(store)
        .with_int(number)
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
    let state = Sql::composed(
        "select c.relname::text, i.indisvalid from pg_index as i \
         join pg_class as c on c.oid = i.indexrelid \
         where i.indrelid = 'tracking.track'::regclass",
    );
    let mut valid = BTreeMap::new();
    for row in connection.query(&state).await? {
        valid.insert(row.try_get::<_, String>(0)?, row.try_get::<_, bool>(1)?);
    }
    // Read afterwards: whatever index was there then, had been declared before.
    let fields = read(&connection.query(&select(store)).await?)?;
    remove_undeclared(connection, store, &fields, valid.keys()).await?;
    if fields.is_empty() {
        return Ok(());
    }
    let concurrently = concurrently(connection).await?;
    for (field, number) in &fields {
        let names = index_names(store, *number);
        for (name, (expression, condition)) in names.iter().zip(expressions(field)) {
            let text = match valid.get(name) {
                Some(true) if !anew => continue,
                Some(true) => format!("reindex index {concurrently} tracking.{name}"),
                other => {
                    if other.is_some() {
                        drop_one(connection, name).await?;
                    }
                    format!(
                        "create index {concurrently} if not exists {name} on tracking.track \
                         (({expression}), time, id) where store = {} and {condition}",
                        quoted(store)
                    )
                }
            };
            if concurrently.is_empty() {
                with_short_lock(connection, &text).await?;
            } else {
                connection.execute_long(&text).await?;
            }
            add_statistics(connection, name, &expression).await?;
        }
    }
    Ok(())
}

/// Lets the server learn which values a field has, which it does not take from an index with a
/// condition. They have the name of the index, and are read when the table is analyzed.
async fn add_statistics(connection: &Connection, index: &str, expression: &str) -> Result<()> {
    let knows = Sql::composed(
        "select current_setting('server_version_num')::int >= 140000 and not exists \
         (select from pg_statistic_ext where stxname = $1 \
         and stxnamespace = 'tracking'::regnamespace)",
    );
    let rows = connection.query(&knows.with_text(index)).await?;
    let is_missing = rows.first().map(|row| row.try_get(0)).transpose()?;
    if is_missing != Some(true) {
        return Ok(());
    }
    let text = format!("create statistics tracking.{index} on ({expression}) from tracking.track");
    unless_locked(with_short_lock(connection, &text).await)
}

/// Takes it for done where a lock was not free: what was left out does no harm.
fn unless_locked(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if error.sql_state() == Some(&SqlState::LOCK_NOT_AVAILABLE) => Ok(()),
        done => done,
    }
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

/// How often a lock is tried for, and how long each time: whoever waits for a lock on a table makes
/// all others wait behind it.
const LOCK_ATTEMPTS: u32 = 20;
const SHORT_LOCK: Duration = Duration::from_millis(200);
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Runs a statement that locks a table, in many short attempts.
async fn with_short_lock(connection: &Connection, text: &str) -> Result<()> {
    let opening = opening(SHORT_LOCK);
    let mut attempt = 1;
    loop {
        let Err(error) = connection.execute_in_transaction(&opening, text).await else {
            return Ok(());
        };
        let is_locked =
            error.is_conflict() || error.sql_state() == Some(&SqlState::LOCK_NOT_AVAILABLE);
        if attempt >= LOCK_ATTEMPTS || !is_locked {
            return Err(error);
        }
        tokio::time::sleep(LOCK_PAUSE * attempt).await;
        attempt += 1;
    }
}

async fn drop_one(connection: &Connection, name: &str) -> Result<()> {
    let text = format!("drop index if exists tracking.{name}");
    with_short_lock(connection, &text).await
}

/// Removes the indexes of a field. One that is in use for too long stays: it does no harm, and
/// [`remove_undeclared`] removes it later.
pub(crate) async fn remove(connection: &Connection, store: &str, number: i64) -> Result<()> {
    for name in index_names(store, number) {
        let statistics = format!("drop statistics if exists tracking.{name}");
        unless_locked(with_short_lock(connection, &statistics).await)?;
        unless_locked(drop_one(connection, &name).await)?;
    }
    Ok(())
}

async fn concurrently(connection: &Connection) -> Result<&'static str> {
    let size = Sql::composed(
        "select (pg_relation_size(oid) / 8192)::int from pg_class \
         where oid = 'tracking.track'::regclass",
    );
    let rows = connection.query(&size).await?;
    let pages: i32 = match rows.first() {
        Some(row) => row.try_get(0)?,
        None => 0,
    };
    Ok(if pages >= LARGE_TABLE_PAGES {
        "concurrently"
    } else {
        ""
    })
}

/// The expression of each of the two indexes, and which tracks are in it.
fn expressions(field: &Field) -> [(String, String); 2] {
    let text = field_text("data", field);
    let number = format!("tracking.number({text})");
    [
        (
            format!("left({text}, {VALUE_CHARS})"),
            format!("{text} is not null"),
        ),
        (number.clone(), format!("{number} is not null")),
    ]
}
