//! The cost of counts and lists of names: from the indexes, and by a scan.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on has nothing to measure"
)]
#![allow(missing_docs, reason = "a program")]

mod shared;

use std::sync::Arc;

use divan::Bencher;
use shared::{loaded, query};
use tracking_bench::contender::Question;
use tracking_core::{GroupBy, Query, TrackingStorageExt as _, Zone};

fn main() {
    divan::main();
}

#[divan::bench(sample_size = 64)]
fn of_a_task(bencher: Bencher<'_, '_>) {
    let store = Arc::clone(loaded().store());
    bencher
        .with_inputs(query(|plan, random| {
            Question::task(plan.median_task(random))
        }))
        .bench_local_refs(|query| store.count(query).expect("it can be counted"));
}

#[divan::bench]
fn each_task(bencher: Bencher<'_, '_>) {
    groups(bencher, &Query::all(), GroupBy::Task);
}

#[divan::bench]
fn each_task_in_four_fifths_of_the_time(bencher: Bencher<'_, '_>) {
    let mut middle = query(|plan, _| {
        let (first, last) = plan.span();
        let tenth = (last - first) / 10;
        Question::all().within((first + tenth, last - tenth))
    });
    groups(bencher, &middle(), GroupBy::Task);
}

#[divan::bench]
fn each_day(bencher: Bencher<'_, '_>) {
    groups(bencher, &Query::all(), GroupBy::Day(Zone::utc()));
}

fn groups(bencher: Bencher<'_, '_>, query: &Query, by: GroupBy) {
    let (store, by) = (Arc::clone(loaded().store()), by.into());
    bencher.bench(|| store.groups(query, &by).expect("it can be counted"));
}

#[divan::bench]
fn task_ids(bencher: Bencher<'_, '_>) {
    let store = Arc::clone(loaded().store());
    bencher.bench(|| store.task_ids().expect("there are names"));
}
