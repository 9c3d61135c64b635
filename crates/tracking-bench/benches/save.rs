//! The cost of a save: one track, and a track of a batch of 1,000.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on has nothing to measure"
)]
#![allow(missing_docs, reason = "a program")]

mod shared;

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use shared::loaded;

fn main() {
    divan::main();
}

#[divan::bench(sample_size = 64)]
fn one(bencher: Bencher<'_, '_>) {
    let store = Arc::clone(loaded().store());
    bencher
        .with_inputs(|| loaded().track().expect("a run can be started"))
        .bench_values(|track| store.save(track).expect("a track can be saved"));
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn a_batch_of_a_thousand(bencher: Bencher<'_, '_>) {
    let store = Arc::clone(loaded().store());
    bencher
        .counter(ItemsCount::new(1_000_u32))
        .with_inputs(|| loaded().batch(1_000).expect("runs can be started"))
        .bench_refs(|batch| store.apply(batch).expect("tracks can be saved"));
}
