//! What the tests share.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tracking_core::{
    Batch, Checkpoint, CheckpointName, Data, Key, ManualClock, NewTrack, Query, Record, StopRun,
    TaskId, Timestamp, TrackingStorage, TrackingStorageExt, export,
};
use tracking_sqlite::SqliteStorage;

/// A folder that goes with its test, and a file in it.
pub(crate) fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    (folder, file)
}

/// A clock that stands still at a moment within a second.
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-23T15:47:01.25Z".parse().unwrap()))
}

pub(crate) fn open(file: &Path) -> SqliteStorage {
    SqliteStorage::builder(file).clock(clock()).open().unwrap()
}

/// Something of everything that a store keeps.
pub(crate) fn save_everything(store: &dyn TrackingStorage) {
    store.add_index(&"page".into()).unwrap();
    store.start_run_of("lesson-1").unwrap();
    store
        .save_data("lesson-1", "anna", json!({"page": 1, "ok": true}))
        .unwrap();
    store
        .save_data("lesson-1", "anna", json!({"page": 2}))
        .unwrap();
    let keyed = new("lesson-2", "bert", json!({"page": 2, "note": "ä"}));
    store
        .save(keyed.with_key(Key::new("k1").unwrap()).at(Timestamp::EPOCH))
        .unwrap();
    store
        .stop_run(StopRun::new(TaskId::new("lesson-2").unwrap()))
        .unwrap();
    store.start_run_of("lesson-3").unwrap();
    let position = Checkpoint::new(
        CheckpointName::new("log").unwrap(),
        Data::from_serialize(&json!({"line": 7})).unwrap(),
    );
    store
        .apply(&Batch::new().with_checkpoint(position))
        .unwrap();
    let removed = store.save_data("lesson-1", "carl", json!({})).unwrap();
    store.remove(removed).unwrap();
}

pub(crate) fn new(task: &str, user: &str, data: Value) -> NewTrack {
    NewTrack::new(task, user, data).unwrap()
}

/// Many tracks at once.
pub(crate) fn fill(store: &dyn TrackingStorage, user: &str, count: usize) {
    let text = "x".repeat(200);
    let tracks = (0..count).map(|n| new("lesson-1", user, json!({"n": n, "text": text})));
    store.apply(&tracks.collect::<Batch>()).unwrap();
}

/// The whole content of a store.
pub(crate) fn dump(store: &dyn TrackingStorage) -> Vec<Record> {
    let mut records = Vec::new();
    export(store, &mut |record| {
        records.push(record);
        Ok(())
    })
    .unwrap();
    records
}

pub(crate) fn count(store: &dyn TrackingStorage) -> u64 {
    store.count(&Query::all()).unwrap()
}

/// A connection as any other program has it.
pub(crate) fn raw(file: &Path) -> Connection {
    Connection::open(file).unwrap()
}

/// The file and its companions as bytes.
pub(crate) fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| fs::read(file).unwrap())
        .collect()
}

pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    // What is no text in between does not matter, and this is fast.
    String::from_utf8_lossy(bytes).contains(text)
}

/// An error with what is beneath it.
pub(crate) fn full_message(error: &tracking_core::Error) -> String {
    let mut messages = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        messages.push(error.to_string());
        source = error.source();
    }
    messages.join(": ")
}
