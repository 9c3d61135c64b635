//! Bounds: of the queue, and of waiting.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tracking_core::{NewTrack, TrackingStorage};
use tracking_tokio::{Overflow, RecordError};

use super::tools::{LONG, SHORT, builder, count, store, switchable, track};

#[test]
fn the_queue_is_bounded_in_bytes() {
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_bytes(100_000)
        .build()
        .unwrap();
    let large = || NewTrack::new("a", "b", json!({"text": "x".repeat(9_000)})).unwrap();
    let accepted = (0..100)
        .filter(|_| recorder.record(large()).is_ok())
        .count();
    assert!((9..=11).contains(&accepted), "{accepted}");
    assert!(recorder.counts().pending_bytes <= 100_000);
    let huge = NewTrack::new("a", "b", json!({"text": "x".repeat(200_000)})).unwrap();
    assert_eq!(recorder.record(huge), Err(RecordError::TooLarge));
    store.set_hanging(false);
    recorder.flush(LONG).unwrap();
    recorder.record(large()).unwrap();
}

#[test]
fn with_wait_a_caller_waits_for_room() {
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_tracks(10)
        .overflow(Overflow::Wait(LONG))
        .build()
        .unwrap();
    std::thread::scope(|scope| {
        let waiting = recorder.clone();
        let waiting = scope.spawn(move || (0..100).try_for_each(|n| waiting.record(track(n))));
        super::tools::wait_until(|| recorder.counts().pending == 10);
        store.set_hanging(false);
        waiting.join().unwrap().unwrap();
    });
    recorder.flush(LONG).unwrap();
    assert_eq!((count(&*right), recorder.counts().dropped), (100, 0));
}

#[test]
fn with_wait_a_caller_waits_no_longer_than_allowed() {
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_tracks(1)
        .overflow(Overflow::Wait(SHORT))
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    let start = Instant::now();
    assert_eq!(recorder.record(track(2)), Err(RecordError::Full));
    assert!(start.elapsed() >= SHORT);
    store.set_hanging(false);
}

#[test]
fn limits_of_nothing_and_of_more_than_there_is_are_no_panic() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_tracks(0)
        .batch_size(0)
        .max_delay(Duration::ZERO)
        .backoff(Duration::ZERO, Duration::ZERO)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    recorder.flush(LONG).unwrap();
    drop(recorder);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_tracks(usize::MAX)
        .max_bytes(usize::MAX)
        .batch_size(usize::MAX)
        .max_delay(Duration::MAX)
        .backoff(Duration::MAX, Duration::MAX)
        .spill_after(Duration::MAX)
        .close_timeout(Duration::MAX)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    recorder.flush(Duration::MAX).unwrap();
    assert_eq!(count(&*store), 2);
    let nothing = builder(store).max_bytes(0).build().unwrap();
    assert_eq!(nothing.record(track(1)), Err(RecordError::TooLarge));
}
