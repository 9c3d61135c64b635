//! The programs that it takes to look at a page.

use std::env;
use std::path::PathBuf;

/// Where the programs are.
pub(super) struct Tools {
    pub(super) node: PathBuf,
    pub(super) npm: PathBuf,
    pub(super) chromium: PathBuf,
}

impl Tools {
    /// Finds all of them, or says which is missing and how to get it.
    pub(super) fn find() -> Result<Self, String> {
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

fn find(name: &str) -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("there is no {name}; install it"))
}
