//! The naive model keeps every rule of the contract.

use tracking_testkit::{Model, Setup, conformance_tests};

conformance_tests!(|setup: Setup| Model::with_indexes(setup.clock, setup.indexes));
