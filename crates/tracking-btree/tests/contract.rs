//! The in-memory store tested against the contract: the suite, the recordings, the naive model.

use tracking_btree::{BTreeStorage, Builder};
use tracking_testkit::Setup;

fn store(setup: Setup) -> BTreeStorage {
    let builder = BTreeStorage::builder().clock(setup.clock);
    setup
        .indexes
        .into_iter()
        .fold(builder, Builder::index)
        .build()
}

tracking_testkit::conformance_tests!(store);
tracking_testkit::trace_tests!(store);
tracking_testkit::model_tests!(store);
