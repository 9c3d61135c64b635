//! Random calls of every method, and a store compared with the [`Model`] while it answers them.

mod answer;
mod call;
mod changes;
mod compare;
mod pools;
mod questions;
mod records;
mod side_by_side;

use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_oneof};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use tracking_core::TrackingStorage;

pub use answer::Answer;
pub use call::Call;
pub use compare::{Mismatch, compare};
pub use side_by_side::side_by_side;

#[cfg(doc)]
use crate::Model;
use crate::Setup;

/// How many calls are made of one store at most.
const MAX_CALLS: usize = 60;

/// Sequences of at most `limit` calls, over the whole contract.
///
/// Names, times and data are taken from small pools, so that calls meet each other's tracks;
/// edge cases come more often than chance would have it.
pub fn calls(limit: usize) -> impl Strategy<Value = Vec<Call>> {
    vec(call(), 1..=limit)
}

/// One call: mostly a change, for without tracks there is little to ask.
fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        14 => changes::change(),
        1 => changes::bulk_change(),
        8 => questions::question(),
        1 => records::restore().prop_map(Call::Restore),
        1 => records::restore().prop_map(Call::RestoreDelayed),
    ]
}

/// Makes random calls of fresh stores and of the [`Model`]; what
/// [`model_tests!`](crate::model_tests) calls.
///
/// There are 256 sequences of up to 60 calls, or as many sequences as the environment variable
/// `PROPTEST_CASES` says.
///
/// # Panics
///
/// Where a store answers otherwise than the model, or panics itself. The message has a shortest
/// sequence that shows it, as JSON to be kept in a test that [`replays`](check_calls) it.
pub fn check<S: TrackingStorage>(factory: impl Fn(Setup) -> S) {
    let mut runner = TestRunner::new(config());
    if let Err(complaint) = look_for_mismatch(&mut runner, factory) {
        panic!("{complaint}");
    }
}

fn config() -> Config {
    Config {
        // Sequences are kept as JSON in tests of their own, see `check_calls`.
        failure_persistence: None,
        ..Config::default()
    }
}

fn look_for_mismatch<S: TrackingStorage>(
    runner: &mut TestRunner,
    factory: impl Fn(Setup) -> S,
) -> Result<(), String> {
    let outcome = runner.run(&calls(MAX_CALLS), |calls| {
        compare(&factory, &calls).map_err(|mismatch| TestCaseError::fail(mismatch.to_string()))
    });
    outcome.map_err(|error| match error {
        TestError::Fail(why, calls) => format!("{why}\nafter these calls:\n{}", json(&calls)),
        TestError::Abort(why) => format!("no calls could be made up: {why}"),
    })
}

/// Makes calls that are given as a JSON list, as a failed [`check`] printed them.
///
/// # Panics
///
/// Where the store answers otherwise than the model, or the text is no list of calls.
pub fn check_calls<S: TrackingStorage>(factory: impl Fn(Setup) -> S, calls: &str) {
    let read = serde_json::from_str(calls);
    let calls: Vec<Call> = read.unwrap_or_else(|error| panic!("this is no list of calls: {error}"));
    if let Err(mismatch) = compare(&factory, &calls) {
        panic!("{mismatch}");
    }
}

/// A list with one call a line.
fn json(calls: &[Call]) -> String {
    let lines: Vec<String> = calls.iter().map(Call::to_json).collect();
    format!("[\n{}\n]", lines.join(",\n"))
}

/// A `#[test]` that holds a store against the [`Model`](crate::Model) over random calls; see
/// [`check`](crate::random::check).
///
/// The factory is anything that is called with a [`Setup`](crate::Setup) and gives a fresh
/// store.
///
/// ```
/// tracking_testkit::model_tests!(|setup: tracking_testkit::Setup| {
///     tracking_testkit::Model::with_indexes(setup.clock, setup.indexes)
/// });
/// ```
#[macro_export]
macro_rules! model_tests {
    ($factory:expr) => {
        #[test]
        fn random_calls_are_answered_as_the_model_answers_them() {
            $crate::random::check($factory);
        }
    };
}

#[cfg(test)]
mod tests;
