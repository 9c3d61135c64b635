//! Events for operators, emitted with the feature `tracing`. Without it, every call is empty.
//!
//! An event names counts, durations and kinds of errors, and never users, tasks or data. It is
//! emitted while no lock of the recorder is held, so that a subscriber may use the recorder.
//!
//! What may happen with every track is an event the 1st, 2nd, 4th, 8th time and so on.

#![cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "without the feature nothing is emitted")
)]

use std::time::Duration;

use tracking_core::ErrorKind;

use super::{RecordError, SpillError};

/// The store did not take a batch, for the n-th time in a row. It is tried again.
#[inline]
pub(super) fn store_failed(error: ErrorKind, attempt: u32) {
    #[cfg(feature = "tracing")]
    if attempt.is_power_of_two() {
        tracing::warn!(
            ?error,
            attempt,
            "the store failed to take a batch, which will be retried"
        );
    }
}

/// The store has taken a batch again, after so many failures.
#[inline]
pub(super) fn store_recovered(attempts: u32, down: Duration) {
    #[cfg(feature = "tracing")]
    tracing::info!(attempts, ?down, "the store takes batches again");
}

/// The store refused a track for good, as it did with so many by now.
#[inline]
pub(super) fn track_refused(error: ErrorKind, refused: u64) {
    #[cfg(feature = "tracing")]
    if refused.is_power_of_two() {
        tracing::warn!(?error, refused, "the store refused a track");
    }
}

/// Tracks are left to the log from now on.
#[inline]
pub(super) fn spill_started(pending: u64) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        pending,
        "the store is down or slow, tracks are spilled to the log"
    );
}

/// The store takes all tracks again, after so many were left to the log.
#[inline]
pub(super) fn spill_ended(spilled: u64) {
    #[cfg(feature = "tracing")]
    tracing::info!(
        spilled,
        "spilling has ended, load the log to save what was spilled"
    );
}

/// The log did not take a track, as with so many by now.
#[inline]
pub(super) fn spill_failed(error: &SpillError, failures: u64) {
    #[cfg(feature = "tracing")]
    if failures.is_power_of_two() {
        let error = super::counts::with_causes(error);
        tracing::warn!(error, failures, "the log failed to take a track");
    }
}

/// A track was not accepted, for example because the queue is full, as so many by now.
#[inline]
pub(super) fn track_dropped(reason: RecordError, dropped: u64) {
    #[cfg(feature = "tracing")]
    if dropped.is_power_of_two() {
        tracing::warn!(?reason, dropped, "a track was dropped");
    }
}

/// The recorder was closed before these tracks were saved.
#[inline]
pub(super) fn tracks_abandoned(abandoned: usize) {
    #[cfg(feature = "tracing")]
    if abandoned > 0 {
        tracing::error!(
            abandoned,
            "the recorder was closed before tracks were saved"
        );
    }
}

