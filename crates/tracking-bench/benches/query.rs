//! The cost of a query by its criteria: each track borrowed, and all of them collected.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on has nothing to measure"
)]
#![allow(missing_docs, reason = "a program")]

mod shared;

use std::ops::ControlFlow;
use std::sync::Arc;

use divan::{Bencher, black_box};
use shared::{loaded, query};
use tracking_bench::contender::Question;
use tracking_bench::work::{Plan, Random};
use tracking_core::TrackingStorageExt;

fn main() {
    divan::main();
}

type Ask = for<'p> fn(&'p Plan, &mut Random) -> Question<'p>;

/// The criteria by name.
const ASKED: &[(&str, Ask)] = &[
    ("task", |plan, random| {
        Question::task(plan.median_task(random))
    }),
    ("task_of_1000", |plan, random| {
        Question::task(plan.task_of_1000(random))
    }),
    ("user", |plan, random| {
        Question::all().of_user(plan.median_user(random))
    }),
    ("time", |plan, random| {
        Question::all().within(plan.window(random))
    }),
    ("task_and_user", |plan, random| {
        let track = plan.any(random);
        Question::task(track.task).of_user(track.user)
    }),
    ("field", |plan, random| {
        Question::all().with_page(plan.any(random).page)
    }),
];

const NAMES: [&str; 6] = [
    "task",
    "task_of_1000",
    "user",
    "time",
    "task_and_user",
    "field",
];

fn asked(name: &str) -> Ask {
    let found = ASKED.iter().find(|(other, _)| *other == name);
    found.expect("each name asks for something").1
}

#[divan::bench(args = NAMES, sample_size = 16)]
fn borrowed(bencher: Bencher<'_, '_>, name: &str) {
    let store = Arc::clone(loaded().store());
    bencher
        .with_inputs(query(asked(name)))
        .bench_local_refs(|query| {
            store
                .visit(query, &mut |track| {
                    black_box(track);
                    ControlFlow::Continue(())
                })
                .expect("it can be asked for")
        });
}

#[divan::bench(args = NAMES, sample_size = 16)]
fn collected(bencher: Bencher<'_, '_>, name: &str) {
    let store = Arc::clone(loaded().store());
    bencher
        .with_inputs(query(asked(name)))
        .bench_local_refs(|query| store.query(query).expect("it can be asked for"));
}
