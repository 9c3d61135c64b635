//! The in-memory store held against the contract: the suite, the recordings, the naive model.

use tracking_btree::BTreeStorage;
use tracking_testkit::Setup;

fn store(setup: Setup) -> BTreeStorage {
    let builder = BTreeStorage::builder().clock(setup.clock);
    setup
        .indexes
        .into_iter()
        .fold(builder, |builder, field| builder.index(field))
        .build()
}

tracking_testkit::conformance_tests!(store);
tracking_testkit::trace_tests!(store);
tracking_testkit::model_tests!(store);
