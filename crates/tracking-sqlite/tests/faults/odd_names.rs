//! Files with names that mean something else to somebody.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use tracking_core::{Query, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::SqliteStorage;

use super::child::Other;
use super::tools::{contents, contents_of, folder, names};

/// Every path is that of a file, whatever it looks like.
#[test]
fn any_name_is_the_name_of_a_file() {
    let folder = folder();
    for name in [
        &b":memory:"[..],
        b"file:a.db?mode=memory",
        b"file:///tmp/a.db",
        b"what? 100% #1 & more.db",
        "größe 日本.db".as_bytes(),
        b"no text: \xff\xfe.db",
        b"-wal",
        b" ",
        b"a\nb",
        b"';--",
    ] {
        let path = folder.path().join(OsStr::from_bytes(name));
        if fs::create_dir_all(path.parent().unwrap()).is_err() {
            continue;
        }
        let store = SqliteStorage::open(&path).unwrap();
        store.save_data("a", "b", serde_json::json!({})).unwrap();
        assert_eq!(store.count(&Query::all()).unwrap(), 1, "{path:?}");
        let there = contents(&store);
        drop(store);
        assert!(path.is_file(), "{path:?}");
        assert_eq!(contents_of(&path), there);
    }
}

/// The same for a path that does not begin at the root, which is where `SQLite` would take some
/// for something else; and it stays the same file when the process goes to another folder.
#[test]
fn a_relative_path_means_the_same_file_wherever_the_process_goes() {
    let folder = folder();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for name in [":memory:", "file:a.db?mode=memory", "plain.db"] {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.current_dir(folder.path());
        let mut other = Other::start_by(&mut command, Path::new(name), "");
        assert_eq!(other.answer().unwrap(), "open");
        assert_eq!(other.ask("save anna"), "ok TrackId(1)");
        assert_eq!(other.ask(&format!("go {}", elsewhere.display())), "ok ()");
        assert_eq!(other.ask("save anna"), "ok TrackId(2)");
        assert_eq!(other.ask("count"), "ok 2", "{name}");
        drop(other);
        let store = SqliteStorage::open(folder.path().join(name)).unwrap();
        assert_eq!(store.count(&Query::all()).unwrap(), 2, "{name}");
    }
    assert_eq!(names(&elsewhere), Vec::<String>::new());
}

/// No path at all is an error, and no file.
#[test]
fn an_empty_path_is_refused() {
    let error = SqliteStorage::open("").unwrap_err();
    assert!(error.to_string().contains("no path of a file"), "{error}");
}
