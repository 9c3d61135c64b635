//! The store tested against the contract, on real files: the suite, the recordings, the naive
//! model.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

use std::path::Path;

use tempfile::TempDir;
use tracking_sqlite::{SqliteStorage, SqliteStorageBuilder};
use tracking_testkit::{Setup, StoreWithGuard};

/// A store in a file of its own, which goes with it.
fn store(setup: Setup) -> StoreWithGuard<SqliteStorage> {
    let folder = folder();
    let builder = SqliteStorage::builder(folder.path().join("test.db")).clock(setup.clock);
    let builder = setup
        .indexes
        .into_iter()
        .fold(builder, SqliteStorageBuilder::index);
    StoreWithGuard::new(builder.open().unwrap(), folder)
}

/// Hundreds of stores are made here, and what the disk does is not what is tested: where the
/// system has a folder in memory, the files lie there.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    tempfile::tempdir_in(memory)
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

tracking_testkit::conformance_tests!(store);
tracking_testkit::trace_tests!(store);
tracking_testkit::model_tests!(store);
