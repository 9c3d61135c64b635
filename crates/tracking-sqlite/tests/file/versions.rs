//! Files of every version that was ever given out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;

use serde_json::json;
use tracking_core::{
    Batch, BatchId, ErrorKind, Removal, RunQuery, TrackId, TrackingStorage as _, TrackingStorageExt,
};
use tracking_sqlite::SqliteStorage;

use crate::tools::{dump, file, open, save_everything};

/// A file of version 1. `WRITE_VERSION_1=1 cargo test -p tracking-sqlite version_1` rebuilds it,
/// which must never be done once that version is out.
fn version_1() -> PathBuf {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/version-1.db");
    if std::env::var_os("WRITE_VERSION_1").is_some() {
        fs::remove_file(&file).ok();
        save_everything(&open(&file));
    }
    file
}

#[test]
fn a_file_of_version_1_is_read_and_written() {
    let (_folder, copy) = file();
    fs::copy(version_1(), &copy).unwrap();
    let (_other, fresh) = file();
    let fresh = open(&fresh);
    save_everything(&fresh);

    let error = SqliteStorage::builder(&copy)
        .read_only()
        .open()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedsUpgrade, "{error}");
    let store = open(&copy);
    assert_eq!(dump(&store), dump(&fresh), "all is as it was");
    assert_eq!(store.check().unwrap(), []);
    for store in [&store, &fresh] {
        store
            .save_data("lesson-1", "anna", json!({"page": 3}))
            .unwrap();
        store.start_run_of("lesson-2").unwrap();
    }
    assert_eq!(dump(&store), dump(&fresh), "and goes on");
    let id = BatchId::new("b1").unwrap();
    let batch = Batch::new().remove(TrackId::FIRST).with_id(id);
    let first = store.apply(&batch).unwrap();
    assert_eq!(
        open(&copy).apply(&batch).unwrap(),
        first,
        "and knows batch ids"
    );
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn a_file_that_several_upgrade_at_once_is_upgraded_once() {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for version in ["version-1.db", "version-3.db"] {
        for _ in 0..10 {
            let (_folder, copy) = file();
            fs::copy(old.join(version), &copy).unwrap();
            let ready = Barrier::new(6);
            thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| {
                        ready.wait();
                        let store = open(&copy);
                        assert_eq!(store.check().unwrap(), [], "{version}");
                    });
                }
            });
        }
    }
}

#[test]
fn a_file_of_version_2_learns_to_remove_runs() {
    let (_folder, old) = file();
    save_everything(&open(&old));
    let raw = rusqlite::Connection::open(&old).unwrap();
    raw.execute_batch(
        "drop trigger run_stays; drop trigger run_removed; drop trigger track_uncounted; \
         drop trigger track_recounted; drop table track_count; pragma user_version = 2;",
    )
    .unwrap();
    drop(raw);

    let store = open(&old);
    assert_eq!(store.check().unwrap(), []);
    let last = store.counters().unwrap().last_run().unwrap();
    let removed = store.remove_by(&Removal::runs(RunQuery::all())).unwrap();
    assert!(removed.runs > 0);
    assert_eq!(store.check().unwrap(), []);
    let next = store.start_run_of("lesson-1").unwrap();
    assert!(next > last, "{next} {last}");
}

#[test]
fn in_sql_too_a_run_is_deleted_only_without_tracks_and_its_id_never_comes_back() {
    let (_folder, file) = file();
    let store = open(&file);
    store.save_data("a", "anna", json!({})).unwrap();
    store.start_run_of("b").unwrap();
    let raw = rusqlite::Connection::open(&file).unwrap();
    let error = raw.execute("delete from run where id = 1", []).unwrap_err();
    assert!(
        error.to_string().contains("remove its tracks first"),
        "{error}"
    );
    raw.execute("delete from run where id = 2", []).unwrap();
    assert_eq!(store.current_run_of("b").unwrap(), None);
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(store.start_run_of("b").unwrap().number(), 3);
}
