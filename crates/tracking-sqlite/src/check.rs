//! Looking for what is wrong in a file.

use std::fmt;

use rusqlite::Connection;
use tracking_core::{Data, Result};

use crate::error::Done;
use crate::fields::{index_name, indexed};
use crate::rows::{timestamp, track_id};
use crate::sql::Statements;
use crate::store_name::StoreName;
use crate::{SqliteStorage, schema};

/// Something wrong in a file, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Rows that no version of this store leaves behind, and what is wrong with them. The first column
/// tells which.
const ODD: &[(&str, &str)] = &[
    (
        "user {} has a name but no tracks",
        "select id from $user as u where not exists \
        (select 1 from $track indexed by ix_$track_user where user = u.id)",
    ),
    (
        "task {} has a name but neither tracks nor runs",
        "select id from $task as k where not exists \
        (select 1 from $track indexed by ix_$track_task where task = k.id) and not exists \
        (select 1 from $run where task = k.id)",
    ),
    (
        "task {} has a current run that is finished or another task's",
        "select k.id from $task as k \
        join $run as r on r.id = k.current_run where r.finished or r.task is not k.id",
    ),
    (
        "run {} has an id below 1",
        "select id from $run where id < 1",
    ),
    (
        "run {} starts or ends beyond the years 0 to 9999",
        "select id from $run where \
        start not between -62167219200000000 and 253402300799999999 or \
        \"end\" not between -62167219200000000 and 253402300799999999",
    ),
];

/// How many faults of a kind are told.
const MOST: usize = 10;

impl SqliteStorage {
    /// Looks for what is wrong: damage to the file, and in this store tables that lack or are
    /// changed, references to what is not there, and rows that no version of it writes.
    ///
    /// It reads the whole file, as it is at one moment. Indexes that lack or do not fit their
    /// table are made anew by [`reindex`](tracking_core::TrackingStorage::reindex).
    ///
    /// # Errors
    ///
    /// [`Error::Backend`](tracking_core::Error::Backend) where the file is damaged so much that it
    /// cannot even be looked at.
    pub fn check(&self) -> Result<Vec<Fault>> {
        self.read_at_once(|reader, sql| all(&reader.connection, sql, self.store_name()))
    }
}

fn all(connection: &Connection, sql: &Statements, store: &StoreName) -> Done<Vec<Fault>> {
    let mut faults = Vec::new();
    damage(connection, &mut faults)?;
    tables(connection, sql, store, &mut faults)?;
    // Without its tables and indexes, asking more would only fail.
    if faults.is_empty() {
        references(connection, sql, &mut faults)?;
        rows(connection, sql, &mut faults)?;
        tracks(connection, sql, &mut faults)?;
    }
    Ok(faults)
}

/// What the database itself finds.
fn damage(connection: &Connection, faults: &mut Vec<Fault>) -> Done<()> {
    let mut statement = connection.prepare("pragma integrity_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        if text != "ok" {
            faults.push(Fault(text));
        }
    }
    Ok(())
}

/// Tables, indexes, triggers and views that lack or are not as they were made.
fn tables(
    connection: &Connection,
    sql: &Statements,
    store: &StoreName,
    faults: &mut Vec<Fault>,
) -> Done<()> {
    let fresh = schema::fresh(store)?;
    let mut made = fresh.prepare(
        "select type, name, sql from sqlite_schema where sql is not null \
         and name not like 'sqlite#_%' escape '#'",
    )?;
    let mut there =
        connection.prepare("select sql from sqlite_schema where type = ?1 and name = ?2")?;
    let mut rows = made.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name, text): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let mut found = there.query([&kind, &name])?;
        match found.next()? {
            None => faults.push(Fault(format!("the {kind} {name} lacks"))),
            Some(row) if row.get::<_, String>(0)? != text => {
                faults.push(Fault(format!("the {kind} {name} has been changed")));
            }
            Some(_) => {}
        }
    }
    for (field, number) in indexed(connection, sql)? {
        let name = index_name(sql, number);
        if there.query(["index", &name])?.next()?.is_none() {
            faults.push(Fault(format!(
                "the index {name} of the field {field} lacks"
            )));
        }
    }
    Ok(())
}

/// References to rows that are not there.
fn references(connection: &Connection, sql: &Statements, faults: &mut Vec<Fault>) -> Done<()> {
    for table in ["task", "run", "track", "key"] {
        let text = format!("pragma foreign_key_check({}{table})", sql.prefix);
        let mut statement = connection.prepare(&text)?;
        let mut rows = statement.query([])?;
        for _ in 0..MOST {
            let Some(row) = rows.next()? else { break };
            let (number, to): (Option<i64>, String) = (row.get(1)?, row.get(2)?);
            let which = number.map_or_else(String::new, |number| format!(" {number}"));
            faults.push(Fault(format!(
                "{table}{which} refers to a {to} that is not there"
            )));
        }
    }
    Ok(())
}

fn rows(connection: &Connection, sql: &Statements, faults: &mut Vec<Fault>) -> Done<()> {
    for (what, text) in ODD {
        let mut statement = connection.prepare(&text.replace('$', &sql.prefix))?;
        let mut rows = statement.query([])?;
        for _ in 0..MOST {
            let Some(row) = rows.next()? else { break };
            let id: i64 = row.get(0)?;
            faults.push(Fault(what.replace("{}", &id.to_string())));
        }
    }
    Ok(())
}

/// Tracks with a number, a time or data that none can have.
fn tracks(connection: &Connection, sql: &Statements, faults: &mut Vec<Fault>) -> Done<()> {
    let mut statement =
        connection.prepare(&format!("select id, time, data from {}track", sql.prefix))?;
    let mut rows = statement.query([])?;
    let mut found = 0;
    while found < MOST
        && let Some(row) = rows.next()?
    {
        let (id, time, data): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let why = if track_id(id).is_err() {
            "has an id below 1"
        } else if timestamp(time).is_err() {
            "has a time beyond the years 0 to 9999"
        } else if data
            .parse::<Data>()
            .map_or(true, |read| read.as_str() != data)
        {
            "has data that is no JSON object in canonical form (no white space, keys sorted)"
        } else {
            continue;
        };
        found += 1;
        faults.push(Fault(format!("track {id} {why}")));
    }
    Ok(())
}
