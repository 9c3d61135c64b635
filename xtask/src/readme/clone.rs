//! A copy of the files that git tracks, as a clone would have them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Copies every tracked file, with the changes that are not committed yet. A file that was never
/// added is missing in the copy, as it would be in a clone.
pub(super) fn copy(root: &Path, to: &Path) -> Result<()> {
    let output = Command::new("git")
        // The owner of the files may be somebody else, in a container for example.
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(root)
        .output()
        .context("cannot start git")?;
    ensure!(
        output.status.success(),
        "git cannot list the files of {}: {}",
        root.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    for name in names.split_terminator('\0') {
        let (from, to) = (root.join(name), to.join(name));
        // A tracked file may have been deleted.
        if from.is_file() {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
            }
            fs::copy(&from, &to).with_context(|| format!("cannot copy {name}"))?;
        }
    }
    Ok(())
}
