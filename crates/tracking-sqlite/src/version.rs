//! Which version of `SQLite` is linked: the bundled one, or that of the system.

use std::io;
use std::path::Path;

use tracking_core::{Error, Result};

/// The oldest version that reads fields of JSON with `->`, as `SQLite` counts versions.
const OLDEST: i32 = 3_038_000;

/// Refuses to open a file with an `SQLite` that is too old. The bundled one never is.
pub(crate) fn check(file: &Path) -> Result<()> {
    check_version(rusqlite::version_number(), file)
}

fn check_version(version: i32, file: &Path) -> Result<()> {
    if version >= OLDEST {
        return Ok(());
    }
    let (major, minor) = (version / 1_000_000, version / 1_000 % 1_000);
    let why = format!(
        "the SQLite of this system is version {major}.{minor}, and 3.38 is the oldest that works; \
         install a later one, or turn on the feature `bundled`"
    );
    let what = format!("open {}", file.display());
    Err(Error::backend(what, io::Error::other(why)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_that_is_too_old_is_named_with_what_helps() {
        let file = Path::new("tracks.db");
        check(file).unwrap();
        check_version(3_038_000, file).unwrap();
        let error = check_version(3_037_002, file).unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(error.to_string().contains("tracks.db"), "{error}");
        assert!(
            source.contains("version 3.37") && source.contains("bundled"),
            "{source}"
        );
    }
}
