//! Programs that the checks take from the system.

use std::env;
use std::path::PathBuf;

/// What it takes to look at a page.
pub(crate) struct Tools {
    pub(crate) node: PathBuf,
    pub(crate) npm: PathBuf,
    pub(crate) chromium: PathBuf,
}

impl Tools {
    /// Finds all of them, or says which is missing and how to get it.
    pub(crate) fn find() -> Result<Self, String> {
        Ok(Self {
            node: find("node")?,
            npm: find("npm")?,
            chromium: browser()?,
        })
    }
}

/// `$CHROMIUM`, or what it is called on one system or another.
fn browser() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("CHROMIUM").map(PathBuf::from) {
        let missing = || format!("$CHROMIUM leads to {}, which is no file", path.display());
        return path.is_file().then_some(&path).cloned().ok_or_else(missing);
    }
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(|name| find(name).ok())
        .ok_or_else(|| "there is no chromium; install it, or set CHROMIUM to its path".to_owned())
}

/// The path of a program, or what to do where it is missing.
pub(crate) fn find(name: &str) -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("there is no {name}; install it"))
}
