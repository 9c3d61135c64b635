//! The contract, rule by rule, as named tests for any store.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a case says by panicking that a rule is broken"
)]

mod batch_ids;
mod batches;
mod by_id;
mod changes;
mod checkpoints;
mod concurrency;
mod context;
mod counting;
mod data;
mod delayed;
mod dice;
mod errors;
mod exclusion;
mod expiry;
mod fields;
mod grouping;
mod indexes;
mod keys;
mod last;
mod list;
mod names;
mod numbers;
mod orders;
mod patterns;
mod prelude;
mod queries;
mod removal;
mod restore;
mod retention;
mod run_counts;
mod run_queries;
mod run_removal;
mod runs;
mod save;
mod sessions;
mod specification;
mod times;
mod transfer;
mod update;
mod users;
mod visits;

pub use context::Context;

/// One rule of the contract, and how to see whether a store keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    topic: &'static str,
    name: &'static str,
    run: fn(&Context<'_>),
}

impl Case {
    /// What the rule is about, for example `save`.
    pub fn topic(&self) -> &'static str {
        self.topic
    }

    /// The rule in short, for example `track_ids_count_from_1`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Sees whether the store of the context keeps the rule.
    ///
    /// # Panics
    ///
    /// Where it does not; the message says what was expected and what came.
    pub fn run(&self, context: &Context<'_>) {
        (self.run)(context);
    }
}

macro_rules! registry {
    ([] $($topic:ident { $($case:ident,)* })*) => {
        &[$($(Case {
            topic: stringify!($topic),
            name: stringify!($case),
            run: $topic::$case,
        },)*)*]
    };
}

static CASES: &[Case] = crate::__with_cases!(registry, []);

/// All cases, by topic.
pub fn cases() -> &'static [Case] {
    CASES
}

/// Runs one case by its name: what the generated tests call.
///
/// # Panics
///
/// Where the store does not keep the rule, or there is no such case.
#[doc(hidden)]
pub fn run_case(topic: &str, name: &str, context: &Context<'_>) {
    let case = CASES
        .iter()
        .find(|case| case.topic == topic && case.name == name);
    let Some(case) = case else {
        panic!("there is no case {topic}::{name}");
    };
    case.run(context);
}

/// Makes a named test of every rule of the contract, for the stores of a factory.
///
/// The factory is anything that can be called with a [`Setup`](crate::Setup) and gives a store:
/// a fresh and empty one on every call, also where several are alive at once. Each rule is
/// tested on the store itself (`plain::topic::rule`) and behind `Arc<dyn TrackingStorage>`
/// (`behind_arc::topic::rule`). Call it once in a module.
///
/// ```
/// mod naive {
///     use tracking_testkit::{Model, Setup, conformance_tests};
///
///     conformance_tests!(|setup: Setup| Model::with_indexes(setup.clock, setup.indexes));
/// }
/// ```
#[macro_export]
macro_rules! conformance_tests {
    ($factory:expr $(,)?) => {
        /// A fresh store, of what the tests were called with.
        #[allow(
            clippy::redundant_closure_call,
            reason = "the factory may be a closure"
        )]
        fn __conformance_store(
            setup: $crate::Setup,
        ) -> impl $crate::__core::TrackingStorage + 'static {
            ($factory)(setup)
        }

        $crate::__with_cases!($crate::__conformance_modes, []);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_modes {
    ([] $($cases:tt)*) => {
        $crate::__conformance_mode! { plain $($cases)* }
        $crate::__conformance_mode! { behind_arc $($cases)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_mode {
    ($mode:ident $($topic:ident { $($case:ident,)* })*) => {
        mod $mode {
            $(mod $topic {
                $(#[test]
                fn $case() {
                    let context = $crate::Context::$mode(super::super::__conformance_store);
                    $crate::__run_case(stringify!($topic), stringify!($case), &context);
                })*
            })*
        }
    };
}

#[cfg(test)]
mod tests;
