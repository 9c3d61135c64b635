//! Threads that run a store for each other, and leave.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tracking_core::{
    Batch, Key, NewTrack, Query, TrackId, TrackingStorage, TrackingStorageExt as _,
};
use tracking_postgres::PostgresStorage;

use crate::database::Database;
use crate::replicas::wait_until;
use crate::session::Session;
use crate::stores::server;

/// How long a call may take that waits for nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// A database that nobody else has sessions with, and one session that sees them.
struct Watched {
    session: Session,
    database: Database,
}

impl Watched {
    fn create() -> Option<Self> {
        let database = Database::create(server()?);
        let session = database.session();
        Some(Self { session, database })
    }

    fn url(&self) -> String {
        self.database.url()
    }

    /// Waits until so many sessions of others are in a state.
    fn wait_for(&self, what: &str, state: &str, count: i64) {
        let sql = format!(
            "select count(*) from pg_stat_activity where datname = current_database() \
             and application_name = 'tracking' and {state}"
        );
        wait_until(what, || self.session.numbers(&sql) == [count]);
    }

    fn wait_until_locked(&self, count: i64) {
        self.wait_for("they wait for locks", "wait_event_type = 'Lock'", count);
    }

    fn wait_until_no_transaction(&self) {
        let state = "xact_start is not null";
        self.wait_for("no transaction is open", state, 0);
    }
}

fn save(store: &PostgresStorage, user: &str) -> TrackId {
    store.save_data("a001", user, json!({})).unwrap()
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

/// How a thread calls the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Thread,
    Worker,
    CurrentThread,
    Blocking,
    BlockingWorker,
    LocalSet,
}

const PLACES: [Place; 6] = [
    Place::Thread,
    Place::Worker,
    Place::CurrentThread,
    Place::Blocking,
    Place::BlockingWorker,
    Place::LocalSet,
];

impl Place {
    /// Calls a function there, on the thread of the caller or another one.
    fn call<T: Send + 'static>(self, call: impl FnOnce() -> T + Send + 'static) -> T {
        let current_thread = || Builder::new_current_thread().build().unwrap();
        match self {
            Self::Thread => call(),
            Self::Worker => {
                let runtime = runtime();
                let task = runtime.spawn(async { call() });
                runtime.block_on(task).unwrap()
            }
            Self::CurrentThread => current_thread().block_on(async { call() }),
            Self::Blocking => {
                let runtime = runtime();
                runtime.block_on(runtime.spawn_blocking(call)).unwrap()
            }
            Self::BlockingWorker => {
                let runtime = runtime();
                let task = runtime.spawn(async { tokio::task::block_in_place(call) });
                runtime.block_on(task).unwrap()
            }
            Self::LocalSet => {
                let set = tokio::task::LocalSet::new();
                set.block_on(&current_thread(), async {
                    tokio::task::spawn_local(async { call() }).await.unwrap()
                })
            }
        }
    }
}

#[test]
fn a_caller_that_leaves_first_hands_the_others_on_wherever_they_call() {
    let Some(watched) = Watched::create() else {
        return;
    };
    let store = Arc::new(PostgresStorage::open(watched.url()).unwrap());
    save(&store, "u1");
    let (keys, rows) = (watched.database.session(), watched.database.session());
    let patience = |place, receiver: std::sync::mpsc::Receiver<TrackId>| {
        let saved = receiver.recv_timeout(PATIENCE);
        assert!(saved.is_ok(), "{place:?}: nobody goes on");
    };
    for first in PLACES {
        for second in PLACES {
            keys.execute("begin; lock table tracking.key in access exclusive mode");
            rows.execute("begin; select from tracking.store for update");
            let reader = {
                let store = Arc::clone(&store);
                let read = move || store.key_use(&Key::new("k").unwrap()).unwrap();
                thread::spawn(move || first.call(read))
            };
            watched.wait_until_locked(1);
            let (sender, receiver) = channel();
            let writer = {
                let store = Arc::clone(&store);
                let write = move || save(&store, "u1");
                thread::spawn(move || sender.send(second.call(write)))
            };
            watched.wait_until_locked(2);
            // The first one leaves, and the second one still waits.
            keys.execute("commit");
            assert_eq!(reader.join().unwrap(), None);
            watched.wait_until_locked(1);
            rows.execute("commit");
            patience((first, second), receiver);
            writer.join().unwrap().unwrap();
            watched.wait_until_no_transaction();
        }
    }
}

