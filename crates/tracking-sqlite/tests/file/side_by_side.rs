//! This store and the in-memory one give the same answers.

use tracking_btree::{BTreeStorage, Builder};
use tracking_sqlite::{SqliteStorage, SqliteStorageBuilder};
use tracking_testkit::random::side_by_side;
use tracking_testkit::{Setup, StoreWithGuard};

/// The number of calls; 100,000 find more, and take minutes.
const CALLS: &str = "TRACKING_SIDE_BY_SIDE_CALLS";
const SEED: u64 = 20_261_123;

#[test]
fn this_store_and_the_one_in_memory_answer_alike() {
    let calls = std::env::var(CALLS).map_or(4_000, |calls| calls.parse().unwrap());
    let memory = |setup: Setup| {
        let builder = BTreeStorage::builder().clock(setup.clock);
        setup
            .indexes
            .into_iter()
            .fold(builder, Builder::index)
            .build()
    };
    let file = |setup: Setup| {
        let (folder, file) = crate::tools::file();
        let builder = SqliteStorage::builder(file).clock(setup.clock);
        let builder = setup
            .indexes
            .into_iter()
            .fold(builder, SqliteStorageBuilder::index);
        StoreWithGuard::new(builder.open().unwrap(), folder)
    };
    side_by_side(memory, file, SEED, calls);
}
