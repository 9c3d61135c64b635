//! The change feed and batch ids between processes, and in a backup that is put back.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::json;
use tracking_core::{
    Batch, BatchId, ChangeFeed, ChangeKind, ErrorKind, Outcome, TrackId, TrackingStorage as _,
    TrackingStorageExt as _,
};
use tracking_sqlite::SqliteStorage;

use crate::tools::{file, new, open};

#[test]
fn what_one_process_turns_on_and_changes_another_one_sees() {
    let (_folder, file) = file();
    let (one, other) = (open(&file), open(&file));
    other.save_data("lesson", "anna", json!({})).unwrap();
    one.set_change_feed(&ChangeFeed::on()).unwrap();
    assert_eq!(other.change_feed().unwrap(), ChangeFeed::on());
    let begin = one.last_change().unwrap();
    other.save_data("lesson", "anna", json!({})).unwrap();
    one.save_data("lesson", "anna", json!({})).unwrap();
    let reading = SqliteStorage::builder(&file).read_only().open().unwrap();
    for store in [&one, &other, &reading] {
        let page = store.changes(Some(&begin), 9).unwrap();
        let ids: Vec<_> = page
            .changes
            .iter()
            .map(tracking_core::Change::ids)
            .collect();
        assert_eq!(ids, [(2, 2), (3, 3)]);
    }
    other.set_change_feed(&ChangeFeed::OFF).unwrap();
    one.save_data("lesson", "anna", json!({})).unwrap();
    assert_eq!(one.last_change().unwrap_err().kind(), ErrorKind::FeedOff);
}

#[test]
fn who_waits_is_woken_by_another_process() {
    let (_folder, file) = file();
    let (one, other) = (open(&file), open(&file));
    one.set_change_feed(&ChangeFeed::on()).unwrap();
    let begin = one.last_change().unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| one.wait_for_changes(&begin, Duration::from_mins(10)));
        thread::sleep(Duration::from_millis(30));
        other.save_data("lesson", "anna", json!({})).unwrap();
        assert!(waiting.join().unwrap().unwrap());
    });
}

#[test]
fn where_a_backup_is_put_back_the_feed_restarts() {
    let (folder, file) = file();
    let store = open(&file);
    store.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    store.save_data("lesson", "anna", json!({})).unwrap();
    let backup = folder.path().join("backup.db");
    store.backup(&backup, &mut |_| {}).unwrap();
    store.save_data("lesson", "anna", json!({})).unwrap();
    let seen = store.last_change().unwrap();
    drop(store);
    fs::rename(&backup, &file).unwrap();
    let store = open(&file);
    assert_eq!(store.check().unwrap(), []);
    let error = store.changes(Some(&seen), 9).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ChangesExpired, "{error}");
    store.save_data("lesson", "anna", json!({})).unwrap();
    let all = store.changes(None, 9).unwrap().changes;
    assert!(
        all.iter()
            .any(|change| change.kind() == ChangeKind::TrackSaved)
    );
}

#[test]
fn the_feed_is_one_of_a_store_and_not_of_the_file() {
    let (_folder, file) = file();
    let main = open(&file);
    let name = "access".parse().unwrap();
    let access = SqliteStorage::builder(&file).store(name).open().unwrap();
    access.set_change_feed(&ChangeFeed::on()).unwrap();
    main.save_data("lesson", "anna", json!({})).unwrap();
    assert_eq!(access.changes(None, 9).unwrap().changes, []);
    assert_eq!(main.change_feed().unwrap(), ChangeFeed::OFF);
}

#[test]
fn a_batch_is_known_by_its_id_in_another_process_and_after_a_restart() {
    let (_folder, file) = file();
    let batch = Batch::new()
        .save(new("lesson", "anna", json!({})))
        .with_id(BatchId::new("b1").unwrap());
    let first = open(&file);
    assert_eq!(
        first.apply(&batch).unwrap(),
        [Outcome::Saved(TrackId::FIRST)]
    );
    let other = open(&file);
    assert_eq!(
        other.apply(&batch).unwrap(),
        [Outcome::Saved(TrackId::FIRST)]
    );
    drop((first, other));
    let again = open(&file);
    assert_eq!(
        again.apply(&batch).unwrap(),
        [Outcome::Saved(TrackId::FIRST)]
    );
    let error = again.apply(&batch.remove(TrackId::FIRST)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BatchIdConflict);
}
