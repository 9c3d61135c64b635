//! What a check finds, and what reindexing mends.

use tracking_core::{
    CheckpointName, ErrorKind, Query, TrackId, TrackingStorage, TrackingStorageExt, export,
};
use tracking_sqlite::SqliteStorage;

use crate::tools::{file, open, raw, save_everything};

/// What is found after another program has changed a file with something of everything.
fn found_after(change: &str) -> Vec<String> {
    let (_folder, file) = file();
    let store = open(&file);
    save_everything(&store);
    assert_eq!(store.check().unwrap(), []);
    raw(&file)
        .execute_batch(&format!("pragma foreign_keys = off; {change}"))
        .unwrap();
    store
        .check()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Changes in SQL, and how what is found after each begins.
const FAULTS: &[(&str, &str)] = &[
    (
        "drop index ix_track_time",
        "the index ix_track_time is missing",
    ),
    (
        "drop trigger track_removed",
        "the trigger track_removed is missing",
    ),
    ("drop view tracks", "the view tracks is missing"),
    (
        "alter table run add column x integer",
        "the table run has been changed",
    ),
    (
        "drop index ix_field_1",
        "the index ix_field_1 of the field page is missing",
    ),
    (
        "insert into user (name) values ('x')",
        "user 4 has a name but no tracks",
    ),
    (
        "insert into task (name) values ('x')",
        "task 4 has a name but neither tracks nor runs",
    ),
    (
        "update run set finished = 1 where id = 1",
        "task 1 has a current run that is finished",
    ),
    (
        "update run set start = 1 << 60 where id = 1",
        "run 1 starts or ends beyond the years",
    ),
    (
        "update track set run = 99 where id = 1",
        "track 1 refers to a run that is missing",
    ),
    (
        "update key set track = 99",
        "key refers to a track that is missing",
    ),
    (
        "update track set data = '{ }' where id = 1",
        "track 1 has data that is no JSON object in canonical form",
    ),
    (
        "update track set time = 1 << 60 where id = 2",
        "track 2 has a time beyond the years",
    ),
    (
        "update track set id = -5 where id = 1",
        "track -5 has an id below 1",
    ),
    (
        "update checkpoint set position = 'garbage'",
        "checkpoint \"log\" has a position that is no JSON object",
    ),
    (
        "update checkpoint set position = '[7]'",
        "checkpoint \"log\" has a position that is no JSON object",
    ),
    (
        "update checkpoint set position = '{\"line\": 7}'",
        "checkpoint \"log\" has a position that is no JSON object in canonical form",
    ),
    (
        "update checkpoint set name = ''",
        "a checkpoint has a name that is not allowed: \"\"",
    ),
    (
        "update key set name = cast(x'6bff' as text)",
        "a key of track 3 has a name that is not allowed: \"k\u{fffd}\"",
    ),
    (
        "insert into task (name) values (''); update run set task = 4 where id = 1",
        "task 4 has a name that is not allowed: \"\"",
    ),
    (
        "insert into user (name) values ('a' || char(0) || 'b'); \
             update track set user = 4 where id = 1",
        "user 4 has a name that is not allowed: \"a\\0b\"",
    ),
    (
        "update track set data = cast(x'7b22ff223a317d' as text) where id = 2",
        "track 2 has data that is no JSON object",
    ),
    (
        "update sqlite_sequence set seq = 1 where name = 'user'",
        "the counter of table user is below its highest id",
    ),
    (
        "update store set track_floor = -1",
        "the last ids given are below 0",
    ),
    (
        "update indexed_field set field = 'a\\b'",
        "indexed_field 1 names no field",
    ),
];

#[test]
fn every_kind_of_fault_is_found() {
    for (change, expected) in FAULTS {
        let found = found_after(change);
        assert!(
            found.iter().any(|fault| fault.starts_with(expected)),
            "{change}: {found:?}"
        );
    }
}

#[test]
fn indexes_that_lack_are_rebuilt() {
    let (_folder, file) = file();
    let store = open(&file);
    save_everything(&store);
    raw(&file)
        .execute_batch("drop index ix_track_user; drop index ix_field_1")
        .unwrap();
    assert_eq!(store.check().unwrap().len(), 2);
    store.reindex().unwrap();
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(
        store
            .query(&Query::all().user("anna").field("page", 2))
            .unwrap()
            .len(),
        1
    );
}

/// Readers get an error that says where the damage is; damaged data is not taken for empty.
#[test]
fn what_is_damaged_is_reported_with_its_table_and_row_wherever_it_is_read() {
    type Ask = fn(&SqliteStorage) -> tracking_core::Result<()>;
    let export: Ask = |store| export(store, &mut |_| Ok(()));
    let visit: Ask = |store| store.query(&Query::all()).map(drop);
    let track: Ask = |store| store.track(TrackId::FIRST).map(drop);
    let checkpoint: Ask = |store| {
        let name = CheckpointName::new("log").unwrap();
        store.checkpoint(&name).map(drop)
    };
    let checkpoints: Ask = |store| store.checkpoints().map(drop);
    for (change, row, asked) in [
        (
            "update checkpoint set position = 'garbage'",
            ("checkpoint", "log"),
            vec![export, checkpoint, checkpoints],
        ),
        (
            "update checkpoint set position = '{garbage}'",
            ("checkpoint", "log"),
            vec![export, checkpoint, checkpoints],
        ),
        (
            "drop index ix_field_1; update track set data = 'garbage' where id = 1",
            ("track", "1"),
            vec![export, visit, track],
        ),
        (
            "drop index ix_field_1; update track set data = '{garbage}' where id = 1",
            ("track", "1"),
            vec![export],
        ),
    ] {
        let (_folder, file) = file();
        let store = open(&file);
        save_everything(&store);
        raw(&file).execute_batch(change).unwrap();
        for ask in asked {
            let error = ask(&store).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{change}: {error}");
            let message = error.to_string();
            for part in [row.0, row.1, &*file.to_string_lossy()] {
                assert!(message.contains(part), "{change}: {message}");
            }
        }
    }
}
