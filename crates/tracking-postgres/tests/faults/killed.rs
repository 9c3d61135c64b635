//! Processes that write, killed at random moments.
//!
//! `TRACKING_KILLS=300` kills as often; by default it is a few times.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tracking_core::{ChangeFeed, TrackingStorage};
use tracking_postgres::PostgresStorage;

use crate::child::{Log, Other, THREADS};
use crate::dice::Dice;
use crate::ledger::{acks, check_feed, check_tracks, failure_kinds};
use crate::server::{Server, note};
use crate::session::execute;
use crate::stores::server;

fn kills() -> usize {
    let kills = std::env::var("TRACKING_KILLS").ok();
    kills.and_then(|kills| kills.parse().ok()).unwrap_or(8)
}

/// The batch that each thread of a writer does next: the one after the last that it was told is
/// done, so that it repeats what was under way.
fn next_batches(log: &Log, writer: &str) -> Vec<u64> {
    let acks = acks(log);
    let next = |thread: u64| {
        let name = format!("{writer}.{thread}");
        let mine = acks.iter().filter(|ack| ack.writer == name);
        mine.map(|ack| ack.number + 1).max().unwrap_or(0)
    };
    (0..THREADS).map(next).collect()
}

#[test]
fn writers_that_are_killed_have_done_each_batch_once() {
    let Some(server) = server() else { return };
    let database = format!("d_{}", Server::fresh_store_name());
    execute(server, "postgres", &format!("create database {database}"));
    let url = format!("postgres://app@127.0.0.1:{}/{database}", server.port());
    let store = PostgresStorage::open(&url).unwrap();
    store.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    let log = Arc::new(Log::default());
    let mut dice = Dice::new(300);
    // While one is killed and starts again, the other one writes.
    let mut writers = ["a", "b"].map(|name| Some(Other::writer(&url, name, &[0, 0], &log)));
    for kill in 0..kills() {
        let (name, writer) = (["a", "b"][kill % 2], &mut writers[kill % 2]);
        if dice.roll(4) > 0 {
            // Else it may still be opening the store.
            log.wait_for(&format!("ack {name}."));
        }
        thread::sleep(Duration::from_millis(dice.roll(80)));
        writer.take().unwrap().kill();
        *writer = Some(Other::writer(&url, name, &next_batches(&log, name), &log));
    }
    log.wait_for("ack a.");
    log.wait_for("ack b.");
    for writer in writers.into_iter().flatten() {
        writer.finish();
    }
    let (kept, lost) = check_tracks(&log, &[], &store);
    let entries = check_feed(&store).len();
    let kinds = failure_kinds(&log);
    note(&format!(
        "{} kills: {kept} batches, {entries} entries, errors {kinds:?}",
        kills()
    ));
    assert_eq!(lost, 0);
    assert!(kept > kills(), "{kept} batches only");
    drop(store);
    let remove = format!("drop database {database} with (force)");
    execute(server, "postgres", &remove);
}
