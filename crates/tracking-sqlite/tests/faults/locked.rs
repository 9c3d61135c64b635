//! Somebody who holds the file and does not let go.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tracking_core::{Clock, Query, SystemClock, Timestamp, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::{SqliteStorage, SqliteStorageBuilder};

use super::child::Other;
use super::tools::{assert_reported, folder, open_directly};

const SHORT: Duration = Duration::from_millis(30);

fn file() -> (TempDir, PathBuf) {
    let folder = folder();
    let path = folder.path().join("test.db");
    (folder, path)
}

fn with_short_timeout(path: &Path) -> SqliteStorageBuilder {
    SqliteStorage::builder(path).busy_timeout(SHORT)
}

fn save(store: &SqliteStorage) -> tracking_core::Result<tracking_core::TrackId> {
    store.save_data("lesson", "anna", serde_json::json!({"page": 1}))
}

fn assert_busy(error: &tracking_core::Error, path: &Path) {
    assert!(error.is_retryable(), "{error:?}");
    assert_reported(error, path, "try again");
}

/// While another program writes and never ends, each change is refused after the time given and
/// may be tried again; readers do not notice; when it ends, all works.
#[test]
fn a_lock_held_for_ever_is_an_error_that_may_be_tried_again() {
    for lock in ["begin immediate", "begin exclusive"] {
        let (_folder, path) = file();
        let store = with_short_timeout(&path).open().unwrap();
        save(&store).unwrap();
        let other = open_directly(&path);
        other.execute_batch(lock).unwrap();
        for _ in 0..3 {
            assert_busy(&save(&store).unwrap_err(), &path);
            assert_busy(&store.reindex().unwrap_err(), &path);
            assert_busy(&store.add_index(&"kind".into()).unwrap_err(), &path);
            assert_eq!(store.count(&Query::all()).unwrap(), 1);
            assert_eq!(store.counters().unwrap().last_track().unwrap().number(), 1);
        }
        other.execute_batch("rollback").unwrap();
        assert_eq!(save(&store).unwrap().number(), 2, "after {lock}");
    }
}

/// What is opened meanwhile opens as far as nothing has to be written.
#[test]
fn a_file_is_opened_while_another_program_writes() {
    let (_folder, path) = file();
    drop(with_short_timeout(&path).open().unwrap());
    let other = open_directly(&path);
    other.execute_batch("begin immediate").unwrap();
    let store = with_short_timeout(&path).open().unwrap();
    assert_eq!(store.count(&Query::all()).unwrap(), 0);
    let reader = with_short_timeout(&path).read_only().open().unwrap();
    assert_eq!(reader.count(&Query::all()).unwrap(), 0);
    assert_busy(
        &with_short_timeout(&path).index("page").open().unwrap_err(),
        &path,
    );
    let access = "access".parse().unwrap();
    assert_busy(
        &with_short_timeout(&path).store(access).open().unwrap_err(),
        &path,
    );
    other.execute_batch("commit").unwrap();
    with_short_timeout(&path).index("page").open().unwrap();
}

/// Readers continue meanwhile, even long ones; writers may try again.
#[test]
fn upkeep_waits_for_another_program_only_where_it_writes() {
    let (folder, path) = file();
    let store = with_short_timeout(&path).open().unwrap();
    save(&store).unwrap();
    store.remove_matching(&Query::all()).unwrap();
    let other = open_directly(&path);
    other.execute_batch("begin exclusive").unwrap();
    assert_eq!(store.check().unwrap(), []);
    let to = folder.path().join("backup.db");
    store.backup(&to, &mut |_| ()).unwrap();
    assert!(!store.truncate_wal().unwrap());
    other.execute_batch("commit").unwrap();
    assert!(store.truncate_wal().unwrap());
    assert_eq!(SqliteStorage::open(&to).unwrap().check().unwrap(), []);
}

/// A file that some tool rebuilt so that it cannot shrink is no reason to
/// shrink it for ever.
#[test]
fn a_file_that_gives_nothing_back_is_not_shrunk_for_ever() {
    let (_folder, path) = file();
    let store = with_short_timeout(&path).open().unwrap();
    for _ in 0..200 {
        save(&store).unwrap();
    }
    drop(store);
    let other = open_directly(&path);
    let anew = "pragma journal_mode = delete; pragma auto_vacuum = none; vacuum";
    other.execute_batch(anew).unwrap();
    drop(other);
    let store = with_short_timeout(&path).open().unwrap();
    store.remove_matching(&Query::all()).unwrap();
    let mut calls = 0;
    let given = store.shrink(&mut |_| {
        calls += 1;
        assert!(calls < 10, "it goes on and on");
    });
    assert_eq!(given.unwrap(), 0);
}

/// An exclusive lock blocks readers, too; they get an error after the given time.
#[test]
fn a_file_that_somebody_keeps_to_himself_is_an_error_that_may_be_tried_again() {
    let (_folder, path) = file();
    drop(with_short_timeout(&path).open().unwrap());
    let other = open_directly(&path);
    other
        .pragma_update(None, "locking_mode", "exclusive")
        .unwrap();
    other.execute_batch("begin exclusive; commit").unwrap();
    assert_busy(&with_short_timeout(&path).open().unwrap_err(), &path);
    assert_busy(
        &with_short_timeout(&path).read_only().open().unwrap_err(),
        &path,
    );
    drop(other);
    save(&with_short_timeout(&path).open().unwrap()).unwrap();
}

/// A file that is yet to be made, and is locked before its first table is there.
#[test]
fn a_fresh_file_that_is_locked_is_an_error_that_may_be_tried_again() {
    let (_folder, path) = file();
    std::fs::write(&path, "").unwrap();
    let other = open_directly(&path);
    other.execute_batch("begin exclusive").unwrap();
    assert_busy(&with_short_timeout(&path).open().unwrap_err(), &path);
    other.execute_batch("commit").unwrap();
    save(&with_short_timeout(&path).open().unwrap()).unwrap();
}

/// The lock of a process goes with the process, also where that is killed while it writes.
#[test]
fn the_lock_of_a_killed_process_is_gone() {
    let (_folder, path) = file();
    let mut other = Other::opened(&path, "");
    other.order("steps 0");
    for _ in 0..5 {
        other.answer().unwrap();
    }
    other.kill();
    save(&with_short_timeout(&path).open().unwrap()).unwrap();
}

/// A clock that blocks within a change, to hold the store's writer.
struct Waiting(Barrier);

impl Clock for Waiting {
    fn now(&self) -> Timestamp {
        self.0.wait();
        self.0.wait();
        SystemClock.now()
    }
}

/// A thread that never ends its change is the same to the other threads as a program that does
/// not.
#[test]
fn a_thread_that_writes_for_ever_is_an_error_that_may_be_tried_again() {
    let (_folder, path) = file();
    let clock = Arc::new(Waiting(Barrier::new(2)));
    let store = with_short_timeout(&path)
        .clock(Arc::clone(&clock) as _)
        .open()
        .unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| save(&store));
        clock.0.wait();
        let error = store.reindex().unwrap_err();
        assert_busy(&error, &path);
        assert_eq!(store.count(&Query::all()).unwrap(), 0);
        clock.0.wait();
        writer.join().unwrap().unwrap();
        store.reindex().unwrap();
        assert_eq!(store.count(&Query::all()).unwrap(), 1);
    });
}
