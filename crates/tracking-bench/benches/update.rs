//! The cost of an update: it finds the last track of task, run and user, and merges.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on has nothing to measure"
)]
#![allow(missing_docs, reason = "a program")]

mod shared;

use std::sync::Arc;

use divan::Bencher;
use shared::loaded;

fn main() {
    divan::main();
}

#[divan::bench(sample_size = 64)]
fn one(bencher: Bencher<'_, '_>) {
    let store = Arc::clone(loaded().store());
    bencher
        .with_inputs(|| loaded().update().expect("a run can be started"))
        .bench_values(|track| store.save(track).expect("a track can be updated"));
}
