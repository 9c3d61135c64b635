//! A file that is moved, removed or replaced while a store has it open.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tracking_core::{Error, Query, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use super::tools::{assert_reported, assert_sound, contents, contents_of, folder, sibling};

struct Place {
    _folder: TempDir,
    home: PathBuf,
    path: PathBuf,
    store: SqliteStorage,
}

impl Place {
    /// A store in a folder of its own, with one track.
    fn new() -> Self {
        let folder = folder();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        let path = home.join("test.db");
        let store = SqliteStorage::open(&path).unwrap();
        save(&store).unwrap();
        Self {
            _folder: folder,
            home,
            path,
            store,
        }
    }

    /// Fails unless every call of the store is refused, with this cause.
    fn assert_lost(&self, says: &str) {
        let all = Query::all();
        let errors = [
            save(&self.store).unwrap_err(),
            self.store.reindex().unwrap_err(),
            self.store.count(&all).unwrap_err(),
            self.store.query(&all).unwrap_err(),
            self.store.counters().unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, Error::Backend { .. }), "{error:?}");
            assert_reported(&error, &self.path, says);
            assert_reported(&error, &self.path, "put it back, or open what is there now");
        }
    }
}

fn save(store: &SqliteStorage) -> tracking_core::Result<tracking_core::TrackId> {
    store.save_data("lesson", "anna", serde_json::json!({"page": 1}))
}

/// Nothing is written into a file that nobody can find any more.
#[test]
fn a_file_that_is_removed_is_reported_and_nothing_is_saved_to_nowhere() {
    let place = Place::new();
    fs::remove_file(&place.path).unwrap();
    place.assert_lost("No such file");
    assert!(!place.path.exists());
}

/// Nor where its whole folder is gone.
#[test]
fn a_folder_that_is_removed_is_reported() {
    let place = Place::new();
    fs::remove_dir_all(&place.home).unwrap();
    place.assert_lost("No such file");
}

/// A file that was moved away is an error; once it is back, calls work again, and nothing is lost.
#[test]
fn a_file_that_is_moved_away_and_back_continues() {
    let place = Place::new();
    let away = place.home.join("away.db");
    fs::rename(&place.path, &away).unwrap();
    place.assert_lost("No such file");
    fs::rename(&away, &place.path).unwrap();
    assert_eq!(save(&place.store).unwrap().number(), 2);
    let there = contents(&place.store);
    drop(place.store);
    assert_eq!(contents_of(&place.path), there);
    assert_sound(&place.path);
}

/// So it is with a folder.
#[test]
fn a_folder_that_is_moved_away_and_back_continues() {
    let place = Place::new();
    let away = place.home.with_file_name("away");
    fs::rename(&place.home, &away).unwrap();
    place.assert_lost("No such file");
    fs::rename(&away, &place.home).unwrap();
    assert_eq!(save(&place.store).unwrap().number(), 2);
}

/// A file that another one was moved over is neither written nor answered from, as if it were
/// the other one; and the other one stays as it is.
#[test]
fn a_file_that_is_replaced_is_reported_and_the_new_one_is_left_alone() {
    let place = Place::new();
    let new = place.home.with_file_name("new.db");
    let other = SqliteStorage::open(&new).unwrap();
    other
        .save_data("other", "bert", serde_json::json!({}))
        .unwrap();
    let expected = contents(&other);
    drop(other);
    fs::rename(&new, &place.path).unwrap();
    place.assert_lost("another file has its name");
    let (Place { store, path, .. }, before) = (&place, fs::read(&place.path).unwrap());
    assert_eq!(store.path(), path);
    // Who replaces a file takes the log of the old one away.
    drop(place.store);
    for end in ["-wal", "-shm"] {
        fs::remove_file(sibling(&place.path, end)).ok();
    }
    assert_eq!(fs::read(&place.path).unwrap(), before);
    assert_eq!(contents_of(&place.path), expected);
}

/// A store that only reads reports it, too.
#[test]
fn a_reader_learns_that_its_file_was_replaced() {
    let place = Place::new();
    let reader = SqliteStorage::builder(&place.path)
        .read_only()
        .open()
        .unwrap();
    assert_eq!(reader.count(&Query::all()).unwrap(), 1);
    drop(place.store);
    fs::rename(&place.path, place.home.join("away.db")).unwrap();
    assert!(reader.count(&Query::all()).is_err());
    look_at(&place.path, &reader);
}

fn look_at(path: &Path, reader: &SqliteStorage) {
    assert_reported(&reader.counters().unwrap_err(), path, "No such file");
}
