//! Right stores pass the random calls, and wrong ones are found.

mod wrong;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::*;
use crate::Model;

use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng};
use tracking_core::{Clock, Error, ManualClock, Timestamp};
use wrong::{FAULTS, Wrong};

fn model(setup: Setup) -> Model {
    Model::with_indexes(setup.clock, setup.indexes)
}

crate::model_tests!(model);

/// What is said of a store, which must be something; always of the same calls.
fn complaint<S: TrackingStorage>(factory: impl Fn(Setup) -> S) -> String {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config {
        cases: 2_000, // Some faults show in few sequences only.
        ..config()
    };
    let mut runner = TestRunner::new_with_rng(config, rng);
    look_for_mismatch(&mut runner, factory).unwrap_err()
}

/// A clock with a resolution of one second.
struct Coarse(Arc<dyn Clock>);

impl Clock for Coarse {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.now().secs()).unwrap()
    }
}

fn coarse(setup: Setup) -> Model {
    Model::with_indexes(Arc::new(Coarse(setup.clock)), setup.indexes)
}

#[test]
fn a_store_that_keeps_whole_seconds_is_found_and_its_calls_can_be_repeated() {
    let complaint = complaint(coarse);
    let (_, calls) = complaint.split_once("after these calls:\n").unwrap();
    assert_eq!(calls.lines().count(), 3, "one call is enough: {complaint}");
    check_calls(model, calls);
    let again = catch_unwind(AssertUnwindSafe(|| check_calls(coarse, calls)));
    assert!(again.is_err(), "{calls}");
}

#[test]
fn every_fault_is_found() {
    for fault in FAULTS {
        let complaint = complaint(|setup| Wrong::new(setup, fault));
        let message = "the stores differ";
        assert!(complaint.starts_with(message), "{fault:?}: {complaint}");
    }
}

#[test]
fn a_store_that_forgets_its_indexes_is_found() {
    let complaint = complaint(|setup| Model::new(setup.clock));
    assert!(complaint.contains("the stores differ"), "{complaint}");
}

#[test]
fn calls_survive_being_written_and_read() {
    let written = |calls: Vec<Call>| {
        let text = json(&calls);
        let read: Vec<Call> = serde_json::from_str(&text).unwrap();
        proptest::prop_assert_eq!(read, calls);
        Ok(())
    };
    TestRunner::new(Config::default())
        .run(&calls(10), written)
        .unwrap();
}

/// A call and what came of it, in two words.
fn event(call: &Call, answer: &tracking_core::Result<Answer>) -> String {
    let call = call.to_json();
    let name = call.split('"').nth(1).unwrap();
    let came_of_it = match answer {
        Ok(Answer::Whether(false) | Answer::Count(0) | Answer::Track(None)) => "nothing".to_owned(),
        Ok(Answer::Tracks(tracks, _)) if tracks.is_empty() => "nothing".to_owned(),
        Ok(Answer::Groups(groups)) if groups.is_empty() => "nothing".to_owned(),
        Ok(Answer::Runs(runs)) if runs.is_empty() => "nothing".to_owned(),
        Ok(Answer::RunIds(runs)) if runs.is_empty() => "nothing".to_owned(),
        Ok(Answer::Keys(keys)) if keys.is_empty() => "nothing".to_owned(),
        Ok(Answer::Checkpoints(checkpoints)) if checkpoints.is_empty() => "nothing".to_owned(),
        Ok(_) => "something".to_owned(),
        Err(Error::Batch { source, .. }) => kind(source),
        Err(error) => kind(error),
    };
    format!("{name} {came_of_it}")
}

fn kind(error: &Error) -> String {
    let shown = format!("{error:?}");
    shown.split(' ').next().unwrap().to_owned()
}

const EVENTS: &str = "
    Apply something, Apply UnknownRun, Apply UnknownStartedRun, Apply UnknownTrack,
    Apply KeyConflict, Apply CheckpointConflict,
    ApplyDelayed something, ApplyDelayed UnknownRun, ApplyDelayed KeyConflict,
    ApplyDelayed CheckpointConflict, Flush something, RestoreDelayed something,
    RestoreDelayed RestoreConflict, Save something, Save UnknownRun,
    Save UnknownStartedRun, Save KeyConflict, Update something, Update UnknownTrack,
    Remove something, Remove nothing, StartRun something, StopRun something, StopRun nothing,
    StopRun UnknownStartedRun, ExpireRuns something, ExpireRuns nothing,
    RemoveMatching something, RemoveMatching nothing, RemoveMatching CursorMismatch,
    Prune something, Prune nothing, EraseUser something, EraseUser nothing,
    RenameUser something, RenameUser nothing, AddIndex something, AddIndex nothing,
    DropIndex something, DropIndex nothing, Reindex something, Restore something,
    Restore RestoreConflict, Restore UnknownRun, Restore UnknownTrack, Track something,
    Track nothing, LastTrack something, LastTrack nothing, Visit something, Visit nothing,
    Visit CursorMismatch, Pages something, Count something, Count nothing, Groups something,
    Groups nothing, TaskIds something, UserNames something, Run something, Run nothing,
    Runs something, Runs nothing, Indexes something, Checkpoint something, Checkpoint nothing,
    Checkpoints something, KeyUse something, KeyUse nothing, KeyUses something,
    KeyUses nothing, Counters something, Tick something";

#[test]
fn every_answer_and_every_error_of_the_contract_comes_up() {
    let mut runner = TestRunner::deterministic();
    let sequences = calls(MAX_CALLS);
    let mut seen = BTreeSet::new();
    for _ in 0..512 {
        let calls = sequences.new_tree(&mut runner).unwrap().current();
        let clock = Arc::new(ManualClock::new(pools::start()));
        let store = Model::with_indexes(Arc::<ManualClock>::clone(&clock), ["p".into()]);
        for call in calls {
            seen.insert(event(&call, &call.make(&store, &clock)));
        }
    }
    let missing: Vec<&str> = EVENTS
        .split(',')
        .map(str::trim)
        .filter(|e| !seen.contains(*e))
        .collect();
    assert!(missing.is_empty(), "{missing:?} of {seen:#?}");
}
