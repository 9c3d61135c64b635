//! Files that are none of ours, or not any more.

use std::fs;
use std::path::Path;

use tracking_core::{Error, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use crate::tools::{file, fill, furnish, open, raw, told};

/// Opens it in every way, which must be refused and leave it as it is.
fn refused(file: &Path) -> String {
    let before = fs::read(file).unwrap();
    let reading = SqliteStorage::builder(file).read_only().open().unwrap_err();
    let writing = SqliteStorage::open(file).unwrap_err();
    SqliteStorage::store_names(file).unwrap_err();
    assert_eq!(fs::read(file).unwrap(), before, "it must stay untouched");
    assert!(!reading.is_retryable() && !writing.is_retryable());
    let told = told(&writing);
    assert!(
        told.contains(&file.display().to_string()),
        "the file must be named: {told}"
    );
    told
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let (_folder, file) = file();
    for text in ["x", "some notes\n", "SQLite format 2\0 and more"] {
        fs::write(&file, text).unwrap();
        let told = refused(&file);
        assert!(
            told.contains("it is no SQLite database; take another file"),
            "{told}"
        );
    }
}

#[test]
fn a_database_of_another_program_is_refused() {
    let (_folder, file) = file();
    raw(&file)
        .execute_batch("create table track (id integer primary key)")
        .unwrap();
    let told = refused(&file);
    assert!(
        told.contains("it is a database of another program"),
        "{told}"
    );
}

#[test]
fn a_database_that_another_program_has_marked_is_refused() {
    let (_folder, file) = file();
    raw(&file)
        .execute_batch("pragma application_id = 7; pragma user_version = 1")
        .unwrap();
    let told = refused(&file);
    assert!(told.contains("application id 0x7"), "{told}");
}

#[test]
fn a_file_of_a_later_version_is_refused() {
    let (_folder, file) = file();
    furnish(&open(&file));
    raw(&file)
        .execute_batch("pragma user_version = 99")
        .unwrap();
    let told = refused(&file);
    assert!(
        told.contains("its tables have version 99, this one knows 1"),
        "{told}"
    );
}

#[test]
fn an_empty_file_becomes_a_store() {
    let (_folder, file) = file();
    fs::write(&file, "").unwrap();
    furnish(&open(&file));
    assert_eq!(open(&file).check().unwrap(), []);
}

#[test]
fn a_folder_instead_of_a_file_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteStorage::open(folder.path()).unwrap_err();
    assert!(
        told(&error).contains(&folder.path().display().to_string()),
        "{}",
        told(&error)
    );
    let missing = folder.path().join("missing").join("a.db");
    let error = SqliteStorage::open(&missing).unwrap_err();
    assert!(
        error.to_string().contains("see that its folder is there"),
        "{error}"
    );
}

#[test]
fn a_torn_file_is_a_clear_error_or_found_by_the_check() {
    let (_folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 500);
    drop(store);
    let whole = fs::read(&file).unwrap();
    for size in [20, 100, 4096, 20_480, whole.len() / 2] {
        fs::write(&file, &whole[..size]).unwrap();
        let faults = SqliteStorage::open(&file).and_then(|store| store.check());
        assert!(
            faults.as_ref().map_or(true, |faults| !faults.is_empty()),
            "{size}: {faults:?}"
        );
    }
}

#[test]
fn scrambled_pages_are_an_error_and_never_a_panic() {
    let (_folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 500);
    drop(store);
    let whole = fs::read(&file).unwrap();
    for page in 1..whole.len() / 4096 {
        let mut scrambled = whole.clone();
        for (place, byte) in scrambled[page * 4096..(page + 1) * 4096]
            .iter_mut()
            .enumerate()
        {
            *byte = (place * 31 + page).to_le_bytes()[0];
        }
        fs::write(&file, &scrambled).unwrap();
        let Ok(store) = SqliteStorage::open(&file) else {
            continue;
        };
        let _any = store.query(&tracking_core::Query::all());
        let _any = store.save_data("lesson-1", "anna", serde_json::json!({}));
        let faults = store.check();
        assert!(
            faults.as_ref().map_or(true, |faults| !faults.is_empty()),
            "{page}: {faults:?}"
        );
        if let Err(error) = faults {
            assert!(matches!(error, Error::Backend { .. }), "{error:?}");
        }
    }
}
