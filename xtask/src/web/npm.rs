//! What the checks take from npm.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::tools::Tools;

/// Where the checks are.
pub(super) fn folder() -> PathBuf {
    crate::root().join("xtask/web")
}

/// Installs exactly what the lock file says, unless that has been done.
pub(super) fn install(tools: &Tools) -> Result<()> {
    let folder = folder();
    let lock = fs::read(folder.join("package-lock.json")).context("the lock file is missing")?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|found| found == lock) {
        return Ok(());
    }
    println!("npm ci");
    let output = Command::new(&tools.npm)
        .args(["ci", "--ignore-scripts"])
        .current_dir(&folder)
        .output()
        .context("cannot start npm")?;
    ensure!(
        output.status.success(),
        "npm cannot install what the checks need:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    fs::write(&installed, lock).with_context(|| format!("cannot write {}", installed.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_no_registry() {
        let lock = fs::read_to_string(folder().join("package-lock.json")).unwrap();
        assert!(lock.contains("\"integrity\": \"sha512-"));
        for part in ["http:", "https:", "\"resolved\""] {
            assert!(!lock.contains(part), "{part}");
        }
    }
}
