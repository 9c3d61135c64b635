//! A store that fails: what is in the queue is kept, and saved once.

use std::sync::Arc;
use std::time::Duration;

use tracking_core::{NewTrack, RunId, TrackingStorage};

use super::tools::{
    LONG, SHORT, assert_balanced, builder, count, numbers, store, switchable, track, wait_until,
};
use crate::unreliable::{Fate, Unreliable};

#[test]
fn what_is_recorded_while_the_store_is_down_is_saved_when_it_is_back() {
    let right = store();
    let store = switchable(&right);
    store.set_down(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .build()
        .unwrap();
    for n in 0..100 {
        recorder.record(track(n)).unwrap();
    }
    let error = recorder.flush(SHORT).unwrap_err();
    assert_eq!(error.counts().pending, 100);
    assert!(error.to_string().contains("100 tracks") && error.to_string().contains("it is down"));
    assert!(recorder.counts().store_failures > 0);
    store.set_down(false);
    recorder.flush(LONG).unwrap();
    assert_eq!(numbers(&*right), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_lost_answer_doubles_nothing() {
    for fate in [
        Fate::LosesAnswer,
        Fate::PanicsAfter,
        Fate::Panics,
        Fate::Fails,
    ] {
        let right = store();
        let fates = move |call| if call % 3 == 2 { Fate::Works } else { fate };
        let store = Unreliable::new(Arc::clone(&right) as Arc<dyn TrackingStorage>, fates);
        let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
            .batch_size(7)
            .build()
            .unwrap();
        for n in 0..50 {
            recorder.record(track(n)).unwrap();
        }
        recorder.flush(LONG).unwrap();
        assert_eq!(numbers(&*right), (0..50).collect::<Vec<_>>(), "{fate:?}");
        assert_eq!(recorder.counts().saved, 50);
    }
}

#[test]
fn a_track_that_cannot_be_saved_keeps_none_of_the_others_back() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_delay(Duration::MAX)
        .build()
        .unwrap();
    for n in 0..20 {
        let into_no_run = n % 5 == 3 || n == 19;
        let run = RunId::new(999).unwrap();
        let track: NewTrack = if into_no_run {
            track(n).in_run(run)
        } else {
            track(n)
        };
        recorder.record(track).unwrap();
    }
    recorder.flush(LONG).unwrap();
    let counts = recorder.counts();
    assert_eq!((counts.saved, counts.refused), (15, 5), "{counts:?}");
    assert!(
        counts.last_error.as_ref().unwrap().contains("999"),
        "{counts:?}"
    );
    assert_eq!(count(&*store), 15);
    assert_balanced(&counts);
}

#[test]
fn a_flush_tries_a_store_again_without_waiting_for_the_pause() {
    let right = store();
    let store = switchable(&right);
    store.set_down(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .backoff(Duration::MAX, Duration::MAX)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    wait_until(|| recorder.counts().store_failures > 0);
    store.set_down(false);
    recorder.flush(LONG).unwrap();
    assert_eq!(count(&*right), 1);
}

#[test]
fn nobody_waits_for_a_store_that_hangs() {
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_tracks(50)
        .build()
        .unwrap();
    let accepted = (0..1000)
        .filter(|n| recorder.record(track(*n)).is_ok())
        .count();
    assert_eq!(accepted, 50);
    assert_eq!(recorder.counts().dropped, 950);
    store.set_hanging(false);
    recorder.flush(LONG).unwrap();
    assert_eq!(count(&*right), 50);
}
