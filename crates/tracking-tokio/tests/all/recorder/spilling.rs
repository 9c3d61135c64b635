//! Into a record log, and from there into the store by the loader: each track once.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tracking_btree::BTreeStorage;
use tracking_core::{NewRun, Query, RunQuery, SaveMode, SessionGap, TrackingStorage};
use tracking_loader::{Loader, Source};
use tracking_logfile::RecordLogger;
use tracking_tokio::{Overflow, Spill, SpillError};

use super::tools::{
    LONG, SHORT, assert_balanced, builder, numbers, store, switchable, track, wait_until,
};
use crate::unreliable::{Fate, Unreliable};

fn log(folder: &Path) -> Overflow {
    Overflow::spill(
        RecordLogger::builder("spill", folder.join("spill.log"))
            .build()
            .unwrap(),
    )
}

/// Loads what was spilled; how many records the store had not yet.
pub(crate) fn load(store: &BTreeStorage, folder: &Path) -> u64 {
    let logs = [Source::from(folder.join("spill.log"))];
    let loaded = Loader::new(store).load(&logs, &mut ()).unwrap();
    assert_eq!(loaded.total.malformed, 0, "{:?}", loaded.rejects);
    loaded.total.tracks
}

#[test]
fn what_a_store_that_is_down_does_not_take_is_spilled_and_loaded_once() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let store = switchable(&right);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .overflow(log(folder.path()))
        .build()
        .unwrap();
    (0..10).try_for_each(|n| recorder.record(track(n))).unwrap();
    recorder.flush(LONG).unwrap();
    store.set_down(true);
    (10..30)
        .try_for_each(|n| recorder.record(track(n)))
        .unwrap();
    recorder.flush(LONG).unwrap();
    let counts = recorder.counts();
    assert_eq!((counts.saved, counts.spilled), (10, 20), "{counts:?}");
    store.set_down(false);
    wait_until(|| {
        recorder.record(track(30)).unwrap();
        recorder.flush(LONG).unwrap();
        recorder.counts().saved > 10
    });
    drop(recorder);
    assert!(load(&right, folder.path()) >= 20);
    assert_eq!(load(&right, folder.path()), 0);
    let mut loaded = numbers(&*right);
    loaded.dedup();
    assert_eq!(loaded, (0..31).collect::<Vec<_>>());
}

#[test]
fn what_was_saved_without_an_answer_is_not_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let fates = |_| Fate::LosesAnswer;
    let store = Unreliable::new(Arc::clone(&right) as Arc<dyn TrackingStorage>, fates);
    let recorder = builder(store).overflow(log(folder.path())).build().unwrap();
    (0..10).try_for_each(|n| recorder.record(track(n))).unwrap();
    recorder.flush(LONG).unwrap();
    assert_eq!(recorder.counts().spilled, 10);
    assert_eq!(numbers(&*right).len(), 10, "all of it was saved");
    assert_eq!(load(&right, folder.path()), 0);
    assert_eq!(numbers(&*right), (0..10).collect::<Vec<_>>());
}

#[test]
fn a_store_that_hangs_makes_the_queue_spill_before_it_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_tracks(40)
        .batch_size(10)
        .overflow(log(folder.path()))
        .build()
        .unwrap();
    recorder.record(track(0)).unwrap();
    wait_until(|| store.calls() == 1);
    for n in 1..500 {
        recorder.record(track(n)).unwrap();
        wait_until(|| recorder.counts().pending < 30);
    }
    assert_eq!(recorder.counts().dropped, 0);
    // Closed while it hangs: what is in flight is spilled, too, and not doubled by its save.
    let counts = recorder.close(SHORT);
    assert_eq!((counts.spilled, counts.pending), (500, 0), "{counts:?}");
    store.set_hanging(false);
    wait_until(|| numbers(&*right).len() == 1);
    assert_eq!(load(&right, folder.path()), 499);
    assert_eq!(numbers(&*right), (0..500).collect::<Vec<_>>());
}

