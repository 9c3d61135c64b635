//! Stores that others keep locked, and servers with other defaults.

use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tracking_core::{
    Clock as _, ErrorKind, NewTrack, Query, SessionGap, SystemClock, TrackingStorage,
    TrackingStorageExt as _,
};
use tracking_postgres::{PostgresStorage, StoreName};

use crate::proxy::{Proxy, Side};
use crate::server::Server;
use crate::session::Session;
use crate::stores::{Fresh, server};

fn lock(session: &Session, store: &StoreName) {
    session.execute(&format!(
        "begin; select from tracking.store where store = '{store}' for update"
    ));
}

#[test]
fn any_lock_timeout_can_be_waited_for() {
    let Some(server) = server() else { return };
    let days = Duration::from_hours(3 * 24);
    for timeout in [
        Duration::ZERO,
        Duration::from_nanos(1),
        days,
        100 * days,
        Duration::MAX,
    ] {
        let builder = PostgresStorage::builder(server.url()).lock_timeout(timeout);
        let store = Fresh::new(builder);
        // With almost no time to wait, any other work of the server may be in the way.
        let saved = (0..100).any(|_| store.save_data("a001", "u1", json!({})).is_ok());
        assert!(saved, "{timeout:?}");
        if timeout < days {
            let session = Session::open(server, "postgres");
            lock(&session, store.store_name());
            let refused = store.save_data("a001", "u1", json!({})).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused:?}");
            session.execute("rollback");
        }
    }
}

#[test]
fn a_change_waits_for_a_lock_longer_than_for_an_answer() {
    let Some(server) = server() else { return };
    let builder = PostgresStorage::builder(server.url());
    let store = Fresh::new(
        builder
            .answer_timeout(Duration::from_secs(1))
            .lock_timeout(Duration::from_mins(1)),
    );
    store.save_data("a001", "u1", json!({})).unwrap();
    let session = Session::open(server, "postgres");
    lock(&session, store.store_name());
    thread::scope(|scope| {
        let saving = scope.spawn(|| store.save_data("a001", "u1", json!({})));
        thread::sleep(Duration::from_secs(2));
        session.execute("rollback");
        saving.join().unwrap().unwrap();
    });
}

/// Else the track would lie before what others have saved meanwhile.
#[test]
fn a_save_that_waited_for_a_lock_has_the_time_after_it() {
    let Some(server) = server() else { return };
    let store = Fresh::new(PostgresStorage::builder(server.url()));
    let save = || store.save_data("a001", "u1", json!({})).unwrap();
    for _ in 0..3 {
        save();
    }
    let session = Session::open(server, "postgres");
    lock(&session, store.store_name());
    thread::scope(|scope| {
        let saving = scope.spawn(save);
        thread::sleep(Duration::from_millis(500));
        let released = SystemClock.now();
        session.execute("rollback");
        let track = store.track(saving.join().unwrap()).unwrap().unwrap();
        assert!(track.time() >= released, "{} {released}", track.time());
    });
}

#[test]
fn callers_that_share_a_transaction_wait_for_a_lock_once() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let url = proxy.url();
    let builder = PostgresStorage::builder(url);
    let store = Fresh::new(builder.lock_timeout(Duration::from_millis(500)));
    let save = || store.save_data("a001", "u1", json!({}));
    save().unwrap();
    let session = Session::open(server, "postgres");
    lock(&session, store.store_name());
    // The first one prepares what it needs to give up.
    save().unwrap_err();
    let before = proxy.seen(Side::Client);
    save().unwrap_err();
    let one = proxy.seen(Side::Client) - before;
    let callers = 16;
    let barrier = Barrier::new(callers);
    thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                barrier.wait();
                let refused = save().unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused:?}");
                let text = format!("{refused}");
                assert!(text.contains("others kept it locked"), "{text}");
            });
        }
    });
    let all = proxy.seen(Side::Client) - before - one;
    assert!(all <= 8 * one, "{all} messages, and {one} of one caller");
    session.execute("rollback");
    save().unwrap();
}

#[test]
fn the_isolation_level_does_not_depend_on_the_server() {
    let Some(server) = server() else { return };
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let open = || {
        let options = "options=-c%20default_transaction_isolation=serializable";
        let builder = PostgresStorage::builder(format!("{}?{options}", server.url()));
        builder.store(name.clone()).open().unwrap()
    };
    let stores: Vec<PostgresStorage> = (0..8).map(|_| open()).collect();
    thread::scope(|scope| {
        for store in &stores {
            scope.spawn(|| {
                for _ in 0..25 {
                    store.save_data("a001", "u1", json!({})).unwrap();
                }
            });
        }
    });
    let store = open();
    assert_eq!(store.count(&Query::all()).unwrap(), 8 * 25);
    store.remove_store().unwrap();
}

#[test]
fn a_server_that_freezes_within_a_save_into_a_session_is_given_up() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let url = proxy.url();
    let short = Duration::from_millis(300);
    let store = PostgresStorage::builder(url)
        .store(name.clone())
        .answer_timeout(short)
        .lock_timeout(short)
        .open()
        .unwrap();
    let direct = PostgresStorage::builder(server.url())
        .store(name)
        .open()
        .unwrap();
    let save = || {
        let track = NewTrack::new("a001", "u1", json!({})).unwrap();
        // An update has to find its track, after the session.
        let mode = tracking_core::SaveMode::Merge;
        store.save(track.in_session(SessionGap::default()).updating(mode))
    };
    for _ in 0..3 {
        save().unwrap();
    }
    let before = proxy.seen(Side::Server);
    save().unwrap();
    let messages = proxy.seen(Side::Server) - before;
    for frozen in 0..messages {
        proxy.freeze_after(Side::Server, frozen);
        let (sender, receiver) = mpsc::channel();
        let answer = thread::scope(|scope| {
            scope.spawn(|| sender.send(save()));
            let answer = receiver.recv_timeout(Duration::from_secs(20));
            proxy.calm();
            answer
        });
        let error = answer.expect("it gives up").map_err(|error| error.kind());
        let kinds = [ErrorKind::Unavailable, ErrorKind::OutcomeUnknown];
        assert!(
            error.is_ok() || error.is_err_and(|kind| kinds.contains(&kind)),
            "frozen after {frozen}: {error:?}"
        );
        // The server may hold the lock until it sees that the connection is gone.
        while save().is_err() {}
    }
    drop(store);
    direct.remove_store().unwrap();
}
