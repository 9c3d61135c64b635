//! What a check finds, and what reindexing mends.

use tracking_core::{Query, TrackingStorage, TrackingStorageExt};

use crate::tools::{file, furnish, open, raw};

/// What is found after another program has changed a furnished file.
fn found_after(change: &str) -> Vec<String> {
    let (_folder, file) = file();
    let store = open(&file);
    furnish(&store);
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

#[test]
fn every_kind_of_fault_is_found() {
    for (change, expected) in [
        ("drop index ix_track_time", "the index ix_track_time lacks"),
        (
            "drop trigger track_removed",
            "the trigger track_removed lacks",
        ),
        ("drop view tracks", "the view tracks lacks"),
        (
            "alter table run add column x integer",
            "the table run has been changed",
        ),
        (
            "drop index ix_field_1",
            "the index ix_field_1 of the field page lacks",
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
            "track 1 refers to a run that is not there",
        ),
        (
            "update key set track = 99",
            "key refers to a track that is not there",
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
    ] {
        let found = found_after(change);
        assert!(
            found.iter().any(|fault| fault.starts_with(expected)),
            "{change}: {found:?}"
        );
    }
}

#[test]
fn indexes_that_lack_are_made_anew() {
    let (_folder, file) = file();
    let store = open(&file);
    furnish(&store);
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
