//! Whole logs: read, and loaded into a store.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod load;
mod read;
mod real_logs;
mod summary;

use std::path::PathBuf;

/// A log next to these tests.
fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}
