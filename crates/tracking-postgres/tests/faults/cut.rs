//! Connections that break in the middle of a change.

use serde_json::json;
use tracking_core::{
    Batch, BatchId, ErrorKind, NewTrack, Query, SaveMode, TrackingStorage, TrackingStorageExt as _,
};
use tracking_postgres::{PostgresStorage, StoreName};

use crate::proxy::{Proxy, Side};
use crate::server::Server;
use crate::stores::server;

/// A change of several kinds of rows, which needs several statements.
fn batch(number: i64) -> Batch {
    let track = |user| NewTrack::new("a001", user, json!({"n": number})).unwrap();
    Batch::new()
        .save(track("u1"))
        .save(track("u2").updating(SaveMode::Merge))
        .with_id(BatchId::new(format!("batch {number}")).unwrap())
}

#[test]
fn a_commit_that_is_cut_at_any_message_is_done_once() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let url = proxy.url();
    let store = PostgresStorage::builder(url)
        .store(name.clone())
        .open()
        .unwrap();
    let direct = PostgresStorage::builder(server.url())
        .store(name)
        .open()
        .unwrap();
    // The first ones prepare statements; after that, each takes as many messages.
    for number in -3..0 {
        store.apply(&batch(number)).unwrap();
    }
    let mut kinds = std::collections::BTreeMap::new();
    let mut number = 0;
    for side in [Side::Client, Side::Server] {
        let before = proxy.seen(side);
        store.apply(&batch(number)).unwrap();
        number += 1;
        let messages = proxy.seen(side) - before;
        assert!(messages > 10, "{messages} messages of {side:?}");
        for cut in 0..=messages {
            // A fresh connection has its statements prepared again.
            store.apply(&batch(number)).unwrap();
            number += 1;
            let count = direct.count(&Query::all().user("u1")).unwrap();
            proxy.cut_after(side, cut);
            let answer = store.apply(&batch(number));
            proxy.calm();
            let kind = answer.as_ref().err().map(tracking_core::Error::kind);
            *kinds.entry(kind).or_insert(0) += 1;
            let now = direct.count(&Query::all().user("u1")).unwrap();
            match kind {
                None => assert_eq!(now, count + 1, "cut {cut} of {side:?}"),
                Some(ErrorKind::Unavailable) => assert_eq!(now, count, "cut {cut} of {side:?}"),
                Some(ErrorKind::OutcomeUnknown) => assert!(now - count <= 1),
                Some(other) => panic!("cut {cut} of {side:?}: {other} {answer:?}"),
            }
            let again = direct.apply(&batch(number)).unwrap();
            let once = direct.count(&Query::all().user("u1")).unwrap();
            assert_eq!(once, count + 1, "cut {cut} of {side:?}: {answer:?}");
            if let Ok(outcomes) = answer {
                assert_eq!(outcomes, again, "cut {cut} of {side:?}");
            }
            number += 1;
        }
    }
    assert!(
        kinds.contains_key(&Some(ErrorKind::OutcomeUnknown)),
        "{kinds:?}"
    );
    assert!(
        kinds.contains_key(&None),
        "a change that was not sent is repeated: {kinds:?}"
    );
    drop(store);
    direct.remove_store().unwrap();
}

#[test]
fn a_single_save_that_is_cut_at_any_message_says_what_became_of_it() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let url = proxy.url();
    let open = |url: String| PostgresStorage::builder(url).store(name.clone()).open();
    let (store, direct) = (open(url).unwrap(), open(server.url()).unwrap());
    let save = || store.save_data("a001", "u1", json!({"n": 1}));
    for _ in 0..3 {
        save().unwrap();
    }
    let mut kinds = std::collections::BTreeSet::new();
    for side in [Side::Client, Side::Server] {
        let before = proxy.seen(side);
        save().unwrap();
        for cut in 0..=proxy.seen(side) - before {
            // A fresh connection has its statement prepared again.
            save().unwrap();
            let count = direct.count(&Query::all()).unwrap();
            proxy.cut_after(side, cut);
            let answer = save();
            proxy.calm();
            let now = direct.count(&Query::all()).unwrap();
            match answer.as_ref().map_err(tracking_core::Error::kind) {
                Ok(_) => assert_eq!(now, count + 1, "cut {cut} of {side:?}"),
                Err(ErrorKind::OutcomeUnknown) => assert!(now - count <= 1),
                Err(other) => panic!("cut {cut} of {side:?}: {other} {answer:?}"),
            }
            kinds.insert((answer.is_ok(), now - count));
        }
    }
    // Lost before the server had it, lost with its answer, and answered.
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        [(false, 0), (false, 1), (true, 1)]
    );
    drop(store);
    direct.remove_store().unwrap();
}

#[test]
fn a_query_whose_connection_is_cut_is_asked_again() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let url = proxy.url();
    let store = PostgresStorage::builder(url).store(name).open().unwrap();
    store.save_data("a001", "u1", json!({})).unwrap();
    for side in [Side::Client, Side::Server] {
        for cut in 0..4 {
            proxy.cut_after(side, cut);
            assert_eq!(store.count(&Query::all()).unwrap(), 1);
            proxy.calm();
        }
    }
    store.remove_store().unwrap();
}

#[test]
fn a_connection_with_an_answer_too_many_is_not_used_again() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let builder = PostgresStorage::builder(proxy.url()).max_connections(1);
    let store = builder.store(name).open().unwrap();
    let count = |user| store.count(&Query::all().user(user));
    for _ in 0..3 {
        store.save_data("a001", "u1", json!({})).unwrap();
        assert_eq!((count("u1").is_ok(), count("u2").unwrap()), (true, 0));
    }
    proxy.add_answer();
    let refused = count("u1").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Backend, "{refused:?}");
    // What comes too late is the answer to nothing else.
    assert_eq!((count("u2").unwrap(), count("u1").unwrap()), (0, 3));
    store.remove_store().unwrap();
}
