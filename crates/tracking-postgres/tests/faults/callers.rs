//! Who may call the store, and from where.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tracking_core::{Query, TrackingStorage, TrackingStorageExt as _};
use tracking_postgres::PostgresStorage;

use crate::session::Session;
use crate::stores::{Fresh, server};

fn use_it(store: &dyn TrackingStorage) {
    store.save_data("a001", "u1", json!({})).unwrap();
    assert!(store.count(&Query::all()).unwrap() > 0);
}

#[test]
fn it_works_within_any_runtime_and_can_be_dropped_there() {
    let Some(server) = server() else { return };
    let current_thread = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    current_thread.block_on(async {
        let store = Fresh::new(PostgresStorage::builder(server.url()));
        use_it(&store);
        drop(store);
    });
    let several_threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    several_threads.block_on(async {
        let store = Arc::new(Fresh::new(PostgresStorage::builder(server.url())));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = Arc::clone(&store);
                tokio::spawn(async move { use_it(&*store) })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        drop(store);
    });
}

#[test]
fn a_visitor_calls_the_store_while_the_pool_has_one_connection() {
    let Some(server) = server() else { return };
    let store = Fresh::new(PostgresStorage::builder(server.url()).max_connections(1));
    use_it(&store);
    let mut visited = 0;
    store
        .visit(&Query::all(), &mut |track| {
            assert!(store.track(track.id()).unwrap().is_some());
            use_it(&store);
            visited += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(visited, 1, "it sees the moment at which it began");
    store
        .export(&mut |_| {
            use_it(&store);
            ControlFlow::Continue(())
        })
        .unwrap();
}

#[test]
fn a_connection_that_the_server_has_closed_is_not_used_for_a_save() {
    let Some(server) = server() else { return };
    let url = format!("{}?application_name=closed", server.url());
    let store = Fresh::new(PostgresStorage::builder(url));
    let session = Session::open(server, "postgres");
    for _ in 0..10 {
        use_it(&store);
        let closed = session.numbers(
            "select count(*) filter (where pg_terminate_backend(pid, 60000)) \
             from pg_stat_activity where application_name = 'closed'",
        );
        assert_ne!(closed, [0]);
        // One whose connection breaks would be of unknown outcome.
        use_it(&store);
    }
}

#[test]
fn an_export_that_is_stopped_ends_its_transaction_though_nobody_calls_again() {
    let Some(server) = server() else { return };
    let url = format!("{}?application_name=export", server.url());
    let store = Fresh::new(PostgresStorage::builder(url));
    use_it(&store);
    store.export(&mut |_| ControlFlow::Break(())).unwrap();
    let session = Session::open(server, "postgres");
    let start = Instant::now();
    let open = "select count(*) from pg_stat_activity \
                where application_name = 'export' and xact_start is not null";
    while session.numbers(open) != [0] {
        assert!(start.elapsed() < Duration::from_secs(30), "it is open");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn callers_that_wait_share_transactions_and_fail_alone() {
    let Some(server) = server() else { return };
    let store = Fresh::new(PostgresStorage::builder(server.url()));
    let unknown = tracking_core::RunId::new(99).unwrap();
    thread::scope(|scope| {
        for caller in 0..16 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..25 {
                    let track =
                        tracking_core::NewTrack::new("a001", format!("u{caller}"), json!({"n": n}));
                    let track = track.unwrap();
                    if n % 5 == 4 {
                        let refused = store.save(track.in_run(unknown)).unwrap_err();
                        assert_eq!(refused.kind(), tracking_core::ErrorKind::UnknownRun);
                    } else {
                        store.save(track).unwrap();
                    }
                }
            });
        }
    });
    let ids: Vec<u64> = store
        .query(&Query::all())
        .unwrap()
        .iter()
        .map(|t| t.id().number())
        .collect();
    assert_eq!(
        ids,
        (1..=320).collect::<Vec<_>>(),
        "a refused save takes no id"
    );
}
