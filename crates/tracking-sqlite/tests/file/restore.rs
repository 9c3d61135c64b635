//! Restoring backups.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use tracking_core::{ChangeFeed, ErrorKind, Result, TrackingStorage as _, TrackingStorageExt as _};
use tracking_sqlite::{BackupRestore, RestoredBackup, SqliteStorage};

use crate::tools::{count, dump, file, fill, open, save_everything};

fn replace(backup: &Path, file: &Path) -> Result<RestoredBackup> {
    let restore = BackupRestore::new(backup, file).busy_timeout(Duration::ZERO);
    restore.replace(true).run(&mut |_| ())
}

/// A file with a store of so many tracks of anna, and a backup of it in the same folder.
struct BackedUp {
    _folder: TempDir,
    file: PathBuf,
    backup: PathBuf,
    store: SqliteStorage,
}

impl BackedUp {
    fn new(tracks: usize) -> Self {
        let (folder, file) = file();
        let (store, backup) = (open(&file), folder.path().join("b.db"));
        fill(&store, "anna", tracks);
        store.backup(&backup, &mut |_| ()).unwrap();
        Self {
            _folder: folder,
            file,
            backup,
            store,
        }
    }
}

/// The names of all files in the folder of a file, sorted.
fn names(file: &Path) -> Vec<String> {
    let entries = fs::read_dir(file.parent().unwrap()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_restored_to_a_new_file_with_all_its_stores() {
    let (folder, file) = file();
    let store = open(&file);
    save_everything(&store);
    fill(&store, "anna", 2_000);
    let access = SqliteStorage::builder(&file).store("access".parse().unwrap());
    access.open().unwrap();
    let (backup, to) = (folder.path().join("b.db"), folder.path().join("new.db"));
    store.backup(&backup, &mut |_| ()).unwrap();
    let mut last = None;
    let restored = BackupRestore::new(&backup, &to)
        .run(&mut |progress| last = Some(progress))
        .unwrap();
    assert_eq!(restored.stores, SqliteStorage::store_names(&file).unwrap());
    assert_eq!(restored.stores.len(), 2);
    assert_eq!(restored.bytes, fs::metadata(&backup).unwrap().len());
    assert!(!restored.replaced);
    assert!(last.is_some_and(|last| last.done == last.total && last.total > 0));
    assert_eq!(dump(&open(&to)), dump(&store));
    assert_eq!(open(&to).check().unwrap(), []);
}

#[test]
fn a_file_is_replaced_only_on_request() {
    let BackedUp {
        _folder,
        file,
        backup,
        store,
    } = BackedUp::new(3);
    fill(&store, "anna", 4);
    drop(store);
    let error = BackupRestore::new(&backup, &file).run(&mut |_| ());
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Backend);
    assert_eq!(count(&open(&file)), 7);
    let dry = BackupRestore::new(&backup, &file)
        .replace(true)
        .dry_run(true);
    assert!(dry.run(&mut |_| ()).unwrap().replaced);
    assert_eq!(count(&open(&file)), 7);
    assert!(replace(&backup, &file).unwrap().replaced);
    assert_eq!(names(&file), ["b.db", "test.db"]);
    assert_eq!(count(&open(&file)), 3);
}

#[test]
fn the_log_of_the_replaced_file_is_not_applied() {
    let BackedUp {
        _folder,
        file,
        backup,
        store,
    } = BackedUp::new(3);
    let log = file.with_file_name("test.db-wal");
    fill(&store, "anna", 500);
    // As a program leaves it that is killed.
    let left = fs::read(&log).unwrap();
    drop(store);
    assert!(left.len() > 10_000);
    fs::write(&log, &left).unwrap();
    replace(&backup, &file).unwrap();
    assert!(!log.exists());
    assert_eq!(count(&open(&file)), 3);
    // So does one whose file is gone.
    fs::remove_file(&file).unwrap();
    fs::write(&log, &left).unwrap();
    let error = BackupRestore::new(&backup, &file).run(&mut |_| ());
    let source = std::error::Error::source(&error.unwrap_err())
        .unwrap()
        .to_string();
    assert!(source.contains("test.db-wal is left"), "{source}");
    replace(&backup, &file).unwrap();
    assert!(!log.exists());
    assert_eq!(count(&open(&file)), 3);
    assert_eq!(open(&file).check().unwrap(), []);
}

#[test]
fn a_file_that_somebody_has_open_stays() {
    let BackedUp {
        _folder,
        file,
        backup,
        store,
    } = BackedUp::new(3);
    let error = replace(&backup, &file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("stop that program"), "{error}");
    store.save_data("lesson", "anna", json!({})).unwrap();
    drop(store);
    let reading = SqliteStorage::builder(&file).read_only().open().unwrap();
    assert_eq!(count(&reading), 4);
    assert!(replace(&backup, &file).unwrap_err().is_retryable());
    drop(reading);
    replace(&backup, &file).unwrap();
    assert_eq!(count(&open(&file)), 3);
}

#[test]
fn a_damaged_backup_changes_nothing() {
    let BackedUp {
        _folder,
        file,
        backup,
        store,
    } = BackedUp::new(2_000);
    drop(store);
    let sound = fs::read(&backup).unwrap();
    for at in [4_096, 20_000, 50_000] {
        let mut bytes = sound.clone();
        bytes[at..at + 4_000].fill(0x5a);
        fs::write(&backup, bytes).unwrap();
        let error = replace(&backup, &file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{at}: {error}");
        assert_eq!(count(&open(&file)), 2_000);
    }
    // A row that no version has written.
    fs::write(&backup, &sound).unwrap();
    let odd = Connection::open(&backup).unwrap();
    odd.execute_batch("update track set data = '{ }' where id = 3")
        .unwrap();
    drop(odd);
    let error = replace(&backup, &file).unwrap_err();
    assert!(error.to_string().contains("track 3 has data"), "{error}");
    let names = names(&file);
    assert!(
        names.iter().all(|name| !name.contains("partial")),
        "{names:?}"
    );
    assert_eq!(count(&open(&file)), 2_000);
}

#[test]
fn a_damaged_file_can_be_replaced_and_one_that_is_no_store_cannot() {
    let BackedUp {
        _folder,
        file,
        backup,
        store,
    } = BackedUp::new(2_000);
    drop(store);
    for at in [100, 4_096] {
        let mut bytes = fs::read(&file).unwrap();
        bytes[at..at + 4_000].fill(0x5a);
        fs::write(&file, bytes).unwrap();
        replace(&backup, &file).unwrap();
        assert_eq!(count(&open(&file)), 2_000);
    }
    let other = file.with_file_name("other.db");
    let foreign = Connection::open(&other).unwrap();
    foreign.execute_batch("create table a (b)").unwrap();
    drop(foreign);
    let notes = file.with_file_name("notes.txt");
    fs::write(&notes, "notes").unwrap();
    for kept in [&other, &notes] {
        let before = fs::read(kept).unwrap();
        let error = replace(&backup, kept).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignFormat, "{error}");
        assert_eq!(fs::read(kept).unwrap(), before);
    }
    assert!(replace(&backup, &backup).is_err());
    assert_eq!(count(&open(&backup)), 2_000);
}

#[test]
fn each_restore_restarts_the_change_feed() {
    let (folder, file) = file();
    let backup = folder.path().join("b.db");
    let store = open(&file);
    store.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    fill(&store, "anna", 3);
    store.backup(&backup, &mut |_| ()).unwrap();
    let mut seen = store.last_change().unwrap();
    drop(store);
    // Also the second time, when the store itself is of the backup.
    for _ in 0..2 {
        replace(&backup, &file).unwrap();
        let store = open(&file);
        let error = store.changes(Some(&seen), 9).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ChangesExpired, "{error}");
        seen = store.last_change().unwrap();
    }
}

