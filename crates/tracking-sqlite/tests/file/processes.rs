//! Several processes on one file.

use serde_json::json;
use tracking_core::{Query, RunQuery, TrackingStorage, TrackingStorageExt};

use crate::child::Other;
use crate::tools::{count, file, open};

#[test]
fn processes_that_open_a_new_file_at_once_agree_on_it() {
    for _ in 0..5 {
        let (_folder, file) = file();
        let mut others: Vec<Other> = (0..3).map(|_| Other::start(&file)).collect();
        for other in &mut others {
            other.order("open");
        }
        for other in &mut others {
            assert_eq!(other.answer().unwrap(), "ok");
            assert_eq!(other.ask("save x"), "ok");
        }
        let store = open(&file);
        assert_eq!(count(&store), 3);
        assert_eq!(
            store.runs(&RunQuery::all()).unwrap().len(),
            1,
            "the task has one run"
        );
        assert_eq!(store.check().unwrap(), []);
    }
}

#[test]
fn processes_that_write_at_once_lose_nothing_and_give_no_id_twice() {
    let (_folder, file) = file();
    let store = open(&file);
    let mut others: Vec<Other> = (0..2).map(|_| Other::start(&file)).collect();
    for other in &mut others {
        assert_eq!(other.ask("open"), "ok");
        other.order("many 100");
    }
    for n in 0..100 {
        store.save_data("a", "parent", json!({"n": n})).unwrap();
    }
    for other in &mut others {
        assert_eq!(other.answer().unwrap(), "ok");
    }
    let ids: Vec<u64> = store
        .query(&Query::all())
        .unwrap()
        .iter()
        .map(|t| t.id().number())
        .collect();
    assert_eq!(ids, (1..=300).collect::<Vec<_>>());
    assert_eq!(store.runs(&RunQuery::all()).unwrap().len(), 1);
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn what_a_process_knows_is_forgotten_when_another_writes() {
    let (_folder, file) = file();
    let store = open(&file);
    let mut other = Other::start(&file);
    assert_eq!(other.ask("open"), "ok");
    // Both know the task, its run, the user and the last ids; each change makes that untrue.
    for round in 0..5 {
        assert_eq!(other.ask("save 1"), "ok");
        store
            .finish_run(store.current_run_of("a").unwrap().unwrap().id())
            .unwrap();
        assert_eq!(other.ask("save 2"), "ok");
        let removed = store.remove_matching(&Query::all()).unwrap();
        assert_eq!(removed, if round == 0 { 2 } else { 3 });
        assert_eq!(other.ask("save 3"), "ok");
    }
    let tracks = store.query(&Query::all()).unwrap();
    assert_eq!((tracks[0].id().number(), tracks[0].run().number()), (15, 6));
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn what_a_killed_process_was_told_is_saved_is_there() {
    for (opening, saves) in [("open", 200), ("open power", 20)] {
        let (_folder, file) = file();
        let mut other = Other::start(&file);
        assert_eq!(other.ask(opening), "ok");
        other.order("stream");
        let mut last = 0;
        while last < saves {
            last = other.answer().unwrap().parse().unwrap();
        }
        other.kill();
        while let Some(answer) = other.answer() {
            last = answer.parse().unwrap();
        }
        let store = open(&file);
        let there = count(&store);
        assert!(
            there == last || there == last + 1,
            "{there} of {last} saves are there"
        );
        assert_eq!(store.check().unwrap(), []);
    }
}
