//! What these tests share.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

/// Says aloud that a test was skipped, or fails where `TRACKING_REQUIRE_TOOLS=1`.
pub(crate) fn skipped(why: &str) {
    let required = std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    assert!(!required, "{why}, and it is required");
    // Not by a macro: what those print is shown of failed tests only.
    let message = format!("skipped: {why}\n");
    io::stderr().write_all(message.as_bytes()).unwrap();
}

/// The text of a file, plain or not.
pub(crate) fn text(path: &Path) -> String {
    let mut text = String::new();
    let mut file = File::open(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
    } else {
        file.read_to_string(&mut text).unwrap();
    }
    text
}

/// The messages of a file, without their times; every line must be whole.
pub(crate) fn messages(path: &Path) -> Vec<String> {
    let text = text(path);
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "{} ends within a line",
        path.display()
    );
    let message = |line: &str| line.split_once(';').unwrap().1.to_owned();
    text.lines().map(message).collect()
}

/// The messages of all closed files of a log and of the log, in order.
pub(crate) fn all_messages(log: &Path) -> Vec<String> {
    let closed = tracking_logfile::segments(log).unwrap();
    closed
        .iter()
        .map(PathBuf::as_path)
        .chain([log])
        .flat_map(messages)
        .collect()
}

/// The names in a folder, sorted, without hidden ones.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = entries
        .map(name)
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// Numbers as messages.
pub(crate) fn numbers(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|n| n.to_string()).collect()
}
