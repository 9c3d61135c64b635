//! Saves, updates, removals, queries and exports of several programs at the same time, while partitions come and go.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;

use serde_json::json;
use tracking_core::{
    Data, NewRun, NewTrack, Query, Record, Retention, TaskId, Timestamp, TrackUpdate,
    TrackingStorage, TrackingStorageExt as _,
};
use tracking_postgres::PostgresStorage;

use crate::database::{OwnDatabase, ranges};

/// How many tracks each of some programs saves.
const SAVES: i64 = 150;
/// How many of them stay at least.
const KEPT: i64 = 30;
const TASKS: [&str; 3] = ["a0", "a1", "a2"];

/// Saves the tracks of a task, each of which has its number as time in seconds, and changes each once.
fn save_all(store: &PostgresStorage, task: &str, saved: &AtomicI64) {
    let start = Timestamp::from_secs(0).unwrap();
    let run = NewRun::of(TaskId::new(task).unwrap()).starting_at(start);
    store.start_run(run).unwrap();
    for number in 1..=SAVES {
        let track = NewTrack::new(task, "u1", json!({})).unwrap();
        let time = Timestamp::from_secs(number).unwrap();
        let id = store.save(track.at(time)).unwrap();
        let data: Data = json!({"n": number}).try_into().unwrap();
        store.update(TrackUpdate::merge(id, data).at(time)).unwrap();
        saved.store(number, Ordering::Release);
    }
}

/// Sees that no track is missing between others. Each program saves its tracks in order, and the oldest are removed.
fn check_gaps(task: &str, numbers: &[i64], at_least: i64) {
    let last = numbers.last().copied().unwrap_or(0);
    let first = numbers.first().copied().unwrap_or(1);
    assert!(
        numbers.iter().copied().eq(first..=last),
        "{task}: {numbers:?}"
    );
    assert!(
        last >= at_least,
        "{task} ends with {last}, and {at_least} was saved"
    );
}

fn number_of(time: Timestamp) -> i64 {
    time.micros() / 1_000_000
}

fn read(store: &PostgresStorage, saved: &[AtomicI64]) {
    for (task, saved) in TASKS.iter().zip(saved) {
        let at_least = saved.load(Ordering::Acquire);
        let tracks = store.query(&Query::all().task(*task)).unwrap();
        let numbers: Vec<i64> = tracks.iter().map(|track| number_of(track.time())).collect();
        check_gaps(task, &numbers, at_least);
    }
}

fn export(store: &PostgresStorage, saved: &[AtomicI64]) {
    let at_least = saved.iter().map(|saved| saved.load(Ordering::Acquire));
    let at_least: Vec<i64> = at_least.collect();
    let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut visitor = |record: Record| {
        if let Record::Track(track) = record {
            let task = track.task().to_string();
            numbers
                .entry(task)
                .or_default()
                .push(number_of(track.time()));
        }
        ControlFlow::Continue(())
    };
    store.export(&mut visitor).unwrap();
    for (task, at_least) in TASKS.iter().zip(at_least) {
        check_gaps(
            task,
            numbers.get(*task).map_or(&[], Vec::as_slice),
            at_least,
        );
    }
}

fn prune(store: &PostgresStorage, saved: &[AtomicI64]) {
    let least = saved
        .iter()
        .map(|saved| saved.load(Ordering::Acquire))
        .min();
    let oldest = Timestamp::from_secs((least.unwrap_or(0) - KEPT).max(0)).unwrap();
    store.prune(&Retention::none().older_than(oldest)).unwrap();
}

#[test]
fn no_query_misses_a_partition() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let store = database.fresh_with(|builder| builder.partition_every(16));
    let opened = || database.open(store.store_name());
    let saved: [AtomicI64; 3] = Default::default();
    let is_done = AtomicBool::new(false);
    let while_saving = |work: &(dyn Fn() + Sync)| {
        while !is_done.load(Ordering::Relaxed) {
            work();
        }
    };
    let (reader, exporter, pruner) = (opened(), opened(), opened());
    let analyzer = database.session();
    thread::scope(|scope| {
        let writers = TASKS.iter().zip(&saved).map(|(task, saved)| {
            let own = opened();
            scope.spawn(move || save_all(&own, task, saved))
        });
        let writers: Vec<_> = writers.collect();
        let others = [
            scope.spawn(|| while_saving(&|| read(&reader, &saved))),
            scope.spawn(|| while_saving(&|| export(&exporter, &saved))),
            scope.spawn(|| while_saving(&|| prune(&pruner, &saved))),
            scope.spawn(|| {
                let table = format!("tracking.track_{}_store", store.store_name());
                while_saving(&|| analyzer.execute(&format!("vacuum analyze {table}")));
            }),
        ];
        let writers: Vec<_> = writers
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        is_done.store(true, Ordering::Relaxed);
        for other in others {
            other.join().unwrap();
        }
        for writer in writers {
            writer.unwrap();
        }
    });
    read(&store, &saved);
    prune(&store, &saved);
    let tracks = store.query(&Query::all()).unwrap();
    assert_eq!(
        tracks.len(),
        TASKS.len() * usize::try_from(KEPT + 1).unwrap()
    );
    for track in &tracks {
        let expected = format!(r#"{{"n":{}}}"#, number_of(track.time()));
        assert_eq!(track.data().as_str(), expected);
    }
    let session = database.session();
    assert!(ranges(&session, store.store_name()).len() > 1);
}
