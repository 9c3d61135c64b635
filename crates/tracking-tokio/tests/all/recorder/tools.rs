//! What these tests share.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{NewTrack, Query, TrackingStorage, TrackingStorageExt};
use tracking_tokio::{Recorder, RecorderBuilder, RecorderCounts};

use crate::unreliable::{Fate, Unreliable};

/// Long enough for whatever works, and never waited for by a test that passes.
pub(crate) const LONG: Duration = Duration::from_secs(30);
pub(crate) const SHORT: Duration = Duration::from_millis(20);

pub(crate) fn store() -> Arc<BTreeStorage> {
    Arc::new(BTreeStorage::new())
}

/// A store that works until the test tells it otherwise.
pub(crate) fn switchable(right: &Arc<BTreeStorage>) -> Arc<Unreliable> {
    Unreliable::new(Arc::clone(right) as Arc<dyn TrackingStorage>, |_| {
        Fate::Works
    })
}

/// A recorder with short pauses.
pub(crate) fn builder(store: Arc<dyn TrackingStorage>) -> RecorderBuilder {
    Recorder::builder(store)
        .max_delay(Duration::from_millis(1))
        .backoff(Duration::from_millis(1), Duration::from_millis(5))
        .spill_after(Duration::from_millis(5))
        .close_timeout(LONG)
}

pub(crate) fn track(n: u64) -> NewTrack {
    NewTrack::new(format!("task-{}", n % 3), "anna", json!({"n": n})).unwrap()
}

pub(crate) fn count(store: &dyn TrackingStorage) -> u64 {
    store.count(&Query::all()).unwrap()
}

/// The numbers of the tracks in a store, sorted.
pub(crate) fn numbers(store: &dyn TrackingStorage) -> Vec<u64> {
    let tracks = store.query(&Query::all()).unwrap();
    let number = |track: &tracking_core::Track| track.data().get("n").unwrap().as_u64().unwrap();
    let mut numbers: Vec<u64> = tracks.iter().map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// Fails unless every accepted track is accounted for, once.
pub(crate) fn assert_balanced(counts: &RecorderCounts) {
    let ended = counts.saved + counts.spilled + counts.refused + counts.abandoned;
    assert_eq!(counts.accepted, ended + counts.pending, "{counts:?}");
}

/// Waits until something is true.
pub(crate) fn wait_until(mut is_true: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !is_true() {
        assert!(start.elapsed() < LONG, "it does not become true");
        std::thread::sleep(Duration::from_millis(1));
    }
}
