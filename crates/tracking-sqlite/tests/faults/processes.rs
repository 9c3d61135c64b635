//! Several processes on one file.

use std::collections::BTreeSet;

use tracking_core::{Query, RunQuery, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use super::child::Other;
use super::tools::{assert_sound, folder};

const EACH: u64 = 300;

/// Processes that write at once all get to write: each track has an id of its own, and nothing
/// is lost; and who reads meanwhile sees whole changes, never fewer than before.
#[test]
fn processes_that_write_concurrently_lose_nothing() {
    let folder = folder();
    let path = folder.path().join("test.db");
    let mut others: Vec<Other> = ["anna", "bert", "carl"]
        .map(|user| {
            let mut other = Other::opened(&path, "");
            other.order(&format!("many {EACH} {user}"));
            other
        })
        .into();
    let store = SqliteStorage::open(&path).unwrap();
    let (mut ids, mut seen) = (BTreeSet::new(), 0);
    for other in &mut others {
        while let Some(answer) = other.answer().filter(|answer| answer != "done") {
            let of_pair: Vec<u64> = answer.split(' ').map(|id| id.parse().unwrap()).collect();
            assert_eq!(of_pair[1], of_pair[0] + 1, "somebody came between a batch");
            assert!(
                of_pair.into_iter().all(|id| ids.insert(id)),
                "{answer} came twice"
            );
            let count = store.count(&Query::all()).unwrap();
            assert!(
                count >= seen && count.is_multiple_of(2),
                "{count} after {seen}"
            );
            seen = count;
        }
    }
    assert_eq!(ids, (1..=EACH * 6).collect());
    let groups = store
        .groups(&Query::all(), &tracking_core::GroupBy::User.into())
        .unwrap();
    assert!(
        groups.iter().all(|group| group.count() == EACH * 2),
        "{groups:?}"
    );
    assert_eq!(store.users_of("lesson").unwrap().len(), 3);
    assert_eq!(store.runs(&RunQuery::all()).unwrap().len(), 1);
    drop((others, store));
    assert_sound(&path);
}

/// Processes that make the file at once all get to open it.
#[test]
fn processes_that_make_a_file_concurrently_open_the_same() {
    for _ in 0..5 {
        let folder = folder();
        let path = folder.path().join("test.db");
        let mut others: Vec<Other> = (0..4).map(|_| Other::start(&path, "")).collect();
        for (number, other) in others.iter_mut().enumerate() {
            assert_eq!(other.answer().unwrap(), "open");
            assert!(other.ask(&format!("save user-{number}")).starts_with("ok "));
        }
        for other in &mut others {
            assert_eq!(other.ask("count"), "ok 4");
        }
        drop(others);
        let store = SqliteStorage::open(&path).unwrap();
        let runs = store.runs(&RunQuery::all()).unwrap();
        assert_eq!(runs.len(), 1, "the task has one run");
        drop(store);
        assert_sound(&path);
    }
}

/// What a process knows of the file, it forgets when another one writes.
#[test]
fn what_a_process_knows_is_forgotten_when_another_writes() {
    let folder = folder();
    let path = folder.path().join("test.db");
    let store = SqliteStorage::open(&path).unwrap();
    let mut other = Other::opened(&path, "");
    let mut save = || assert!(other.ask("save anna").starts_with("ok "));
    // Both know the task, its run, the user and the last ids; each change makes that untrue.
    for round in 0..5 {
        save();
        let run = store.current_run_of("lesson").unwrap().unwrap().id();
        store.finish_run(run).unwrap();
        save();
        let removed = store.remove_matching(&Query::all()).unwrap();
        assert_eq!(removed, if round == 0 { 2 } else { 3 });
        save();
    }
    let tracks = store.query(&Query::all()).unwrap();
    assert_eq!((tracks[0].id().number(), tracks[0].run().number()), (15, 6));
    drop((other, store));
    assert_sound(&path);
}
