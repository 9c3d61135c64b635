//! While the store works.

use std::sync::Arc;
use std::time::Duration;

use tracking_core::{Key, ManualClock, Query, Timestamp, TrackingStorage, TrackingStorageExt};

use super::tools::{LONG, assert_balanced, builder, count, numbers, store, switchable, track};

#[test]
fn what_is_recorded_by_many_threads_is_saved_once() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .build()
        .unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let recorder = recorder.clone();
            scope.spawn(move || {
                for n in 0..500 {
                    recorder.record(track(thread * 500 + n)).unwrap();
                }
            });
        }
    });
    recorder.flush(LONG).unwrap();
    assert_eq!(numbers(&*store), (0..2000).collect::<Vec<_>>());
    let counts = recorder.counts();
    assert_eq!(
        (counts.saved, counts.pending, counts.pending_bytes),
        (2000, 0, 0)
    );
    assert_balanced(&counts);
}

#[test]
fn a_batch_is_saved_when_it_is_full_however_long_it_may_wait() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_delay(Duration::MAX)
        .batch_size(10)
        .build()
        .unwrap();
    for n in 0..10 {
        recorder.record(track(n)).unwrap();
    }
    super::tools::wait_until(|| count(&*store) == 10);
    assert_eq!(recorder.counts().batches, 1);
}

#[test]
fn a_batch_is_saved_when_it_has_waited_long_enough_however_small_it_is() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    super::tools::wait_until(|| count(&*store) == 1);
}

#[test]
fn a_flush_does_not_wait_for_a_batch_to_fill_up() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_delay(Duration::MAX)
        .build()
        .unwrap();
    for n in 0..5 {
        recorder.record(track(n)).unwrap();
        recorder.flush(LONG).unwrap();
        assert_eq!(count(&*store), n + 1);
    }
    recorder.flush(Duration::ZERO).unwrap();
}

#[test]
fn a_track_has_the_time_when_it_was_recorded() {
    let store = store();
    let at = |seconds| Timestamp::from_secs(seconds).unwrap();
    let clock = Arc::new(ManualClock::new(at(10)));
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .clock(Arc::clone(&clock) as Arc<dyn tracking_core::Clock>)
        .max_delay(Duration::MAX)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    clock.set(at(20));
    recorder.record(track(2)).unwrap();
    recorder.record(track(3).at(at(5))).unwrap();
    recorder.flush(LONG).unwrap();
    let times = store.query(&Query::all()).unwrap();
    let times: Vec<i64> = times.iter().map(|track| track.time().secs()).collect();
    assert_eq!(times, [10, 20, 5]);
}

#[test]
fn a_track_keeps_its_own_key_and_is_saved_once_by_it() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .build()
        .unwrap();
    let keyed = track(1)
        .at(Timestamp::EPOCH)
        .with_key(Key::new("mine").unwrap());
    recorder.record(keyed.clone()).unwrap();
    recorder.record(keyed).unwrap();
    recorder.flush(LONG).unwrap();
    assert_eq!(count(&*store), 1);
    assert!(store.key_use(&Key::new("mine").unwrap()).unwrap().is_some());
}

#[test]
fn two_recorders_share_no_key() {
    let store = store();
    for n in 0..3 {
        let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
            .build()
            .unwrap();
        recorder.record(track(n)).unwrap();
    }
    assert_eq!(count(&*store), 3);
}

#[test]
fn a_saved_track_wakes_nobody_for_each_track_between() {
    let right = store();
    let store = switchable(&right);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_delay(Duration::from_secs(1))
        .batch_size(100)
        .build()
        .unwrap();
    for n in 0..1000 {
        recorder.record(track(n)).unwrap();
    }
    recorder.flush(LONG).unwrap();
    assert!(
        (10..=20).contains(&store.calls()),
        "{} calls",
        store.calls()
    );
}
