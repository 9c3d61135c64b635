//! How often a change waits for the server.

use serde_json::json;
use tracking_core::{
    Batch, ChangeFeed, Data, Key, ManualClock, NewTrack, Query, RunSelector, SaveMode, SessionGap,
    Timestamp, TrackingStorage,
};
use tracking_postgres::PostgresStorage;

use crate::proxy::Proxy;
use crate::stores::{Fresh, server};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

fn track(user: &str) -> NewTrack {
    NewTrack::new("a001", user, json!({"n": 1})).unwrap()
}

fn in_session(user: &str) -> NewTrack {
    track(user).in_session(SessionGap::default())
}

/// How many round trips a batch takes once its statements are prepared.
fn round_trips(proxy: &Proxy, store: &PostgresStorage, batch: impl Fn(usize) -> Batch) -> i64 {
    for number in 0..3 {
        store.apply(&batch(number)).unwrap();
    }
    let before = proxy.round_trips();
    store.apply(&batch(3)).unwrap();
    proxy.round_trips() - before
}

#[test]
fn a_save_into_a_session_takes_as_many_round_trips_as_any_other() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let url = proxy.url();
    let clock = std::sync::Arc::new(ManualClock::new(at(1_000_000)));
    let store = Fresh::new(PostgresStorage::builder(url).clock(clock));
    let count = |batch: &dyn Fn(usize) -> Batch| round_trips(&proxy, &store, batch);
    let merge = |track: NewTrack| track.updating(SaveMode::Merge);
    let new_user = |number: usize| format!("new{number}");

    let keyed = |n: usize| track("u1").with_key(Key::new(format!("key {n}")).unwrap());
    assert_eq!(count(&|n| Batch::new().save(keyed(n))), 2);
    assert_eq!(count(&|_| Batch::new().save(in_session("s1"))), 2);
    assert_eq!(count(&|_| Batch::new().save(merge(in_session("s1")))), 2);
    assert_eq!(count(&|n| Batch::new().save(in_session(&new_user(n)))), 2);
    let late = |n: usize| at(2_000_000 + 100_000 * i64::try_from(n).unwrap());
    assert_eq!(
        count(&|n| Batch::new().save(in_session("s1").at(late(n)))),
        2
    );
    let many = |n: usize| {
        let saves = (0..60).map(|save| {
            let user = format!("many{}", save % 7);
            let track = in_session(&user).at(at(1000 * i64::from(save)));
            if n % 2 == 1 { merge(track) } else { track }
        });
        saves.fold(Batch::new(), Batch::save)
    };
    assert_eq!(count(&many), 2);
}

#[test]
fn a_single_save_into_a_run_that_is_there_takes_one_round_trip() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let url = proxy.url();
    let store = Fresh::new(PostgresStorage::builder(url));
    let count = |batch: &dyn Fn(usize) -> Batch| round_trips(&proxy, &store, batch);
    let long = "x".repeat(300);
    for (task, user) in [("a001", "u1"), (&*long, &*long)] {
        let track = || NewTrack::new(task, user, json!({"n": 1})).unwrap();
        assert_eq!(count(&|_| Batch::new().save(track())), 1);
        let in_run = || track().in_run(tracking_core::RunId::FIRST);
        assert_eq!(count(&|_| Batch::new().save(in_run())), 1);
        for mode in [SaveMode::Merge, SaveMode::Replace] {
            assert_eq!(count(&|_| Batch::new().save(track().updating(mode))), 1);
        }
        let nothing = || NewTrack::new(task, user, json!({})).unwrap();
        let merge = || nothing().updating(SaveMode::Merge);
        assert_eq!(count(&|_| Batch::new().save(merge())), 2);
    }
    let save = |user: &str| store.save(track(user)).unwrap();
    save("u1");
    // A connection that was idle for long may be dead, and is tried first.
    std::thread::sleep(std::time::Duration::from_millis(5_100));
    let before = proxy.round_trips();
    save("u1");
    assert_eq!(proxy.round_trips() - before, 2);
    save("u1");
    assert_eq!(proxy.round_trips() - before, 3);
    store.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    let before = store.last_change().unwrap();
    for _ in 0..20 {
        save("u1");
    }
    let changes = store.changes(Some(&before), 100).unwrap().changes;
    assert_eq!(changes.len(), 20, "each save is in the feed");
}

#[test]
fn what_the_server_merges_is_what_the_program_would_merge() {
    let Some(server) = server() else { return };
    let store = Fresh::new(PostgresStorage::builder(server.url()));
    let objects = [
        json!({"b": 1e300, "a": {"z": 1.0, "y": [1, -0.0, 1e-7]}, "c": null}),
        json!({"a": {}, "b": "", "": 0, "B": 1}),
        json!({"\"": 1, "\\": 2, "/": 3, "\u{8}\u{c}\n\r\t": 4, "\u{1}\u{1f}\u{7f}": "\u{1}\u{7f}"}),
        json!({"\u{ffff}": 1, "\u{1f600}": 2, "é": 3, "e\u{301}": 4, "\u{2028}": "\u{2028}"}),
        json!({"\"": "\\u0041", "\u{1f600}": 18_446_744_073_709_551_615_u64, "Z": i64::MIN}),
        json!({"nul": "a\u{0}b", "\u{0}": 1}),
        json!({"nul": "gone", "\u{0}": "\u{0}"}),
        json!({"a": [[], {}, "x"], " ": " "}),
    ];
    let data = |object: &serde_json::Value| Data::try_from(object.clone()).unwrap();
    for first in &objects {
        for second in &objects {
            let save = |object: &serde_json::Value, mode| {
                let track = NewTrack::new("a001", "u1", object.clone()).unwrap();
                store.save(track.updating(mode)).unwrap()
            };
            save(first, SaveMode::Replace);
            let id = save(second, SaveMode::Merge);
            let merged = store.track(id).unwrap().unwrap();
            let expected = data(first).merged_with(data(second).as_ref()).unwrap();
            assert_eq!(merged.data().as_str(), expected.as_str());
        }
    }
    assert_eq!(store.count(&Query::all()).unwrap(), 1);
}

#[test]
fn a_session_whose_nearest_tracks_are_of_finished_runs_is_found() {
    let Some(server) = server() else { return };
    let clock = std::sync::Arc::new(ManualClock::new(at(1000)));
    let store = Fresh::new(PostgresStorage::builder(server.url()).clock(clock));
    let first = store.save(in_session("u1").at(at(900))).unwrap();
    let first = store.track(first).unwrap().unwrap().run();
    // A run of its own, with more tracks than are fetched at once.
    let other = store
        .start_run(tracking_core::NewRun::without_task())
        .unwrap();
    for second in 901..920 {
        store
            .save(track("u1").in_run(other).at(at(second)))
            .unwrap();
    }
    let stop = tracking_core::StopRun::new(RunSelector::Id(other));
    store.stop_run(stop.ending_at(at(930))).unwrap();
    let saved = store.save(in_session("u1")).unwrap();
    assert_eq!(store.track(saved).unwrap().unwrap().run(), first);
}