#[test]
fn closing_waits_no_longer_than_the_work_takes() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let recorder = builder(Arc::clone(&right) as Arc<dyn TrackingStorage>)
        .max_delay(Duration::MAX)
        .overflow(log(folder.path()))
        .build()
        .unwrap();
    (0..10).try_for_each(|n| recorder.record(track(n))).unwrap();
    let start = std::time::Instant::now();
    assert_eq!(recorder.close(LONG).saved, 10);
    assert!(start.elapsed() < LONG / 2);
}

/// A log that fails as often as it is told.
struct FailingLog {
    failures: std::sync::Mutex<u32>,
    log: RecordLogger,
}

impl Spill for FailingLog {
    fn spill(&self, track: &tracking_core::NewTrack) -> Result<(), SpillError> {
        let mut failures = self.failures.lock().unwrap();
        if *failures > 0 {
            *failures -= 1;
            return Err(SpillError::Failed("the disk is full".into()));
        }
        self.log.spill(track)
    }
}

#[test]
fn while_the_log_fails_too_the_queue_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let store = switchable(&right);
    store.set_down(true);
    let failing = FailingLog {
        failures: std::sync::Mutex::new(20),
        log: RecordLogger::builder("spill", folder.path().join("spill.log"))
            .build()
            .unwrap(),
    };
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .overflow(Overflow::spill(failing))
        .build()
        .unwrap();
    (0..10).try_for_each(|n| recorder.record(track(n))).unwrap();
    wait_until(|| recorder.counts().spilled == 10);
    let counts = recorder.counts();
    assert_eq!(
        (counts.spill_failures, counts.dropped),
        (20, 0),
        "{counts:?}"
    );
    drop(recorder);
    assert_eq!(load(&right, folder.path()), 10);
}

#[test]
fn a_track_that_no_log_can_hold_is_refused_and_keeps_none_back() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let store = switchable(&right);
    store.set_down(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_delay(Duration::MAX)
        .overflow(log(folder.path()))
        .build()
        .unwrap();
    recorder.record(track(0)).unwrap();
    recorder.record(track(1).updating(SaveMode::Merge)).unwrap();
    recorder.record(track(2)).unwrap();
    recorder.flush(LONG).unwrap();
    let counts = recorder.counts();
    assert_eq!((counts.spilled, counts.refused), (2, 1), "{counts:?}");
    assert_balanced(&counts);
    assert_eq!(load(&right, folder.path()), 2);
}

#[test]
fn what_is_saved_and_what_is_spilled_and_loaded_is_one_session() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let store = switchable(&right);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .overflow(log(folder.path()))
        .session_gap(SessionGap::default())
        .build()
        .unwrap();
    (0..10).try_for_each(|n| recorder.record(track(n))).unwrap();
    recorder.flush(LONG).unwrap();
    store.set_down(true);
    (10..20)
        .try_for_each(|n| recorder.record(track(n)))
        .unwrap();
    recorder.flush(LONG).unwrap();
    store.set_down(false);
    assert_eq!(load(&right, folder.path()), 10);
    assert_eq!(numbers(&*right), (0..20).collect::<Vec<_>>());
    let runs = right.runs(&RunQuery::all()).unwrap();
    let [run] = &runs[..] else { panic!("{runs:?}") };
    assert_eq!(run.task(), None);
}

#[test]
fn a_run_that_a_track_names_is_kept() {
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .session_gap(SessionGap::default())
        .build()
        .unwrap();
    let named = store.start_run(NewRun::without_task()).unwrap();
    store.start_run(NewRun::without_task()).unwrap();
    recorder.record(track(0)).unwrap();
    recorder.flush(LONG).unwrap();
    recorder.record(track(1).in_run(named)).unwrap();
    recorder.flush(LONG).unwrap();
    assert_eq!(store.count(&Query::all().run(named)).unwrap(), 1);
}
