//! Two stores, side by side, over very many calls.

use std::sync::Arc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tracking_core::{Clock, Field, ManualClock, TrackingStorage};

use super::compare::{everything, same, settle};
use super::{Call, Mismatch, call, pools};
use crate::Setup;

/// How many calls are made of one pair of stores, before a fresh pair takes over: with more, most
/// calls would no longer be about what is there.
const ROUND: usize = 500;

/// Makes the same random calls, `count` of them, of stores of two kinds, and holds their answers
/// against each other.
///
/// The calls follow from the seed alone. Each pair of stores answers some hundred of them, and in
/// the end must hold the same.
///
/// # Panics
///
/// Where they differ. The message tells the seed and the call.
pub fn side_by_side<S: TrackingStorage, T: TrackingStorage>(
    one: impl Fn(Setup) -> S,
    other: impl Fn(Setup) -> T,
    seed: u64,
    count: usize,
) {
    let mut bytes = [0; 32];
    bytes
        .iter_mut()
        .zip(seed.to_le_bytes())
        .for_each(|(byte, of_seed)| *byte = of_seed);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = call();
    let mut next = || match strategy.new_tree(&mut runner) {
        Ok(tree) => tree.current(),
        Err(why) => panic!("no call could be made up: {why}"),
    };
    let mut left = count;
    while left > 0 {
        let calls: Vec<Call> = (0..left.min(ROUND)).map(|_| next()).collect();
        if let Err(mismatch) = round(&one, &other, &calls) {
            panic!("seed {seed}, {} calls before: {mismatch}", count - left);
        }
        left -= calls.len();
    }
}

fn round<S: TrackingStorage, T: TrackingStorage>(
    one: &impl Fn(Setup) -> S,
    other: &impl Fn(Setup) -> T,
    calls: &[Call],
) -> Result<(), Mismatch> {
    let clock = Arc::new(ManualClock::new(pools::start()));
    let setup = || Setup::new(Arc::<ManualClock>::clone(&clock)).with_index(Field::from("p"));
    let (one, other) = (one(setup()), other(setup()));
    for (number, call) in calls.iter().enumerate() {
        let now = clock.now();
        let expected = settle(call, call.make(&one, &clock));
        clock.set(now); // Each of the two moves the clock by itself.
        let got = settle(call, call.make(&other, &clock));
        same(&expected, &got, || {
            format!("call {number}, {}", call.to_json())
        })?;
    }
    same(&everything(&one), &everything(&other), || {
        "all that they hold".to_owned()
    })
}
