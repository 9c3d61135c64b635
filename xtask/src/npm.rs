//! What the checks take from npm.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Installs exactly what the lock file of a folder says, unless that has been done.
pub(crate) fn install(npm: &Path, folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json")).context("the lock file is missing")?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|found| found == lock) {
        return Ok(());
    }
    println!("npm ci");
    let output = Command::new(npm)
        .args(["ci", "--ignore-scripts"])
        .current_dir(folder)
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
    fn no_lock_file_names_a_registry() {
        for folder in ["xtask/web", "xtask/postgres"] {
            let lock = crate::root().join(folder).join("package-lock.json");
            let lock = fs::read_to_string(lock).unwrap();
            assert!(lock.contains("\"integrity\": \"sha512-"));
            for part in ["http:", "https:", "\"resolved\""] {
                assert!(!lock.contains(part), "{folder}: {part}");
            }
        }
    }
}