#[cfg(feature = "tracing")]
#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use rusqlite::Connection;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::{NewTrack, RunId};
    use tracking_sqlite::SqliteStorage;
    use tracking_testkit::events::events_of;

    use super::*;
    use crate::recorder::shared::Shared;
    use crate::recorder::writer::Writer;
    use crate::{Overflow, Recorder, RecorderBuilder, RecorderCounts, Spill};

    /// A log that takes each track, or none.
    struct Log {
        is_full: bool,
    }

    impl Spill for Log {
        fn spill(&self, _: &NewTrack) -> Result<(), SpillError> {
            if self.is_full {
                return Err(SpillError::Failed("the disk is full".into()));
            }
            Ok(())
        }
    }

    /// A recorder with short pauses.
    fn brief(builder: RecorderBuilder) -> RecorderBuilder {
        let ms = Duration::from_millis;
        let builder = builder.max_delay(ms(1)).backoff(ms(1), ms(1));
        builder.spill_after(Duration::ZERO)
    }

    fn in_memory() -> RecorderBuilder {
        brief(Recorder::builder(Arc::new(BTreeStorage::new())))
    }

    /// A recorder into a file that the connection keeps locked.
    fn locked(folder: &tempfile::TempDir) -> (RecorderBuilder, Connection) {
        let file = folder.path().join("tracks.db");
        let store = SqliteStorage::builder(&file).busy_timeout(Duration::from_millis(1));
        let store = Arc::new(store.open().unwrap());
        let other = Connection::open(&file).unwrap();
        other.execute_batch("begin immediate").unwrap();
        (brief(Recorder::builder(store)), other)
    }

    fn track() -> NewTrack {
        NewTrack::new("task", "user", json!({"secret": 1})).unwrap()
    }

    /// The events of a recorder that saves on this thread, while another one calls it.
    fn events_while(shared: &Arc<Shared>, call: impl FnOnce() + Send) -> Vec<String> {
        thread::scope(|scope| {
            let calling = scope.spawn(move || {
                call();
                shared.start_closing();
            });
            let mut events = events_of(|| Writer::new(Arc::clone(shared)).run());
            // The store may emit events of its own.
            events.retain(|event| !event.contains("waiting for a lock"));
            calling.join().unwrap();
            assert!(!events.concat().contains("secret"), "{events:?}");
            events
        })
    }

    fn wait_until(shared: &Shared, is_so: impl Fn(RecorderCounts) -> bool) {
        for _ in 0..10_000 {
            if is_so(shared.counts()) {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        panic!("it does not come true: {:?}", shared.counts());
    }

    #[test]
    fn of_many_dropped_tracks_a_few_are_events() {
        let shared = in_memory().max_tracks(1).shared();
        let events = events_of(|| {
            for _ in 0..10 {
                let _dropped = shared.record(track());
            }
        });
        let expected = [1, 2, 4, 8]
            .map(|n| format!("WARN message=a track was dropped reason=Full dropped={n}"));
        assert_eq!(events, expected);
        shared.start_closing();
        let events = events_of(|| {
            for _ in 0..7 {
                let _dropped = shared.record(track());
            }
        });
        let closed = "WARN message=a track was dropped reason=Closed dropped=16";
        assert_eq!(events, [closed]);
    }

    #[test]
    fn a_store_that_fails_and_recovers_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let (builder, other) = locked(&folder);
        let shared = builder.shared();
        shared.record(track()).unwrap();
        let events = events_while(&shared, || {
            wait_until(&shared, |counts| counts.store_failures > 4);
            drop(other);
        });
        let failed = [1, 2, 4].map(|n| {
            format!(
                "WARN message=the store failed to take a batch, which will be retried \
                 error=Unavailable attempt={n}"
            )
        });
        assert_eq!(events.get(..3), Some(&failed[..]), "{events:?}");
        let failures = shared.counts().store_failures;
        let last = events.last().unwrap();
        let recovered =
            format!("INFO message=the store takes batches again attempts={failures} down=");
        assert!(last.starts_with(&recovered), "{events:?}");
    }

    #[test]
    fn the_start_and_the_end_of_spilling_are_events() {
        let folder = tempfile::tempdir().unwrap();
        let (builder, other) = locked(&folder);
        let log = Log { is_full: false };
        let shared = builder.overflow(Overflow::spill(log)).shared();
        for _ in 0..3 {
            shared.record(track()).unwrap();
        }
        let events = events_while(&shared, || {
            wait_until(&shared, |counts| counts.spilled == 3);
            drop(other);
            shared.record(track()).unwrap();
            wait_until(&shared, |counts| counts.pending == 0);
        });
        let spilled = shared.counts().spilled;
        let of_spilling: Vec<_> = events
            .iter()
            .filter(|event| event.contains("spill"))
            .collect();
        assert_eq!(
            of_spilling.first().unwrap().as_str(),
            "WARN message=the store is down or slow, tracks are spilled to the log pending=3"
        );
        let ended = format!(
            "INFO message=spilling has ended, load the log to save what was spilled \
             spilled={spilled}"
        );
        assert_eq!(of_spilling.get(1..), Some(&[&ended][..]), "{events:?}");
    }

    #[test]
    fn tracks_left_to_the_log_are_spilled() {
        let log = Log { is_full: false };
        let shared = in_memory().max_tracks(1).write_ahead(log).shared();
        let events = events_of(|| {
            for _ in 0..5 {
                shared.record(track()).unwrap();
            }
        });
        let started =
            "WARN message=the store is down or slow, tracks are spilled to the log pending=1";
        assert_eq!(events, [started]);
    }

    #[test]
    fn of_many_tracks_that_the_log_does_not_take_a_few_are_events() {
        let log = Log { is_full: true };
        let shared = in_memory().write_ahead(log).shared();
        let events = events_of(|| {
            for _ in 0..5 {
                shared.record(track()).unwrap();
            }
        });
        let failed = [1, 2, 4].map(|n| {
            format!(
                "WARN message=the log failed to take a track \
                 error=\"the log could not be written: the disk is full\" failures={n}"
            )
        });
        assert_eq!(events, failed);
    }

    #[test]
    fn of_many_refused_tracks_a_few_are_events() {
        let shared = in_memory().shared();
        for _ in 0..5 {
            shared.record(track().in_run(RunId::FIRST)).unwrap();
        }
        let events = events_while(&shared, || ());
        let refused = [1, 2, 4].map(|n| {
            format!("WARN message=the store refused a track error=UnknownRun refused={n}")
        });
        assert_eq!(events, refused);
    }

    #[test]
    fn tracks_that_are_left_at_the_end_are_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let (builder, _other) = locked(&folder);
        let shared = builder.shared();
        shared.record(track()).unwrap();
        shared.abandon();
        let events = events_while(&shared, || ());
        let abandoned =
            "ERROR message=the recorder was closed before tracks were saved abandoned=1";
        assert_eq!(events, [abandoned]);
    }
}
