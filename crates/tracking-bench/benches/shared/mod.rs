//! Shared by the benches: a store with 100,000 tracks, and queries.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tracking_bench::Loaded;
use tracking_bench::contender::Question;
use tracking_bench::work::{Plan, Random};
use tracking_core::Query;

const TRACKS: usize = 100_000;

/// The store, loaded once per process. The lock protects the preparation of saves; it is free while one
/// is measured.
pub(crate) fn loaded() -> MutexGuard<'static, Loaded> {
    static LOADED: OnceLock<Mutex<Loaded>> = OnceLock::new();
    let load = || Mutex::new(Loaded::new(TRACKS).expect("the workload can be loaded"));
    let lock = LOADED.get_or_init(load).lock();
    lock.unwrap_or_else(PoisonError::into_inner)
}

/// Builds a query for the next of many tracks, tasks, users or times.
#[allow(dead_code, reason = "not every bench asks for tracks")]
pub(crate) fn query(
    ask: for<'p> fn(&'p Plan, &mut Random) -> Question<'p>,
) -> impl FnMut() -> Query {
    let mut random = Random::new(1);
    move || {
        let loaded = loaded();
        let question = ask(loaded.plan(), &mut random);
        Loaded::query(&question).expect("the names of the workload are names")
    }
}
