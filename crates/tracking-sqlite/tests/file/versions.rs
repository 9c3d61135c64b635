//! Files of every version that was ever given out.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tracking_core::{Batch, BatchId, ErrorKind, TrackId, TrackingStorage as _, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use crate::tools::{dump, file, furnish, open};

/// A file of version 1. `WRITE_VERSION_1=1 cargo test -p tracking-sqlite version_1` makes it anew,
/// which must never be done once that version is out.
fn version_1() -> PathBuf {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/version-1.db");
    if std::env::var_os("WRITE_VERSION_1").is_some() {
        fs::remove_file(&file).ok();
        furnish(&open(&file));
    }
    file
}

#[test]
fn a_file_of_version_1_is_read_and_written() {
    let (_folder, copy) = file();
    fs::copy(version_1(), &copy).unwrap();
    let (_other, fresh) = file();
    let fresh = open(&fresh);
    furnish(&fresh);

    let error = SqliteStorage::builder(&copy)
        .read_only()
        .open()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedsUpgrade, "{error}");
    let store = open(&copy);
    assert_eq!(dump(&store), dump(&fresh), "all is as it was");
    assert_eq!(store.check().unwrap(), []);
    for store in [&store, &fresh] {
        store
            .save_data("lesson-1", "anna", json!({"page": 3}))
            .unwrap();
        store.start_run_of("lesson-2").unwrap();
    }
    assert_eq!(dump(&store), dump(&fresh), "and goes on");
    let id = BatchId::new("b1").unwrap();
    let batch = Batch::new().remove(TrackId::FIRST).with_id(id);
    let first = store.apply(&batch).unwrap();
    assert_eq!(
        open(&copy).apply(&batch).unwrap(),
        first,
        "and knows batch ids"
    );
    assert_eq!(store.check().unwrap(), []);
}
