//! Checks the integrity of a file.

use std::fmt;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};
use tracking_core::{CheckpointName, Data, Field, Key, Result, TaskId, UserName};

use crate::check_counts::check_counts;
use crate::error::StoreResult;
use crate::fields::{index_name, indexed, is_expressible};
use crate::rows::{timestamp, track_id};
use crate::sql::Statements;
use crate::{SqliteStorage, schema};
use tracking_core::StoreName;

/// A problem in a file, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrityIssue(String);

impl fmt::Display for IntegrityIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Queries for invalid rows, which no version of this store writes, and what is wrong with them.
/// The first column is the id of the row.
const INVALID_ROWS: &[(&str, &str)] = &[
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

/// Tables whose ids are never reused.
const COUNTED_TABLES: [&str; 2] = ["task", "user"];

/// At most this many problems of a kind are reported.
const MAX_ISSUES_PER_KIND: usize = 10;

impl SqliteStorage {
    /// Finds damage to the file, and in this store missing or changed tables, dangling references,
    /// and rows that no version of it writes.
    ///
    /// It reads the whole file, in one snapshot. Indexes that are missing or do not fit their table
    /// are rebuilt by [`reindex`](tracking_core::TrackingStorage::reindex).
    ///
    /// # Errors
    ///
    /// [`Error::Backend`](tracking_core::Error::Backend) where the file is damaged so much that it
    /// cannot even be looked at.
    pub fn check(&self) -> Result<Vec<IntegrityIssue>> {
        self.read_snapshot(|reader, sql| find_issues(&reader.connection, sql, self.store_name()))
    }
}

pub(crate) fn find_issues(
    connection: &Connection,
    sql: &Statements,
    store: &StoreName,
) -> StoreResult<Vec<IntegrityIssue>> {
    let mut issues = Vec::new();
    check_pages(connection, &mut issues)?;
    check_tables(connection, sql, store, &mut issues)?;
    // Without its tables and indexes, asking more would only fail.
    if issues.is_empty() {
        check_references(connection, sql, &mut issues)?;
        check_rows(connection, sql, &mut issues)?;
        check_counters(connection, sql, store, &mut issues)?;
        check_names(connection, sql, &mut issues)?;
        check_checkpoints(connection, sql, &mut issues)?;
        check_tracks(connection, sql, &mut issues)?;
        let counts = check_counts(connection, sql)?;
        issues.extend(counts.into_iter().map(IntegrityIssue));
    }
    Ok(issues)
}

/// Runs the integrity check of `SQLite`.
pub(crate) fn check_pages(
    connection: &Connection,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    let mut statement = connection.prepare("pragma integrity_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        if text != "ok" {
            issues.push(IntegrityIssue(text));
        }
    }
    Ok(())
}

/// Finds tables, indexes, triggers and views that are missing or changed.
fn check_tables(
    connection: &Connection,
    sql: &Statements,
    store: &StoreName,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    let fresh = schema::fresh(store)?;
    let mut statement = fresh.prepare(
        "select type, name, sql from sqlite_schema where sql is not null \
         and name not like 'sqlite#_%' escape '#'",
    )?;
    let mut there =
        connection.prepare("select sql from sqlite_schema where type = ?1 and name = ?2")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name, text): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let mut found = there.query([&kind, &name])?;
        match found.next()? {
            None => issues.push(IntegrityIssue(format!("the {kind} {name} is missing"))),
            Some(row) if row.get::<_, String>(0)? != text => {
                issues.push(IntegrityIssue(format!(
                    "the {kind} {name} has been changed"
                )));
            }
            Some(_) => {}
        }
    }
    let fields = indexed(connection, sql)?;
    for (field, number) in fields.iter().filter(|(field, _)| is_expressible(field)) {
        let name = index_name(sql, *number);
        if there.query(["index", &name])?.next()?.is_none() {
            issues.push(IntegrityIssue(format!(
                "the index {name} of the field {field} is missing"
            )));
        }
    }
    Ok(())
}

/// Finds references to rows that are missing.
fn check_references(
    connection: &Connection,
    sql: &Statements,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    for table in ["task", "run", "track", "key"] {
        let text = format!("pragma foreign_key_check({}{table})", sql.prefix);
        let mut statement = connection.prepare(&text)?;
        let mut rows = statement.query([])?;
        for _ in 0..MAX_ISSUES_PER_KIND {
            let Some(row) = rows.next()? else { break };
            let (number, to): (Option<i64>, String) = (row.get(1)?, row.get(2)?);
            let which = number.map_or_else(String::new, |number| format!(" {number}"));
            issues.push(IntegrityIssue(format!(
                "{table}{which} refers to a {to} that is missing"
            )));
        }
    }
    Ok(())
}

fn check_rows(
    connection: &Connection,
    sql: &Statements,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    for (what, text) in INVALID_ROWS {
        let mut statement = connection.prepare(&text.replace('$', &sql.prefix))?;
        let mut rows = statement.query([])?;
        for _ in 0..MAX_ISSUES_PER_KIND {
            let Some(row) = rows.next()? else { break };
            let id: i64 = row.get(0)?;
            issues.push(IntegrityIssue(what.replace("{}", &id.to_string())));
        }
    }
    Ok(())
}

