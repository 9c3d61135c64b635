//! Real programs that tests start.

use std::io::{self, Write};
use std::path::PathBuf;

/// Says aloud that a test was skipped, or fails where `TRACKING_REQUIRE_TOOLS=1`.
pub(crate) fn skipped(why: &str) {
    let required = std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    assert!(!required, "{why}, and it is required");
    // Not by a macro: what those print is shown of failed tests only.
    let message = format!("skipped: {why}\n");
    io::stderr().write_all(message.as_bytes()).unwrap();
}

/// Where a program is, also where only the superuser looks; nothing, and said so, where it is not.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    let found = folders
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    if found.is_none() {
        skipped(&format!("{name} is not there"));
    }
    found
}
