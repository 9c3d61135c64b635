//! Files that are not ours: refused with a clear error, and left as they are.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use rusqlite::Connection;
use tracking_core::{Error, Query, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use super::tools::{assert_reported, contents_of, folder, names};

/// What a file is by content and time.
fn look(path: &Path) -> (Vec<u8>, SystemTime) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    (fs::read(path).unwrap(), modified)
}

/// Fails unless every way to open the file is refused with this message, and the file is unchanged.
fn assert_refused(path: &Path, says: &str) {
    let (before, sibling) = (look(path), names(path.parent().unwrap()));
    let open = [
        SqliteStorage::open(path).err(),
        SqliteStorage::builder(path).read_only().open().err(),
        SqliteStorage::store_names(path).err(),
    ];
    for error in open {
        let error = error.unwrap_or_else(|| panic!("{} was taken", path.display()));
        assert!(
            matches!(
                error,
                Error::ForeignFormat { .. } | Error::NewerVersion { .. }
            ),
            "{error:?}"
        );
        assert_reported(&error, path, says);
    }
    assert!(look(path) == before, "{} was touched", path.display());
    assert_eq!(names(path.parent().unwrap()), sibling);
}

/// A text, a packed file, and anything else that is no database.
#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path().join("notes.txt");
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0";
    for content in [
        b"x".to_vec(),
        b"Dear diary,\n".repeat(1000),
        packed.to_vec(),
        b"SQLite format 2\0".to_vec(),
        vec![0; 4096],
    ] {
        fs::write(&path, content).unwrap();
        assert_refused(&path, "it is no SQLite database");
    }
}

/// A database of another program, also one without tables yet, and one in a log of its own.
#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = folder();
    for (name, sql) in [
        (
            "tables.db",
            "create table track (id integer primary key, name text)",
        ),
        ("mark.db", "pragma application_id = 77"),
        ("version.db", "pragma user_version = 3"),
        ("wal.db", "pragma journal_mode = wal; create table t (a)"),
    ] {
        let path = folder.path().join(name);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        assert_refused(&path, "it is a database of another program");
    }
}

/// A file of a later version of this crate.
#[test]
fn a_file_of_a_later_version_is_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path().join("later.db");
    drop(SqliteStorage::open(&path).unwrap());
    let later = Connection::open(&path).unwrap();
    later.pragma_update(None, "user_version", 1000).unwrap();
    drop(later);
    assert_refused(&path, "a newer version of this program has written it");
}

/// An empty file is as good as none, as `mktemp` makes one; to read it is an error.
#[test]
fn an_empty_file_becomes_a_store() {
    let folder = folder();
    let path = folder.path().join("empty.db");
    fs::write(&path, "").unwrap();
    let error = SqliteStorage::builder(&path)
        .read_only()
        .open()
        .unwrap_err();
    assert_reported(&error, &path, "which is empty");
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    let store = SqliteStorage::open(&path).unwrap();
    store.save_data("a", "b", serde_json::json!({})).unwrap();
}

/// What is no file at all is refused at once, also where a read would wait for ever.
#[test]
fn a_folder_a_pipe_and_a_device_are_refused() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    let status = Command::new("mkfifo").arg(&pipe).status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "mkfifo is everywhere"
    );
    for path in [
        folder.path(),
        &pipe,
        Path::new("/dev/null"),
        Path::new("/dev/zero"),
    ] {
        for error in [
            SqliteStorage::open(path).unwrap_err(),
            SqliteStorage::builder(path).read_only().open().unwrap_err(),
        ] {
            assert_reported(&error, path, "and no file; choose another store");
        }
    }
    assert_eq!(names(folder.path()), ["pipe"]);
}

/// A file that is not there, or whose folder is not.
#[test]
fn what_is_missing_is_reported() {
    let folder = folder();
    let path = folder.path().join("missing.db");
    let error = SqliteStorage::builder(&path)
        .read_only()
        .open()
        .unwrap_err();
    assert_reported(&error, &path, "not found");
    let error = SqliteStorage::store_names(&path).unwrap_err();
    assert_reported(&error, &path, "not found");
    assert_eq!(names(folder.path()), Vec::<String>::new());

    let path = folder.path().join("no/folder.db");
    let error = SqliteStorage::open(&path).unwrap_err();
    assert_reported(&error, &path, "folder");
    fs::write(folder.path().join("file"), "text").unwrap();
    let path = folder.path().join("file/in-a-file.db");
    let error = SqliteStorage::open(&path).unwrap_err();
    assert_reported(&error, &path, "folder is none");
}

/// A symbolic link leads to the file, which is created if the target is missing: the companions of
/// the file are next to the file, not next to the link, so both names mean one store.
#[test]
fn a_link_leads_to_the_file_also_to_one_that_is_yet_to_be_made() {
    let folder = folder();
    let (data, links) = (folder.path().join("data"), folder.path().join("links"));
    fs::create_dir(&data).unwrap();
    fs::create_dir(&links).unwrap();
    let (file, link) = (data.join("test.db"), links.join("link.db"));
    symlink(&file, &link).unwrap();
    let by_link = SqliteStorage::open(&link).unwrap();
    let by_name = SqliteStorage::open(&file).unwrap();
    by_link
        .save_data("a", "link", serde_json::json!({}))
        .unwrap();
    by_name
        .save_data("a", "name", serde_json::json!({}))
        .unwrap();
    assert_eq!(by_link.count(&Query::all()).unwrap(), 2);
    assert_eq!(names(&links), ["link.db"]);
    drop((by_link, by_name));
    assert_eq!(contents_of(&link), contents_of(&file));

    let nowhere = links.join("nowhere.db");
    symlink(data.join("no/folder.db"), &nowhere).unwrap();
    assert_reported(
        &SqliteStorage::open(&nowhere).unwrap_err(),
        &nowhere,
        "folder",
    );
    let circle = links.join("circle.db");
    symlink(&circle, &circle).unwrap();
    assert_reported(&SqliteStorage::open(&circle).unwrap_err(), &circle, "");
    File::open(&link).unwrap();
}
