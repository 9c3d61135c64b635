//! How often a change waits for the server.

use serde_json::json;
use tracking_core::{
    Batch, ManualClock, NewTrack, RunSelector, SaveMode, SessionGap, Timestamp, TrackingStorage,
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
    let url = format!(
        "postgres://app@127.0.0.1:{}/postgres?sslmode=disable",
        proxy.port()
    );
    let clock = std::sync::Arc::new(ManualClock::new(at(1_000_000)));
    let store = Fresh::new(PostgresStorage::builder(url).clock(clock));
    let count = |batch: &dyn Fn(usize) -> Batch| round_trips(&proxy, &store, batch);
    let merge = |track: NewTrack| track.updating(SaveMode::Merge);
    let new_user = |number: usize| format!("new{number}");

    assert_eq!(count(&|_| Batch::new().save(track("u1"))), 2);
    assert_eq!(count(&|_| Batch::new().save(merge(track("u1")))), 2);
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
