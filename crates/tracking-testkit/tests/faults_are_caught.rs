//! The suite catches every store that is wrong on purpose, and passes the right one.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

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
fn quietly<T>(act: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = act();
    panic::set_hook(hook);
    done
}

fn name(case: &Case) -> String {
    format!("{}::{}", case.topic(), case.name())
}

/// The cases that a fault breaks, of those that are quick and the one that must catch it.
fn broken_by(fault: Fault) -> Vec<String> {
    let quick = |case: &&Case| {
        !["concurrency", "data", "moving"].contains(&case.topic())
            || (case.topic(), case.name()) == fault.caught_by()
    };
    let broken = cases()
        .iter()
        .filter(quick)
        .filter(|case| !keeps(case, Some(fault)));
    broken.map(name).collect()
}

/// Does something with each fault, on as many threads as the machine has.
fn with_each<T: Send>(act: impl Fn(Fault) -> T + Sync) -> Vec<(Fault, T)> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let act = &act;
    thread::scope(|scope| {
        let parts = faults().chunks(faults().len().div_ceil(threads));
        let do_part = |part: &'static [Fault]| {
            scope.spawn(move || part.iter().map(|f| (*f, act(*f))).collect::<Vec<_>>())
        };
        let running: Vec<_> = parts.map(do_part).collect();
        running
            .into_iter()
            .flat_map(|part| {
                part.join()
                    .unwrap_or_else(|failed| panic::resume_unwind(failed))
            })
            .collect()
    })
}

// One test, as the panic hook is the whole program's.
#[test]
fn every_fault_is_caught_and_the_right_store_passes() {
    let (wrongly_failed, caught) = quietly(|| {
        let failed = cases().iter().filter(|case| !keeps(case, None)).map(name);
        (failed.collect::<Vec<_>>(), with_each(broken_by))
    });
    assert!(
        wrongly_failed.is_empty(),
        "the right store fails {wrongly_failed:?}"
    );
    for (fault, broken) in &caught {
        println!(
            "{fault:?} breaks {} cases: {}",
            broken.len(),
            broken.join(" ")
        );
    }
    for (fault, broken) in caught {
        let (topic, case) = fault.caught_by();
        let expected = format!("{topic}::{case}");
        assert!(
            broken.contains(&expected),
            "{fault:?} is not caught by {expected}: {broken:?}"
        );
    }
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
