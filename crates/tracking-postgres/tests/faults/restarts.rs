//! Servers that end, restart and freeze.

use std::time::{Duration, Instant};

use serde_json::json;
use tracking_core::{Batch, BatchId, ErrorKind, NewTrack, Query, TrackingStorage};
use tracking_postgres::PostgresStorage;

use crate::replicas::{processes, signal};
use crate::server::Server;
use crate::stores::server;

fn batch(number: u32) -> Batch {
    Batch::new()
        .save(NewTrack::new("a001", "u1", json!({"n": number})).unwrap())
        .with_id(BatchId::new(format!("batch {number}")).unwrap())
}

#[test]
fn a_server_that_crashes_and_one_that_freezes_lose_nothing_that_was_acknowledged() {
    if server().is_none() {
        return;
    }
    let programs = Server::programs().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let own = Server::own(programs, folder.path(), "");
    let store = PostgresStorage::builder(own.url())
        .answer_timeout(Duration::from_secs(2))
        .lock_timeout(Duration::from_secs(2))
        .open()
        .unwrap();
    store.apply(&batch(0)).unwrap();

    let all = processes(&own.data());
    signal("-STOP", &all);
    let start = Instant::now();
    let frozen = store.apply(&batch(1)).unwrap_err();
    let took = start.elapsed();
    signal("-CONT", &all);
    let kinds = [ErrorKind::Unavailable, ErrorKind::OutcomeUnknown];
    assert!(kinds.contains(&frozen.kind()), "{frozen:?}");
    assert!(took < Duration::from_secs(30), "it took {took:?}");
    apply_until_done(&store, 1);

    for round in 2..5 {
        own.crash_and_start_again();
        apply_until_done(&store, round);
    }
    assert_eq!(
        store.count(&Query::all()).unwrap(),
        5,
        "each batch is there once"
    );
}

/// Repeats a batch under its id until it is done.
fn apply_until_done(store: &PostgresStorage, number: u32) {
    for _ in 0..40 {
        match store.apply(&batch(number)) {
            Ok(_) => return,
            Err(error) => {
                assert!(
                    error.is_retryable() || error.may_have_changed(),
                    "{error:?}"
                );
                std::thread::sleep(Duration::from_millis(250));
            }
        }
    }
    panic!("batch {number} was never done");
}
