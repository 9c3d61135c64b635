//! Files and folders that may not be read or written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tracking_sqlite::{Durability, SqliteStorage};

use super::child::{Other, digest};
use super::steps;
use super::tools::{contents, contents_of, folder, names, sibling};

/// Somebody whom rights bind; they do not bind the superuser.
const NOBODY: u32 = 65534;

/// A folder that belongs to somebody whom rights bind, with a store in it.
struct Place {
    folder: TempDir,
    path: PathBuf,
    contents: String,
}

impl Place {
    fn new() -> Self {
        let folder = folder();
        // A copy, since the program may lie where nobody else may go. Were it written by this
        // process, another thread that starts a program just then would hold it open, and nothing
        // that is open for writing can be run.
        let built = std::env::current_exe().unwrap();
        let copied = Command::new("cp")
            .arg(built)
            .arg(folder.path().join("program"))
            .status();
        assert!(copied.unwrap().success());
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let path = data.join("test.db");
        let store = steps::file_after(&path, 10, Durability::Process);
        let contents = contents(&store);
        drop(store);
        let place = Self {
            folder,
            path,
            contents,
        };
        place.give(place.folder.path());
        place.give(place.data());
        place.give(&place.path);
        place
    }

    fn data(&self) -> &Path {
        self.path.parent().unwrap()
    }

    fn is_root(&self) -> bool {
        // Who made the program is who runs the test.
        fs::metadata(self.folder.path().join("program"))
            .unwrap()
            .uid()
            == 0
    }

    fn give(&self, path: &Path) {
        if self.is_root() {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    fn start(&self, options: &str) -> Other {
        let mut command = Command::new(self.folder.path().join("program"));
        if self.is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.current_dir(self.folder.path());
        Other::start_by(&mut command, &self.path, options)
    }

    fn assert_refused(&self, options: &str, says: &str) {
        let answer = self.start(options).answer().unwrap();
        assert!(answer.starts_with("error: "), "{answer}");
        assert!(answer.contains(&*self.path.to_string_lossy()), "{answer}");
        assert!(answer.contains(says), "{says:?} is not in: {answer}");
    }

    fn assert_readable(&self) {
        let mut reader = self.start("read-only");
        assert_eq!(reader.answer().unwrap(), "open");
        assert_eq!(reader.ask("held"), digest(&self.contents));
        let answer = reader.ask("save anna");
        assert!(answer.contains("opened for reading only"), "{answer}");
    }
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

impl Drop for Place {
    fn drop(&mut self) {
        // So that the folder can be removed.
        allow(self.data(), 0o755);
    }
}

/// A file that may only be read is refused for writing, and can be read.
#[test]
fn a_file_that_may_only_be_read_can_be_read() {
    let place = Place::new();
    allow(&place.path, 0o444);
    place.assert_refused("", "which may only be read; change that");
    place.assert_readable();
}

/// So it is where the folder is closed as well, as on a medium that cannot be written; nothing
/// is put next to the file.
#[test]
fn a_file_in_a_folder_that_may_only_be_read_can_be_read() {
    for mode in [0o444, 0o644] {
        let place = Place::new();
        allow(&place.path, mode);
        allow(place.data(), 0o555);
        place.assert_refused("", "since it or its folder may not be written to");
        place.assert_readable();
        assert_eq!(names(place.data()), ["test.db"]);
    }
}

/// Changes that are still in the log of a file are never ignored silently: if they
/// cannot be read, it is an error.
#[test]
fn a_log_that_cannot_be_brought_in_is_reported() {
    let place = Place::new();
    let store = SqliteStorage::open(&place.path).unwrap();
    for n in 10..20 {
        steps::step(&store, n).unwrap();
    }
    let (expected, log) = (contents(&store), sibling(&place.path, "-wal"));
    let (file, log_then) = (fs::read(&place.path).unwrap(), fs::read(&log).unwrap());
    drop(store);
    // As a process that was killed leaves them.
    fs::write(&place.path, file).unwrap();
    fs::write(&log, log_then).unwrap();
    place.give(&log);
    allow(place.data(), 0o555);
    place.assert_refused("read-only", "its last changes are still in");
    allow(place.data(), 0o755);
    let mut reader = place.start("read-only");
    assert_eq!(reader.answer().unwrap(), "open");
    assert_eq!(reader.ask("held"), digest(&expected));
}

/// A file that may not be read at all.
#[test]
fn a_file_that_may_not_be_read_is_reported() {
    let place = Place::new();
    allow(&place.path, 0o000);
    place.assert_refused("", "Permission denied");
    place.assert_refused("read-only", "Permission denied");
}

/// A folder in which no file may be made, or that may not be entered.
#[test]
fn a_folder_that_is_closed_is_reported() {
    let place = Place::new();
    fs::remove_file(&place.path).unwrap();
    allow(place.data(), 0o555);
    place.assert_refused("", "see that its folder is there and may be written to");
    assert_eq!(names(place.data()), Vec::<String>::new());
    allow(place.data(), 0o000);
    place.assert_refused("", "Permission denied");
}

/// Rights that go while the file is open, and come back.
#[test]
fn rights_that_are_taken_away_meanwhile_lose_nothing() {
    let place = Place::new();
    let mut other = place.start("");
    assert_eq!(other.answer().unwrap(), "open");
    let saved = other.ask("save anna");
    assert!(saved.starts_with("ok "), "{saved}");
    allow(&place.path, 0o000);
    allow(place.data(), 0o555);
    // What is open stays open; a connection that is yet to be made fails, and says so.
    for _ in 0..3 {
        let saved = other.ask("save anna");
        assert!(saved.starts_with("ok "), "{saved}");
    }
    allow(&place.path, 0o644);
    allow(place.data(), 0o755);
    let count = other.ask("count");
    assert!(count.starts_with("ok "), "{count}");
    let there = other.ask("held");
    drop(other);
    assert_eq!(digest(&contents_of(&place.path)), there);
}
