//! The suite catches every store that is wrong on purpose, and passes the right one.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tracking_testkit::faulty::{Fault, faults};
use tracking_testkit::{Case, Context, Model, Setup, cases};

/// Whether the store of a fault, or the right one, keeps a rule.
fn keeps(case: &Case, fault: Option<Fault>) -> bool {
    let right = |setup: Setup| Arc::new(Model::with_indexes(setup.clock, setup.indexes));
    let context = Context::plain(move |setup| match fault {
        Some(fault) => fault.wrap(right(setup)),
        None => right(setup),
    });
    catch_unwind(AssertUnwindSafe(|| case.run(&context))).is_ok()
}

/// Runs something without the messages of the panics that are expected in it.
fn without_panic_output<T>(act: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = act();
    panic::set_hook(hook);
    done
}

fn name(case: &Case) -> String {
    format!("{}::{}", case.topic(), case.name())
}

// One test, as the panic hook is the whole program's.
#[test]
fn every_fault_is_caught_and_the_right_store_passes() {
    let (wrongly_failed, missed) = without_panic_output(|| {
        let failed = cases().iter().filter(|case| !keeps(case, None)).map(name);
        let is_missed = |fault: &&Fault| {
            case_that_catches(**fault).is_none_or(|case| keeps(case, Some(**fault)))
        };
        (
            failed.collect::<Vec<_>>(),
            faults().iter().filter(is_missed).collect::<Vec<_>>(),
        )
    });
    assert!(
        wrongly_failed.is_empty(),
        "the right store fails {wrongly_failed:?}"
    );
    let named: Vec<_> = missed
        .iter()
        .map(|fault| (fault.name(), fault.caught_by()))
        .collect();
    assert!(
        named.is_empty(),
        "not caught by the case that is there for it: {named:?}"
    );
}

/// The case that is there to catch a fault; others may catch it too.
fn case_that_catches(fault: Fault) -> Option<&'static Case> {
    let is_it = |case: &&Case| (case.topic(), case.name()) == fault.caught_by();
    cases().iter().find(is_it)
}

#[test]
fn every_fault_names_a_case_that_there_is() {
    let all: BTreeSet<_> = cases()
        .iter()
        .map(|case| (case.topic(), case.name()))
        .collect();
    for fault in faults() {
        assert!(all.contains(&fault.caught_by()), "{fault:?}");
    }
    assert!(faults().len() >= 14);
}
