//! What people do with the file in SQL: the examples of `docs/storage.md`, tried.

use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use tracking_core::{Query, Timestamp, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use crate::tools::{count, file, fill, new, open, raw, save_everything};

/// The text in the file's docs between ```` ```sql ```` and ```` ``` ````.
fn examples() -> Vec<&'static str> {
    let docs = include_str!("../../../../docs/storage.md");
    docs.split("```sql\n")
        .skip(1)
        .map(|part| part.split("```").next().unwrap())
        .collect()
}

fn store_with_everything() -> (TempDir, PathBuf, SqliteStorage) {
    let (folder, file) = file();
    let store = open(&file);
    save_everything(&store);
    (folder, file, store)
}

fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut shown = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let cell = |n| match row.get_ref(n).unwrap() {
            rusqlite::types::ValueRef::Null => "-".to_owned(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => other.as_str().unwrap().to_owned(),
        };
        shown.push((0..columns).map(cell).collect::<Vec<_>>().join(" | "));
    }
    shown
}

#[test]
fn the_views_show_names_and_times() {
    let (_folder, file, _store) = store_with_everything();
    let sql = raw(&file);
    assert_eq!(
        rows(&sql, "select * from tracks order by id"),
        [
            r#"1 | lesson-1 | 1 | anna | 2026-11-23T15:47:01.250000Z | {"ok":true,"page":1}"#,
            r#"2 | lesson-1 | 1 | anna | 2026-11-23T15:47:01.250000Z | {"page":2}"#,
            r#"3 | lesson-2 | 2 | bert | 1970-01-01T00:00:00.000000Z | {"note":"ä","page":2}"#,
        ]
    );
    assert_eq!(
        rows(
            &sql,
            "select id, task, finished, current from runs order by id"
        ),
        [
            "1 | lesson-1 | 0 | 1",
            "2 | lesson-2 | 1 | 0",
            "3 | lesson-3 | 0 | 1"
        ]
    );
}

#[test]
fn the_views_show_all_times_that_can_be_kept() {
    let (_folder, file) = file();
    let store = open(&file);
    let times = [
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59.999999Z",
    ];
    for time in times {
        let time: Timestamp = time.parse().unwrap();
        store.save(new("a", "u", json!({})).at(time)).unwrap();
    }
    assert_eq!(
        rows(&raw(&file), "select time from tracks order by id"),
        [
            "0000-01-01T00:00:00.000000Z",
            "1969-12-31T23:59:59.999999Z",
            "9999-12-31T23:59:59.999999Z"
        ]
    );
}

#[test]
fn every_example_of_the_docs_runs() {
    let (_folder, file, store) = store_with_everything();
    fill(&store, "anna", 20);
    let sql = raw(&file);
    assert!(examples().len() >= 4);
    for example in examples() {
        for statement in example
            .split_inclusive(';')
            .filter(|part| !part.trim().is_empty())
        {
            rows(&sql, statement);
        }
    }
    assert_eq!(
        store.check().unwrap(),
        [],
        "and leaves the file as it should be"
    );
}

#[test]
fn tracks_that_are_deleted_in_sql_take_along_what_belongs_to_them() {
    let (_folder, file, store) = store_with_everything();
    raw(&file)
        .execute_batch("delete from track where id = 3")
        .unwrap();
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(store.users_of("lesson-2").unwrap().len(), 0);
    assert_eq!(store.user_names(None).unwrap(), ["anna"]);
    assert!(store.key_uses(None, 9).unwrap().is_empty());
    raw(&file).execute_batch("delete from track").unwrap();
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(
        store
            .save_data("lesson-1", "anna", json!({}))
            .unwrap()
            .number(),
        5,
        "ids go on"
    );
}

#[test]
fn a_name_cannot_get_another_id_behind_the_back_of_programs() {
    let (_folder, file, store) = store_with_everything();
    let sql = raw(&file);
    for change in [
        "update user set name = 'x'",
        "update task set id = 99 where id = 1",
    ] {
        let error = sql.execute_batch(change).unwrap_err().to_string();
        assert!(error.starts_with("a name keeps its id for ever"), "{error}");
    }
    assert_eq!(count(&store), 3);
    assert_eq!(store.query(&Query::all().user("anna")).unwrap().len(), 2);
}

#[test]
fn the_file_tells_what_it_is() {
    let (_folder, file, _store) = store_with_everything();
    let sql = raw(&file);
    for (pragma, value) in [
        ("application_id", "1953653099"),
        ("user_version", "4"),
        ("journal_mode", "wal"),
        ("auto_vacuum", "2"),
    ] {
        assert_eq!(rows(&sql, &format!("pragma {pragma}")), [value], "{pragma}");
    }
}
