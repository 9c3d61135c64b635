//! Each track in the log before it is saved: what a killed process has recorded is not lost.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tracking_core::{SaveMode, TrackingStorage};
use tracking_logfile::RecordLogger;
use tracking_tokio::{Overflow, RecordError, Spill, SpillError};

use super::spilling::load;
use super::tools::{
    LONG, SHORT, assert_balanced, builder, numbers, store, switchable, track, wait_until,
};

fn log(folder: &Path) -> RecordLogger {
    let log = RecordLogger::builder("ahead", folder.join("spill.log"));
    log.build().unwrap()
}

fn lines(folder: &Path) -> usize {
    let log = fs::read_to_string(folder.join("spill.log"));
    log.unwrap_or_default().lines().count()
}

#[test]
fn a_track_is_in_the_log_when_record_returns_and_is_saved_once() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .write_ahead(log(folder.path()))
        .build()
        .unwrap();
    for n in 0..10 {
        recorder.record(track(n)).unwrap();
        assert_eq!(lines(folder.path()), usize::try_from(n + 1).unwrap());
    }
    // As after a kill: what is in memory does not count.
    let restored = super::tools::store();
    assert_eq!(load(&restored, folder.path()), 10);
    assert_eq!(numbers(&*restored), (0..10).collect::<Vec<_>>());
    store.set_hanging(false);
    recorder.flush(LONG).unwrap();
    let counts = recorder.counts();
    assert_eq!((counts.saved, counts.spilled), (10, 0), "{counts:?}");
    assert_eq!(lines(folder.path()), 10, "each is written once");
    assert_eq!(load(&right, folder.path()), 0);
    assert_eq!(numbers(&*right), (0..10).collect::<Vec<_>>());
}

#[test]
fn what_the_queue_has_no_room_for_is_left_to_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let right = store();
    let store = switchable(&right);
    store.set_hanging(true);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .max_tracks(5)
        .write_ahead(log(folder.path()))
        .build()
        .unwrap();
    for n in 0..50 {
        recorder.record(track(n)).unwrap();
        assert_balanced(&recorder.counts());
    }
    let counts = recorder.close(SHORT);
    assert_eq!((counts.spilled, counts.dropped), (50, 0), "{counts:?}");
    assert_eq!(lines(folder.path()), 50);
    store.set_hanging(false);
    load(&right, folder.path());
    wait_until(|| numbers(&*right).len() == 50);
    assert_eq!(recorder.record(track(50)), Err(RecordError::Closed));
    assert_eq!(
        lines(folder.path()),
        50,
        "what is not accepted is not in the log"
    );
}

/// A log that takes nothing until it is told to.
#[derive(Clone)]
struct FullDisk(Arc<Mutex<Option<RecordLogger>>>);

impl Spill for FullDisk {
    fn spill(&self, track: &tracking_core::NewTrack) -> Result<(), SpillError> {
        match &*self.0.lock().unwrap() {
            Some(log) => log.spill(track),
            None => Err(SpillError::Failed("the disk is full".into())),
        }
    }
}

#[test]
fn what_the_log_does_not_take_is_saved_and_written_later_where_the_store_is_down() {
    let folder = tempfile::tempdir().unwrap();
    let (right, disk) = (store(), FullDisk(Arc::default()));
    let store = switchable(&right);
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .write_ahead(disk.clone())
        .build()
        .unwrap();
    (0..5).try_for_each(|n| recorder.record(track(n))).unwrap();
    recorder.flush(LONG).unwrap();
    let counts = recorder.counts();
    assert_eq!((counts.saved, counts.spill_failures), (5, 5), "{counts:?}");
    assert!(counts.last_error.unwrap().contains("the disk is full"));
    store.set_down(true);
    (5..10).try_for_each(|n| recorder.record(track(n))).unwrap();
    *disk.0.lock().unwrap() = Some(log(folder.path()));
    recorder.flush(LONG).unwrap();
    let counts = recorder.counts();
    assert_eq!((counts.saved, counts.spilled), (5, 5), "{counts:?}");
    assert_eq!(load(&right, folder.path()), 5);
    assert_eq!(numbers(&*right), (0..10).collect::<Vec<_>>());
}

#[test]
fn a_track_that_no_log_can_hold_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let store = store();
    let recorder = builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .write_ahead(log(folder.path()))
        .build()
        .unwrap();
    recorder.record(track(1).updating(SaveMode::Merge)).unwrap();
    recorder.flush(LONG).unwrap();
    let counts = recorder.counts();
    assert_eq!((counts.saved, counts.spill_failures), (1, 1), "{counts:?}");
}

#[test]
fn the_later_choice_of_overflow_and_write_ahead_counts() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = builder(store())
        .write_ahead(log(folder.path()))
        .overflow(Overflow::Drop)
        .build()
        .unwrap();
    recorder.record(track(1)).unwrap();
    recorder.flush(LONG).unwrap();
    assert_eq!(lines(folder.path()), 0);
}
