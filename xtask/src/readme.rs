//! Follows the READMEs as a stranger does: in a new clone, with an empty home and no build cache.
//!
//! Each document is read from top to bottom. Its commands run in a shell, and its programs are
//! pasted into a new project next to the clone. Then the pages that this has written are checked.

mod blocks;
mod clone;
mod pages;
mod place;
mod reader;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::counts::Counts;
use place::Place;
use reader::Reader;

/// Pages of `docs/` whose commands run, too; their programs are parts, which do not compile alone.
const GUIDES: &[&str] = &["operating", "web-logs"];

/// Follows every README and prints the result; whether everything worked.
pub(crate) fn run() -> Result<bool> {
    let counts = check()?;
    println!("{counts}");
    Ok(counts.all_passed())
}

/// The same, with the number of commands and programs that worked.
pub(crate) fn check() -> Result<Counts> {
    let folder = tempfile::tempdir().context("cannot create a folder for temporary files")?;
    let place = Place::new(folder.path())?;
    clone::copy(&crate::root(), &place.repository())?;
    let mut counts = Counts::default();
    // The first one installs the command that the others use.
    counts += Reader::in_clone(&place)?.follow(&document(&crate::root().join("README.md"))?)?;
    counts += pages::check(&place.repository())?;
    for (name, path) in crate_readmes()? {
        counts += Reader::in_new_project(&place, &name)?.follow(&document(&path)?)?;
    }
    for name in GUIDES {
        let path = crate::root().join("docs").join(name).with_extension("md");
        counts += Reader::in_new_folder(&place, name)?.follow(&document(&path)?)?;
    }
    Ok(counts)
}

/// The name of each crate that has a README, and where it is.
fn crate_readmes() -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(crate::root().join("crates")).context("cannot read crates")? {
        let entry = entry.context("cannot read crates")?;
        let path = entry.path().join("README.md");
        if path.is_file() {
            found.push((entry.file_name().to_string_lossy().into_owned(), path));
        }
    }
    found.sort();
    Ok(found)
}

fn document(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
