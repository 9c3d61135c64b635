//! The end of a recorder: what is left is saved, spilled, or counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracking_core::TrackingStorage;
use tracking_tokio::RecordError;

use super::tools::{LONG, SHORT, assert_balanced, builder, count, store, switchable, track};

#[test]
fn the_last_clone_that_is_dropped_saves_what_is_left() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_delay(Duration::MAX)
        .build()
        .unwrap();
    let clone = recorder.clone();
    recorder.record(track(1)).unwrap();
    drop(recorder);
    clone.record(track(2)).unwrap();
    drop(clone);
    assert_eq!(count(&*store), 2);
}

#[test]
fn a_recorder_that_is_closed_accepts_nothing_more() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    assert_eq!(recorder.close(LONG).saved, 1);
    assert_eq!(recorder.record(track(2)), Err(RecordError::Closed));
    assert_eq!(recorder.close(LONG).dropped, 1);
    recorder.flush(SHORT).unwrap();
}

#[test]
fn closing_takes_no_longer_than_allowed_and_counts_what_is_abandoned() {
    let right = store();
    let store = switchable(&right);
    store.set_down(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .build()
        .unwrap();
    for n in 0..20 {
        recorder.record(track(n)).unwrap();
    }
    let start = Instant::now();
    let counts = recorder.close(SHORT);
    assert!(start.elapsed() < LONG / 2);
    assert_balanced(&counts);
    super::tools::wait_until(|| recorder.counts().abandoned == 20);
    assert_eq!(recorder.counts().pending, 0);
}

#[test]
fn closing_tries_a_store_that_is_back_without_waiting_for_the_pause() {
    let right = store();
    let store = switchable(&right);
    store.set_down(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .backoff(Duration::MAX, Duration::MAX)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    super::tools::wait_until(|| recorder.counts().store_failures > 0);
    store.set_down(false);
    drop(recorder);
    assert_eq!(count(&*right), 1);
}

#[test]
fn a_store_that_hangs_does_not_keep_a_recorder_from_closing() {
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .batch_size(2)
        .build()
        .unwrap();
    for n in 0..5 {
        recorder.record(track(n)).unwrap();
    }
    super::tools::wait_until(|| store.calls() == 1);
    let counts = recorder.close(SHORT);
    assert_eq!((counts.abandoned, counts.pending), (3, 2), "{counts:?}");
    assert_balanced(&counts);
    store.set_hanging(false);
    // What was under way is done, and counted as what it became.
    super::tools::wait_until(|| recorder.counts().saved == 2);
    assert_eq!(count(&*right), 2);
}
