//! The store tested against the contract, on a real server: the suite, the recordings, the naive
//! model.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

#[path = "tools/server.rs"]
mod server;
#[path = "tools/stores.rs"]
mod stores;

use stores::store;

tracking_testkit::conformance_tests!(store);
tracking_testkit::trace_tests!(store);
tracking_testkit::model_tests!(store);
