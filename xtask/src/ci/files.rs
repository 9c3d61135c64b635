//! Finding and reading the files of the project.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders of all crates.
pub(super) fn folders() -> Result<Vec<PathBuf>> {
    let crates = crate::root().join("crates");
    let mut folders: Vec<PathBuf> = fs::read_dir(&crates)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    folders.push(crate::root().join("xtask"));
    folders.sort();
    Ok(folders)
}

/// All Rust files below a folder.
pub(super) fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot look into {}", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
