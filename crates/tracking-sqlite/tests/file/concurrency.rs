//! Readers and writers at once, and waiting that ends.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tracking_core::{Clock, Query, Timestamp, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use crate::tools::{count, file, fill, full_message, open, raw};

#[test]
fn readers_continue_while_somebody_holds_the_file_for_writing() {
    let (_folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 10);
    let other = raw(&file);
    other
        .execute_batch("begin immediate; delete from track")
        .unwrap();
    assert_eq!(
        count(&store),
        10,
        "what is not committed is not seen, nor waited for"
    );
    assert_eq!(store.user_names(None).unwrap().len(), 1);
    other.execute_batch("commit").unwrap();
    assert_eq!(count(&store), 0);
}

#[test]
fn a_lock_held_for_ever_ends_in_an_error_worth_a_retry() {
    let (_folder, file) = file();
    let builder = SqliteStorage::builder(&file).busy_timeout(Duration::from_millis(50));
    let store = builder.open().unwrap();
    let other = raw(&file);
    other.execute_batch("begin immediate").unwrap();
    let error = store.save_data("a", "u", json!({})).unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    let message = full_message(&error);
    assert!(
        message.contains(&file.display().to_string()) && message.contains("try again"),
        "{message}"
    );
    other.execute_batch("rollback").unwrap();
    assert_eq!(store.save_data("a", "u", json!({})).unwrap().number(), 1);
}

/// A clock that tells when it is asked, and does not answer until it is told to: who asks it holds
/// the store for writing.
#[derive(Debug)]
struct Slow {
    asked: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl Clock for Slow {
    fn now(&self) -> Timestamp {
        self.asked.send(()).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
        Timestamp::EPOCH
    }
}

#[test]
fn a_thread_that_writes_for_ever_ends_in_an_error_worth_a_retry() {
    let (_folder, file) = file();
    let ((asked, is_asked), (tell, go_on)) = (channel(), channel());
    let clock = Slow {
        asked,
        go_on: Mutex::new(go_on),
    };
    let builder = SqliteStorage::builder(&file).busy_timeout(Duration::from_millis(50));
    let store = builder.clock(Arc::new(clock)).open().unwrap();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| store.save_data("a", "slow", json!({})));
        is_asked.recv().unwrap();
        let error = store.add_index(&"page".into()).unwrap_err();
        assert!(
            error.is_retryable() && full_message(&error).contains("try again"),
            "{error:?}"
        );
        assert_eq!(count(&store), 0, "reading goes on meanwhile");
        tell.send(()).unwrap();
        slow.join().unwrap().unwrap();
    });
    assert_eq!(count(&store), 1);
}

#[test]
fn others_write_between_the_steps_of_shrinking() {
    let (_folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 3_000);
    store.remove_matching(&Query::all()).unwrap();
    let mut saved = 0;
    let mut save = |_| {
        store.save_data("a", "u", json!({})).unwrap();
        saved += 1;
    };
    store.shrink(&mut save).unwrap();
    assert_eq!(count(&store), saved);
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn visitors_within_visitors_see_their_own_moments() {
    let (_folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 12);
    let mut depth_reached = 0;
    nested(&store, 0, &mut depth_reached);
    assert_eq!(depth_reached, 11);
    assert_eq!(count(&store), 12 + 11);
}

/// Saves one track more at each level, and looks that the level before does not see it.
fn nested(store: &SqliteStorage, depth: u64, reached: &mut u64) {
    let (mut seen, expected) = (0, count(store));
    store
        .visit(&Query::all(), &mut |_| {
            if seen == 0 && depth < 11 {
                store.save_data("a", "u", json!({"depth": depth})).unwrap();
                nested(store, depth + 1, reached);
            }
            seen += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, expected);
    *reached = (*reached).max(depth);
}

#[test]
fn a_visitor_that_panics_leaves_the_store_as_it_was() {
    let (_folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 10);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.for_each(&Query::all(), |_| panic!("on purpose"))
    }));
    assert!(panicked.is_err());
    assert!(store.truncate_wal().unwrap(), "nobody reads any more");
    assert_eq!(count(&store), 10);
}
