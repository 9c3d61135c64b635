//! The cost of the last track of task, run and user.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on has nothing to measure"
)]
#![allow(missing_docs, reason = "a program")]

mod shared;

use std::sync::Arc;

use divan::Bencher;
use shared::loaded;
use tracking_bench::work::Random;
use tracking_core::{RunId, TrackingStorageExt};

fn main() {
    divan::main();
}

#[divan::bench(sample_size = 64)]
fn one(bencher: Bencher<'_, '_>) {
    let (store, mut random) = (Arc::clone(loaded().store()), Random::new(1));
    bencher
        .with_inputs(|| {
            let loaded = loaded();
            let track = loaded.plan().any(&mut random);
            let run = RunId::new(track.run).expect("runs count from 1");
            (track.task.to_owned(), run, track.user.to_owned())
        })
        .bench_local_refs(|(task, run, user)| {
            let last = store.last_user_track(task.as_str(), *run, user.as_str());
            last.expect("it can be asked for")
        });
}
