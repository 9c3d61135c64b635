//! The example of a store of your own keeps every rule of the contract.

#[path = "../../tracking-core/examples/own_store/main.rs"]
#[expect(dead_code, reason = "a program of its own has a `main`")]
mod own_store;

use own_store::OwnStore;
use tracking_core::TrackingStorage;
use tracking_testkit::{Setup, conformance_tests, model_tests, trace_tests};

fn own_store(setup: Setup) -> OwnStore {
    let store = OwnStore::new(setup.clock);
    for field in &setup.indexes {
        assert!(store.add_index(field).is_ok_and(|is_new| is_new));
    }
    store
}

conformance_tests!(own_store);

mod recorded {
    use super::trace_tests;

    trace_tests!(super::own_store);
}

mod random {
    use super::model_tests;

    model_tests!(super::own_store);
}
