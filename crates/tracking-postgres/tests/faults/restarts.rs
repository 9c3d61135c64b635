//! Servers that end, restart and freeze.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use tracking_core::{Batch, BatchId, ErrorKind, NewTrack, Query, TrackingStorage};
use tracking_postgres::PostgresStorage;

use crate::server::Server;
use crate::stores::server;

/// The postmaster of a server, and the processes that it has started.
fn processes(server: &Server) -> Vec<u32> {
    let file = fs::read_to_string(server.data().join("postmaster.pid")).unwrap();
    let postmaster: u32 = file.lines().next().unwrap().trim().parse().unwrap();
    let mut all = vec![postmaster];
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(process) = entry.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        if status
            .lines()
            .any(|line| line == format!("PPid:\t{postmaster}"))
        {
            all.push(process);
        }
    }
    all
}

/// Sends a signal to processes that this test has started.
fn signal(name: &str, processes: &[u32]) {
    for process in processes {
        let sent = Command::new("kill")
            .args([name, &process.to_string()])
            .status();
        sent.unwrap();
    }
}

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

    let all = processes(&own);
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