#[test]
fn a_backup_of_an_earlier_version_is_upgraded() {
    let (folder, file) = file();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/version-1.db");
    let backup = folder.path().join("b.db");
    fs::copy(old, &backup).unwrap();
    let before = fs::read(&backup).unwrap();
    replace(&backup, &file).unwrap();
    assert_eq!(fs::read(&backup).unwrap(), before);
    let store = SqliteStorage::builder(&file).read_only().open().unwrap();
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(dump(&store), dump(&open(&backup)));
}

#[test]
fn a_backup_is_checked_without_leaving_files_next_to_it() {
    let (folder, file) = file();
    let backup = folder.path().join("b.db");
    open(&file).backup(&backup, &mut |_| ()).unwrap();
    let reading = SqliteStorage::builder(&backup).read_only().open().unwrap();
    assert_eq!(reading.check().unwrap(), []);
    drop(reading);
    let names = names(&file);
    assert!(
        names.iter().all(|name| !name.starts_with("b.db-")),
        "{names:?}"
    );
}

#[cfg(unix)]
#[test]
fn the_replaced_file_hands_on_its_mode_and_its_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let BackedUp {
        _folder,
        file,
        backup,
        store,
    } = BackedUp::new(3);
    let link = file.with_file_name("link.db");
    drop(store);
    symlink(&file, &link).unwrap();
    for mode in [0o600, 0o640, 0o666] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        replace(&backup, &link).unwrap();
        let now = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(now & 0o777, mode);
    }
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(count(&open(&file)), 3);
}
