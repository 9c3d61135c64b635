//! What these tests share.

use std::error::Error as StdError;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use tracking_core::{TrackingStorage, export_lines};
use tracking_sqlite::SqliteStorage;

/// Says aloud that a test was skipped, or fails where `TRACKING_REQUIRE_TOOLS=1`.
pub(crate) fn skipped(why: &str) {
    let required = std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    assert!(!required, "{why}, and it is required");
    // Not by a macro: what those print is shown of failed tests only.
    let message = format!("skipped: {why}\n");
    io::stderr().write_all(message.as_bytes()).unwrap();
}

/// A number that the environment gives, for those who have the time for more.
pub(crate) fn number_from(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| {
        let number = text.parse();
        number.unwrap_or_else(|_| panic!("{variable}={text} is no number"))
    })
}

/// A folder in memory where there is one: what the disk does is not what is tested.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
    folder.unwrap()
}

/// The file next to a file, like `-wal`.
pub(crate) fn sibling(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

/// The whole content of a store, one record a line.
pub(crate) fn contents(store: &dyn TrackingStorage) -> String {
    try_contents(store).unwrap()
}

/// The same, or the error.
pub(crate) fn try_contents(store: &dyn TrackingStorage) -> Result<String, Box<dyn StdError>> {
    let mut lines = Vec::new();
    export_lines(store, &mut lines, &mut |_| ())?;
    Ok(String::from_utf8(lines)?)
}

/// The whole content of the store `main` of a file.
pub(crate) fn contents_of(file: &Path) -> String {
    contents(&SqliteStorage::open(file).unwrap())
}

/// A direct connection to the file, as of another program.
pub(crate) fn open_directly(file: &Path) -> Connection {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
}

/// What a check finds wrong with a file, or why it cannot even be looked at.
pub(crate) fn damage(file: &Path) -> Vec<String> {
    let checked = SqliteStorage::open(file).and_then(|store| store.check());
    match checked {
        Ok(faults) => faults.iter().map(ToString::to_string).collect(),
        Err(error) => vec![full_message(&error)],
    }
}

/// Fails where a file is not whole.
pub(crate) fn assert_sound(file: &Path) {
    assert_eq!(damage(file), Vec::<String>::new(), "{}", file.display());
}

/// An error with all its causes, as a program would log it.
pub(crate) fn full_message(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut beneath = error.source();
    while let Some(error) = beneath {
        text.push_str(": ");
        text.push_str(&error.to_string());
        beneath = error.source();
    }
    text
}

/// Fails unless the error names the file and says this.
pub(crate) fn assert_reported(error: &tracking_core::Error, file: &Path, says: &str) {
    let message = full_message(error);
    assert!(
        message.contains(&*file.to_string_lossy()),
        "no file in: {message}"
    );
    assert!(message.contains(says), "{says:?} is not in: {message}");
}
