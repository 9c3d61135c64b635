//! Reading only, and sharing.

use std::fs;
use std::sync::Arc;

use serde_json::json;
use tracking_core::{Error, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use crate::tools::{count, dump, file, full_message, open, save_everything};

fn read(file: &std::path::Path) -> tracking_core::Result<SqliteStorage> {
    SqliteStorage::builder(file).read_only().open()
}

#[test]
fn a_store_that_is_only_read_sees_what_others_write_and_writes_nothing() {
    let (_folder, file) = file();
    let writing = open(&file);
    save_everything(&writing);
    let reading = read(&file).unwrap();
    assert_eq!(dump(&reading), dump(&writing));
    writing.save_data("lesson-1", "anna", json!({})).unwrap();
    assert_eq!(count(&reading), count(&writing));
    assert_eq!(reading.check().unwrap(), []);
    let error = reading
        .save_data("lesson-1", "anna", json!({}))
        .unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    assert!(
        error.to_string().ends_with("it is opened for reading only"),
        "{error}"
    );
    for error in [
        reading.reindex().unwrap_err(),
        reading
            .erase_user(&tracking_core::UserName::nobody())
            .unwrap_err(),
        reading.shrink(&mut |_| {}).unwrap_err(),
    ] {
        assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    }
}

#[test]
fn reading_only_makes_neither_file_nor_store() {
    let (folder, file) = file();
    let error = read(&file).unwrap_err();
    assert!(
        full_message(&error).contains(&file.display().to_string()),
        "{}",
        full_message(&error)
    );
    fs::write(&file, "").unwrap();
    assert!(
        read(&file)
            .unwrap_err()
            .to_string()
            .ends_with("which is empty")
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    save_everything(&open(&file));
    let other = SqliteStorage::builder(&file)
        .store("other".parse().unwrap())
        .read_only();
    let error = other.open().unwrap_err().to_string();
    assert!(error.contains("find a store other"), "{error}");
}

#[test]
fn a_store_may_be_shared_and_outlive_its_opener() {
    let (_folder, file) = file();
    let store: Arc<dyn TrackingStorage> = Arc::new(open(&file));
    let thread = std::thread::spawn({
        let store = Arc::clone(&store);
        move || store.save_data("a", "u", json!({})).unwrap()
    });
    thread.join().unwrap();
    assert_eq!(count(&*store), 1);
}
