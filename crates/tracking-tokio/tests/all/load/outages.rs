//! A server in a process of its own, a load generator that is not ours, and a store that is not
//! there for a while: every request is recorded once, as counted by the generator.

use std::net::SocketAddr;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use tracking_core::{Query, TrackingStorage, TrackingStorageExt as _};
use tracking_postgres::PostgresStorage;
use tracking_sqlite::SqliteStorage;

use super::child::{Server, Sink};
use super::disk::Disk;
use super::generator::{Generated, Generator};
use super::tools::{fetch, load, requests, skipped};
use crate::postgres_server::Server as Postgres;

const PAUSE: Duration = Duration::from_millis(300);

/// Has a load made, and the store taken away again and again meanwhile. What the generator has
/// counted, and the recorder, once it is done.
fn under_load(address: SocketAddr, protocol: &str, outage: impl Fn()) -> (Generated, Value) {
    let mut generator = Generator::start(address, protocol, requests());
    while generator.is_running() {
        sleep(PAUSE);
        outage();
    }
    let generated = generator.counts();
    let counts: Value = serde_json::from_str(&fetch(address, "/counts")).unwrap();
    for lost in ["dropped", "refused", "abandoned", "pending"] {
        assert_eq!(counts[lost], 0, "{counts}");
    }
    (generated, counts)
}

/// Fails unless each request is recorded once, with the status that the generator has seen.
fn assert_recorded(store: &dyn TrackingStorage, generated: &Generated) {
    assert_eq!(generated.errored, 0, "{generated:?}");
    assert_eq!(generated.started, requests());
    assert_eq!(recorded(store), generated.statuses);
}

/// How many requests are recorded, by the first digit of their status, from 2.
fn recorded(store: &dyn TrackingStorage) -> [u64; 4] {
    let mut statuses = [0; 4];
    let add = |track: tracking_core::TrackRef<'_>| {
        // A request that was cut off before its response has none.
        if let Some(status) = track
            .data()
            .get("status")
            .and_then(|status| status.as_u64())
        {
            statuses[usize::try_from(status / 100 - 2).unwrap()] += 1;
        }
    };
    store.for_each(&Query::all(), add).unwrap();
    statuses
}

fn load_if_there(store: &dyn TrackingStorage, log: &Path) {
    if log.exists() {
        load(store, log);
    }
}

#[test]
fn restarts_of_a_postgresql_server_lose_and_double_no_request() {
    if !Generator::is_there() {
        return;
    }
    let Some(programs) = Postgres::programs() else {
        return skipped("PostgreSQL is not installed (apt-get install postgresql)");
    };
    let folder = tempfile::tempdir().unwrap();
    // What it has committed survives a crash of the server, not one of the machine.
    let postgres = Postgres::own(programs, folder.path(), "fsync = off\n");
    let log = folder.path().join("spill.log");
    let (_server, address) = Server::start(Sink::Spill, &postgres.url(), &log);
    let (generated, counts) = under_load(address, "http/1.1", || postgres.crash_and_start_again());
    assert_ne!(counts["store_failures"], 0, "{counts}");
    let store = PostgresStorage::open(postgres.url()).unwrap();
    load_if_there(&store, &log);
    assert_recorded(&store, &generated);
}

#[test]
fn a_file_that_another_program_locks_loses_and_doubles_no_request() {
    if !Generator::is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, log) = (
        folder.path().join("tracks.db"),
        folder.path().join("spill.log"),
    );
    let (_server, address) = Server::start(Sink::Spill, file.to_str().unwrap(), &log);
    let other = Connection::open(&file).unwrap();
    other.busy_timeout(Duration::from_secs(10)).unwrap();
    let (generated, _) = under_load(address, "h2c", || {
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        sleep(PAUSE);
        other.execute_batch("ROLLBACK").unwrap();
    });
    let store = SqliteStorage::open(&file).unwrap();
    load_if_there(&store, &log);
    assert_recorded(&store, &generated);
}

#[test]
fn a_full_disk_of_the_store_loses_and_doubles_no_request() {
    if !Generator::is_there() {
        return;
    }
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let other = tempfile::tempdir().unwrap();
    let (file, log) = (disk.path("tracks.db"), other.path().join("spill.log"));
    let (_server, address) = Server::start(Sink::Spill, file.to_str().unwrap(), &log);
    let (generated, counts) = under_load(address, "h2c", || {
        disk.fill_up();
        sleep(PAUSE * 2);
        disk.make_room();
    });
    assert_ne!(counts["store_failures"], 0, "{counts}");
    assert_ne!(counts["spilled"], 0, "{counts}");
    let store = SqliteStorage::open(&file).unwrap();
    load_if_there(&store, &log);
    assert_recorded(&store, &generated);
}

#[test]
fn a_kill_loses_no_request_that_the_generator_has_counted() {
    if !Generator::is_there() {
        return;
    }
    for (sink, protocol) in [(Sink::WriteAhead, "h2c"), (Sink::Log, "http/1.1")] {
        let folder = tempfile::tempdir().unwrap();
        let (file, log) = (
            folder.path().join("tracks.db"),
            folder.path().join("requests.log"),
        );
        let (mut server, address) = Server::start(sink, file.to_str().unwrap(), &log);
        let generator = Generator::start(address, protocol, requests());
        sleep(PAUSE * 2);
        server.kill();
        let generated = generator.counts();
        assert!(generated.errored > 0, "it was killed too late");
        let store = SqliteStorage::open(&file).unwrap();
        load(&store, &log);
        let (answered, recorded) = (generated.complete_responses(), recorded(&store));
        let total = store.count(&Query::all()).unwrap();
        let message = format!("{generated:?}, {recorded:?}, {total} recorded");
        assert!(answered[0] > 0 && answered[2] > 0, "{message}");
        // Those in between were on their way when it was killed.
        for (answered, recorded) in answered.into_iter().zip(recorded) {
            assert!(answered <= recorded, "{message}");
        }
        assert!(total <= generated.started, "{message}");
    }
}