#[test]
fn a_visitor_that_takes_long_keeps_nobody_waiting_and_one_that_panics_leaves_no_transaction() {
    let Some(watched) = Watched::create() else {
        return;
    };
    let builder = PostgresStorage::builder(watched.url()).max_connections(1);
    let store = &Arc::new(builder.open().unwrap());
    save(store, "u1");
    for place in PLACES {
        // The visitor ends once others have saved.
        let saved_by_another = || {
            let (sender, receiver) = channel();
            let store = Arc::clone(store);
            thread::spawn(move || sender.send(place.call(move || save(&store, "u2"))));
            receiver.recv_timeout(PATIENCE).expect("it goes on")
        };
        let first = Query::all().limit(1);
        let visit = store.visit(&first, &mut |_| {
            saved_by_another();
            ControlFlow::Break(())
        });
        visit.unwrap();
        let export = store.export(&mut |_| {
            saved_by_another();
            ControlFlow::Break(())
        });
        export.unwrap();
        let exporting = Arc::clone(store);
        let panicked = move || {
            catch_unwind(AssertUnwindSafe(|| {
                exporting.export(&mut |_| std::panic::panic_any("a visitor"))
            }))
        };
        assert!(place.call(panicked).is_err());
        watched.wait_until_no_transaction();
    }
}

/// Saves when its thread ends.
struct AtEnd(Option<Arc<PostgresStorage>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(store) = self.0.take() {
            save(&store, "end");
            store.count(&Query::all()).unwrap();
        }
    }
}

thread_local! {
    static AT_END: RefCell<AtEnd> = const { RefCell::new(AtEnd(None)) };
}

#[test]
fn a_thread_that_ends_uses_the_store_and_drops_it() {
    let Some(watched) = Watched::create() else {
        return;
    };
    for uses_it_before in [false, true] {
        let store = Arc::new(PostgresStorage::open(watched.url()).unwrap());
        let others = Arc::clone(&store);
        let ending = thread::spawn(move || {
            // What a thread has used last may be gone first, or last.
            if uses_it_before {
                save(&others, "before");
            }
            AT_END.with(|end| end.borrow_mut().0 = Some(Arc::clone(&others)));
            if !uses_it_before {
                save(&others, "after");
            }
        });
        drop(store);
        ending.join().unwrap();
        watched.wait_for("all connections are closed", "true", 0);
    }
    let store = PostgresStorage::open(watched.url()).unwrap();
    assert_eq!(store.count(&Query::all().user("end")).unwrap(), 2);
}

#[test]
fn a_store_that_is_dropped_anywhere_closes_its_connections() {
    let Some(watched) = Watched::create() else {
        return;
    };
    for place in PLACES {
        let store = Arc::new(PostgresStorage::open(watched.url()).unwrap());
        let barrier = Arc::new(Barrier::new(4));
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let (store, barrier) = (Arc::clone(&store), Arc::clone(&barrier));
                thread::spawn(move || {
                    barrier.wait();
                    place.call(move || {
                        save(&store, "u1");
                        // The last one that is done drops the store.
                        drop(store);
                    });
                })
            })
            .collect();
        drop(store);
        for caller in callers {
            caller.join().unwrap();
        }
        watched.wait_for("all connections are closed", "true", 0);
    }
}

#[test]
fn callers_of_all_kinds_lose_nothing_when_they_call_at_once() {
    let Some(watched) = Watched::create() else {
        return;
    };
    let builder = PostgresStorage::builder(watched.url()).max_connections(2);
    let store = Arc::new(builder.open().unwrap());
    let callers: Vec<_> = (0..12)
        .map(|caller| {
            let store = Arc::clone(&store);
            let place = PLACES[caller % PLACES.len()];
            thread::spawn(move || {
                for n in 0..10 {
                    let store = Arc::clone(&store);
                    place.call(move || {
                        let user = format!("u{caller}");
                        let track = || NewTrack::new("a001", &*user, json!({"n": n})).unwrap();
                        if n % 5 == 4 {
                            let many = (0..200).map(|_| track());
                            store.apply(&many.collect::<Batch>()).unwrap();
                        } else {
                            store.save(track()).unwrap();
                        }
                        let count = store.count(&Query::all().user(&*user)).unwrap();
                        assert_eq!(count, n + 1 + (n + 1) / 5 * 199, "{place:?}");
                    });
                }
            })
        })
        .collect();
    for caller in callers {
        caller.join().unwrap();
    }
    assert_eq!(store.count(&Query::all()).unwrap(), 12 * 408);
    watched.wait_until_no_transaction();
}
