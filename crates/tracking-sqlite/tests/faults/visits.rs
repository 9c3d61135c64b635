//! Reading while others write.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tracking_core::{
    Batch, GroupBy, GroupKey, NewTrack, Query, TrackingStorage, TrackingStorageExt, UserName,
};
use tracking_sqlite::SqliteStorage;

use super::tools::{assert_sound, folder, open_directly, sibling};

/// A store with so many tracks, in which nobody waits for anybody.
fn store(tracks: u32) -> (TempDir, PathBuf, SqliteStorage) {
    let folder = folder();
    let path = folder.path().join("test.db");
    let store = SqliteStorage::builder(&path)
        .busy_timeout(Duration::ZERO)
        .index("page");
    let store = store.open().unwrap();
    store.apply(&saves(tracks)).unwrap();
    (folder, path, store)
}

fn saves(tracks: u32) -> Batch {
    let track = |n| NewTrack::new("lesson", "anna", json!({"page": n})).unwrap();
    (0..tracks).fold(Batch::new(), |batch, n| batch.save(track(n)))
}

/// Readers do not wait for a writer that does not come to its end, and do not see what it has
/// not committed.
#[test]
fn readers_never_wait_for_a_writer() {
    let (_folder, path, store) = store(10);
    let writer = open_directly(&path);
    writer
        .execute_batch("begin exclusive; delete from track")
        .unwrap();
    let all = Query::all();
    assert_eq!(store.count(&all).unwrap(), 10);
    assert_eq!(store.query(&all.clone().field("page", 3)).unwrap().len(), 1);
    assert_eq!(store.user_names(None).unwrap().len(), 1);
    let fresh = SqliteStorage::builder(&path).read_only();
    let fresh = fresh.busy_timeout(Duration::ZERO).open().unwrap();
    assert_eq!(fresh.count(&all).unwrap(), 10);
    writer.execute_batch("commit").unwrap();
    assert_eq!(store.count(&all).unwrap(), 0);
}

/// A visitor may call its store: to read, to visit, and to write; it continues
/// with what was there when it began.
#[test]
fn a_visitor_may_use_the_store() {
    let (_folder, _path, store) = store(20);
    let (mut seen, mut inner) = (0, 0);
    let visited = store.visit(&Query::all(), &mut |track| {
        seen += 1;
        store
            .save_data("lesson", "bert", json!({"of": track.id().number()}))
            .unwrap();
        assert!(store.remove(track.id()).unwrap());
        store
            .visit(&Query::all().limit(3), &mut |_| {
                inner += 1;
                assert!(store.count(&Query::all()).unwrap() == 20);
                ControlFlow::Continue(())
            })
            .unwrap();
        ControlFlow::Continue(())
    });
    assert_eq!(visited.unwrap(), None);
    assert_eq!((seen, inner), (20, 60));
    assert_eq!(store.users_of("lesson").unwrap(), ["bert"]);
}

/// Many threads visit within visits while others write; each visit sees one moment.
#[test]
fn threads_that_visit_within_visits_see_one_moment_each() {
    let (_folder, path, store) = store(50);
    let store = &SqliteStorage::open(&path)
        .map(|patient| (store, patient))
        .unwrap()
        .1;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let mut outer = 0_u64;
                    let visited = store.visit(&Query::all(), &mut |_| {
                        outer += 1;
                        if outer.is_multiple_of(25) {
                            let tracks = store.query(&Query::all()).unwrap().len();
                            assert!(tracks.is_multiple_of(50), "{tracks} are no whole batches");
                        }
                        ControlFlow::Continue(())
                    });
                    visited.unwrap();
                    assert!(outer.is_multiple_of(50), "{outer} are no whole batches");
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..15 {
                    store.apply(&saves(50)).unwrap();
                }
                is_over.store(true, Ordering::SeqCst);
            });
        }
    });
    assert_eq!(store.count(&Query::all()).unwrap(), 50 + 2 * 15 * 50);
}

/// An answer that takes more than one look is still of one moment: while a user is renamed to
/// and fro, groups have the one name or the other.
#[test]
fn every_answer_is_of_one_moment() {
    let (_folder, path, store) = store(30);
    let writer = SqliteStorage::open(&path).unwrap();
    let (anna, bert) = (
        UserName::new("anna").unwrap(),
        UserName::new("bert").unwrap(),
    );
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..150 {
                // Others take the numbers of those who leave, in the tables as well.
                writer.rename_user(&anna, &bert).unwrap();
                writer.save_data("lesson", "anna", json!({})).unwrap();
                writer.erase_user(&bert).unwrap();
                writer.apply(&saves(29)).unwrap();
            }
            is_over.store(true, Ordering::SeqCst);
        });
        while !is_over.load(Ordering::SeqCst) {
            let groups = store.groups(&Query::all(), &GroupBy::User.into()).unwrap();
            for group in &groups {
                let GroupKey::User(name) = group.key() else {
                    panic!("{group:?} is of no user");
                };
                let may_be: &[u64] = if *name == bert { &[30] } else { &[1, 30] };
                assert!(may_be.contains(&group.count()), "{groups:?}");
            }
        }
    });
}

/// While somebody reads for long, the log grows with what others write; afterwards it does not
/// stay that long.
#[test]
fn a_long_visit_does_not_leave_a_long_log() {
    let (_folder, path, store) = store(10);
    let mut seen = 0;
    let long = |path: &Path| fs::metadata(sibling(path, "-wal")).unwrap().len();
    let visited = store.visit(&Query::all(), &mut |_| {
        seen += 1;
        if seen == 1 {
            let text = "x".repeat(30_000);
            for n in 0..1500 {
                store
                    .save_data("lesson", "bert", json!({"n": n, "text": text}))
                    .unwrap();
            }
        }
        ControlFlow::Continue(())
    });
    visited.unwrap();
    assert_eq!(seen, 10, "it saw what came after it began");
    assert!(
        long(&path) > 40_000_000,
        "the log is {} bytes long",
        long(&path)
    );
    for _ in 0..2 {
        store.save_data("lesson", "bert", json!({})).unwrap();
    }
    assert!(
        long(&path) <= 16 * 1024 * 1024,
        "the log is {} bytes long",
        long(&path)
    );
    assert_eq!(store.count(&Query::all()).unwrap(), 1512);
    drop(store);
    assert_sound(&path);
}
