//! The recordings that come with this crate: the reference system at work.

use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use tracking_core::{ManualClock, Timestamp, TrackingStorage};

use super::{Report, TraceError, replay};
use crate::Setup;

/// A recording, packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recording {
    name: &'static str,
    packed: &'static [u8],
}

macro_rules! recordings {
    ($($name:literal),* $(,)?) => {
        &[$(Recording {
            name: $name,
            packed: include_bytes!(concat!("../../traces/", $name, ".jsonl.gz")),
        }),*]
    };
}

impl Recording {
    /// All of them.
    pub const ALL: &'static [Self] = recordings![
        "queries-501",
        "queries-502",
        "runs-301",
        "runs-302",
        "small-101",
        "small-102",
        "updates-401",
        "updates-402",
        "wide-201",
        "wide-202",
    ];

    /// What was recorded, and the seed of its random numbers.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Replays it on a fresh store.
    ///
    /// # Errors
    ///
    /// [`TraceError`] where the recording itself is damaged.
    pub fn replay_on<S: TrackingStorage>(
        &self,
        factory: impl Fn(Setup) -> S,
    ) -> Result<Report, TraceError> {
        let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
        let store = factory(Setup::new(Arc::<ManualClock>::clone(&clock)));
        let lines = std::io::BufReader::new(MultiGzDecoder::new(self.packed));
        replay(&store, &clock, lines)
    }
}

/// Replays the recording of this name on a fresh store; what [`trace_tests!`](crate::trace_tests)
/// calls.
///
/// # Panics
///
/// Where the store answers otherwise than was recorded, with the first differences.
pub fn check_recording<S: TrackingStorage>(name: &str, factory: impl Fn(Setup) -> S) {
    let named = |recording: &&Recording| recording.name == name;
    let recording = Recording::ALL.iter().find(named);
    let recording = recording.unwrap_or_else(|| panic!("there is no recording {name:?}"));
    let report = recording.replay_on(factory);
    let report = report.unwrap_or_else(|error| panic!("{name} is damaged: {error:?}"));
    let first: Vec<String> = report
        .differences()
        .iter()
        .take(5)
        .map(ToString::to_string)
        .collect();
    assert!(
        first.is_empty(),
        "{} of {} answers differ; the first are\n{}",
        report.differences().len(),
        report.operations(),
        first.join("\n")
    );
}

/// One `#[test]` for each [`Recording`]: the store must answer all of it as the reference did.
///
/// The factory is anything that is called with a [`Setup`] and gives a fresh store. Put the
/// macro into a module of its own; it makes functions named after the recordings.
///
/// ```
/// mod recorded {
///     tracking_testkit::trace_tests!(|setup: tracking_testkit::Setup| {
///         tracking_testkit::Model::with_indexes(setup.clock, setup.indexes)
///     });
/// }
/// ```
#[macro_export]
macro_rules! trace_tests {
    ($factory:expr) => {
        $crate::trace_tests! { @tests $factory;
            the_recording_queries_501_is_answered_alike: "queries-501",
            the_recording_queries_502_is_answered_alike: "queries-502",
            the_recording_runs_301_is_answered_alike: "runs-301",
            the_recording_runs_302_is_answered_alike: "runs-302",
            the_recording_small_101_is_answered_alike: "small-101",
            the_recording_small_102_is_answered_alike: "small-102",
            the_recording_updates_401_is_answered_alike: "updates-401",
            the_recording_updates_402_is_answered_alike: "updates-402",
            the_recording_wide_201_is_answered_alike: "wide-201",
            the_recording_wide_202_is_answered_alike: "wide-202",
        }
    };
    (@tests $factory:expr; $($test:ident: $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                $crate::replay::check_recording($name, $factory);
            }
        )*
    };
}
