//! Real logs next to the project.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tracking_loader::Source;

/// The folder of a log. Where it is absent, this says that a test was skipped; with
/// `TRACKING_REQUIRE_SHARED=1` it fails.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        !required("TRACKING_REQUIRE_SHARED"),
        "{} is required",
        path.display()
    );
    skipped(&format!("{} is not there", path.display()));
    None
}

pub(crate) fn required(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|set| set == "1")
}

/// Not by a macro: what those print is shown of failed tests only.
pub(crate) fn skipped(why: &str) {
    let message = format!("skipped: {why}\n");
    io::stderr().write_all(message.as_bytes()).unwrap();
}

/// All lines of a log, unpacked.
pub(crate) fn lines(path: &Path) -> Vec<Vec<u8>> {
    let mut lines = Source::from(path).lines().unwrap();
    let mut all = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        all.push(line.bytes.to_owned());
    }
    all
}