/// Finds counters that would reuse an id.
fn check_counters(
    connection: &Connection,
    sql: &Statements,
    store: &StoreName,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    for table in COUNTED_TABLES {
        let text = format!(
            "select max(id) from {0}{table} having max(id) > \
             coalesce((select max(seq) from sqlite_sequence where name = '{0}{table}'), 0)",
            sql.prefix
        );
        let highest: Option<i64> = connection
            .query_row(&text, [], |row| row.get(0))
            .optional()?;
        if let Some(highest) = highest {
            issues.push(IntegrityIssue(format!(
                "the counter of table {table} is below its highest id {highest}, so that a name \
                 could get the id of another one"
            )));
        }
    }
    let floors = "select 1 from store where name = ?1 and (track_floor < 0 or run_floor < 0)";
    if connection.prepare(floors)?.exists([store.as_str()])? {
        issues.push(IntegrityIssue("the last ids given are below 0".to_owned()));
    }
    let mut statement =
        connection.prepare("select id, field from indexed_field where store = ?1")?;
    let mut rows = statement.query([store.as_str()])?;
    while let Some(row) = rows.next()? {
        let field = text(row.get_ref(1)?).map(|text| (text, Field::from(text).to_string()));
        if field.is_none_or(|(text, field)| text != field) {
            let id: i64 = row.get(0)?;
            issues.push(IntegrityIssue(format!("indexed_field {id} names no field")));
        }
    }
    Ok(())
}

/// Finds names that are not allowed.
fn check_names(
    connection: &Connection,
    sql: &Statements,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    type IsName = fn(&str) -> bool;
    let kinds: [(&str, &str, IsName); 4] = [
        ("task", "id", |text| TaskId::new(text).is_ok()),
        ("user", "id", |text| UserName::new(text).is_ok()),
        ("key", "track", |text| Key::new(text).is_ok()),
        ("checkpoint", "0", |text| CheckpointName::new(text).is_ok()),
    ];
    for (table, id, is_name) in kinds {
        let query = format!("select name, {id} from {}{table}", sql.prefix);
        let mut statement = connection.prepare(&query)?;
        let mut rows = statement.query([])?;
        let mut found = 0;
        while found < MAX_ISSUES_PER_KIND
            && let Some(row) = rows.next()?
        {
            let name = row.get_ref(0)?;
            if text(name).is_some_and(is_name) {
                continue;
            }
            found += 1;
            let which = match table {
                "key" => format!("a key of track {}", row.get::<_, i64>(1)?),
                "checkpoint" => "a checkpoint".to_owned(),
                _ => format!("{table} {}", row.get::<_, i64>(1)?),
            };
            issues.push(IntegrityIssue(format!(
                "{which} has a name that is not allowed: {}",
                printable(name)
            )));
        }
    }
    Ok(())
}

/// Finds checkpoints without a valid position.
fn check_checkpoints(
    connection: &Connection,
    sql: &Statements,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    let query = format!("select name, position from {}checkpoint", sql.prefix);
    let mut statement = connection.prepare(&query)?;
    let mut rows = statement.query([])?;
    let mut found = 0;
    while found < MAX_ISSUES_PER_KIND
        && let Some(row) = rows.next()?
    {
        if is_canonical(row.get_ref(1)?) {
            continue;
        }
        found += 1;
        issues.push(IntegrityIssue(format!(
            "checkpoint {} has a position that is no JSON object in canonical form; delete its row \
             from the table {}checkpoint, and what it belongs to is read from its beginning again",
            printable(row.get_ref(0)?),
            sql.prefix
        )));
    }
    Ok(())
}

/// Finds tracks with an invalid id, time or data.
fn check_tracks(
    connection: &Connection,
    sql: &Statements,
    issues: &mut Vec<IntegrityIssue>,
) -> StoreResult<()> {
    let mut statement =
        connection.prepare(&format!("select id, time, data from {}track", sql.prefix))?;
    let mut rows = statement.query([])?;
    let mut found = 0;
    while found < MAX_ISSUES_PER_KIND
        && let Some(row) = rows.next()?
    {
        let (id, time): (i64, i64) = (row.get(0)?, row.get(1)?);
        let why = if track_id(id).is_err() {
            "has an id below 1"
        } else if timestamp(time).is_err() {
            "has a time beyond the years 0 to 9999"
        } else if !is_canonical(row.get_ref(2)?) {
            "has data that is no JSON object in canonical form (no white space, keys sorted)"
        } else {
            continue;
        };
        found += 1;
        issues.push(IntegrityIssue(format!("track {id} {why}")));
    }
    Ok(())
}

/// What is text, also as to its bytes.
fn text(value: ValueRef<'_>) -> Option<&str> {
    value.as_str().ok()
}

fn is_canonical(value: ValueRef<'_>) -> bool {
    text(value).is_some_and(|text| text.parse::<Data>().is_ok_and(|read| read.as_str() == text))
}

/// A value of any type in readable form.
fn printable(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            format!("{:?}", String::from_utf8_lossy(bytes))
        }
        other => format!("{other:?}"),
    }
}
