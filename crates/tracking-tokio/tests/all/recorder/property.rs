//! Whatever a store and a log do, each accepted track is in the store once in the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use proptest::prelude::*;
use tracking_core::TrackingStorage;
use tracking_logfile::RecordLogger;
use tracking_tokio::{Overflow, Spill, SpillError};

use super::tools::{LONG, assert_balanced, builder, numbers, store, track};
use crate::unreliable::{Fate, Unreliable};

/// A log that fails now and then.
struct Unsteady {
    log: RecordLogger,
    calls: AtomicU64,
    fails: Vec<bool>,
}

impl Spill for Unsteady {
    fn spill(&self, track: &tracking_core::NewTrack) -> Result<(), SpillError> {
        let call = usize::try_from(self.calls.fetch_add(1, SeqCst)).unwrap();
        if self.fails.get(call).copied().unwrap_or(false) {
            return Err(SpillError::Failed("now and then".into()));
        }
        self.log.spill(track)
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Works),
        3 => Just(Fate::Fails),
        3 => Just(Fate::LosesAnswer),
    ]
}

/// What a program does with its recorder.
#[derive(Clone, Debug)]
enum Step {
    Record(u64),
    Flush,
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..40_u64).prop_map(Step::Record),
        1 => Just(Step::Flush),
        2 => Just(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn each_accepted_track_is_in_the_store_once(
        fates in prop::collection::vec(fate(), 1..40),
        log_fails in prop::collection::vec(prop::bool::weighted(0.3), 0..40),
        steps in prop::collection::vec(step(), 1..20),
        batch_size in 1..20_usize,
        max_tracks in 5..60_usize,
        spills in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let right = store();
        let fate = move |call| *fates.get(usize::try_from(call).unwrap()).unwrap_or(&Fate::Works);
        let unreliable = Unreliable::new(Arc::clone(&right) as Arc<dyn TrackingStorage>, fate);
        let path = folder.path().join("spill.log");
        let log = Unsteady {
            log: RecordLogger::builder("spill", path).build().unwrap(),
            calls: AtomicU64::new(0),
            fails: log_fails,
        };
        let overflow = if spills { Overflow::spill(log) } else { Overflow::Drop };
        let recorder = builder(unreliable)
            .batch_size(batch_size)
            .max_tracks(max_tracks)
            .spill_after(Duration::from_millis(2))
            .backoff(Duration::from_micros(100), Duration::from_millis(1))
            .overflow(overflow)
            .build()
            .unwrap();
        let (mut next, mut accepted) = (0, Vec::new());
        for step in steps {
            match step {
                Step::Record(tracks) => for _ in 0..tracks {
                    if recorder.record(track(next)).is_ok() {
                        accepted.push(next);
                    }
                    next += 1;
                },
                Step::Flush => recorder.flush(LONG).unwrap(),
                Step::Wait => std::thread::sleep(Duration::from_millis(1)),
            }
            assert_balanced(&recorder.counts());
        }
        let counts = recorder.close(LONG);
        prop_assert_eq!(counts.accepted, accepted.len() as u64);
        prop_assert_eq!(counts.accepted + counts.dropped, next);
        prop_assert_eq!(counts.accepted, counts.saved + counts.spilled, "{:?}", counts);
        if spills {
            super::spilling::load(&right, folder.path());
        }
        prop_assert_eq!(numbers(&*right), accepted);
    }
}

/// `PROPTEST_CASES` where it is set, for those who have the time for more.
pub(crate) fn cases() -> u32 {
    let cases = std::env::var("PROPTEST_CASES");
    cases.map_or(40, |cases| cases.parse().unwrap())
}
