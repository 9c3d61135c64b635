//! Rows that another program corrupted: the error names the table, the row and the cause.

use std::error::Error as _;

use rusqlite::Connection;
use tracking_core::{
    Error, ErrorKind, GroupBy, Key, Query, RunId, RunQuery, TrackId, TrackingStorage,
    TrackingStorageExt as _, Zone,
};
use tracking_sqlite::SqliteStorage;

use crate::tools::{file, open, save_everything};

/// The error of a question, after the file was changed by these statements.
fn damaged<T: std::fmt::Debug>(
    sql: &str,
    ask: impl Fn(&SqliteStorage) -> Result<T, Error>,
) -> Error {
    let (_folder, file) = file();
    let store = open(&file);
    save_everything(&store);
    let raw = Connection::open(&file).unwrap();
    raw.execute_batch("pragma ignore_check_constraints = on; drop trigger user_stays")
        .unwrap();
    raw.execute_batch(sql).unwrap();
    ask(&store).unwrap_err()
}

#[test]
fn damage_is_reported_with_table_row_and_cause() {
    let track = |store: &SqliteStorage| store.track(TrackId::FIRST);
    let all = |store: &SqliteStorage| store.query(&Query::all());
    let days =
        |store: &SqliteStorage| store.groups(&Query::all(), &GroupBy::Day(Zone::utc()).into());
    let no_time = "update track set time = 9223372036854775807 where id = 1";
    let no_end = "update run set \"end\" = 9223372036854775807 where id = 1";
    let nul = "update user set name = 'a' || char(0) where name = 'anna'";
    let key = Key::new("k1").unwrap();
    let errors = [
        ("track", "1", damaged(no_time, track)),
        ("track", "1", damaged(no_time, all)),
        (
            "run",
            "1",
            damaged(no_end, |store| store.run(&RunId::FIRST.into())),
        ),
        (
            "run",
            "1",
            damaged(no_end, |store| store.runs(&RunQuery::all())),
        ),
        ("track", "1", damaged(nul, track)),
        (
            "key",
            "k1",
            damaged("update key set fingerprint = x'00'", |store| {
                store.key_use(&key)
            }),
        ),
        (
            "key",
            "k1",
            damaged("update key set fingerprint = x'00'", |s| {
                s.key_uses(None, 9)
            }),
        ),
    ];
    for (table, row, error) in errors {
        let Error::Corrupt {
            place, row: found, ..
        } = &error
        else {
            panic!("this is the wrong error: {error:?}");
        };
        assert!(place.starts_with(&format!("table {table} of /")), "{error}");
        assert_eq!(found.as_deref(), Some(row), "{error}");
        assert!(error.source().is_some(), "{error}");
    }
    let error = damaged(no_time, days);
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert!(error.source().is_some(), "{error}");
    let error = damaged(nul, |store| store.user_names(None));
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
}
