//! Making every page there is, and looking at it in a real browser.

mod pages;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::npm;
use crate::tools::Tools;

/// Whether it may skip checks whose tools are missing here.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Fail where something would be skipped
    #[arg(long)]
    strict: bool,
}

/// Makes and checks all pages; whether all are as they should be.
pub(crate) fn run(args: &Args) -> Result<bool> {
    let counts = check(args.strict)?;
    println!("{counts}");
    Ok(counts.all_passed() && !(args.strict && counts.skipped > 0))
}

/// Makes all pages under `target/web/pages`, checks them, and leaves screenshots of them in
/// `target/web/shots`. Where `strict`, data that is missing fails.
pub(crate) fn check(strict: bool) -> Result<Counts> {
    let folder = crate::root().join("target/web");
    let (pages, shots) = (folder.join("pages"), folder.join("shots"));
    for folder in [&pages, &shots] {
        clear(folder)?;
    }
    let strict = strict || std::env::var_os("TRACKING_REQUIRE_SHARED").is_some();
    let mut counts = pages::make(&pages, strict)?;
    match Tools::find() {
        Ok(tools) => {
            npm::install(&tools.npm, &folder_of_checks())?;
            counts += look(&tools, &pages, &shots)?;
            println!("screenshots lie in {} for you to look at", shots.display());
        }
        Err(missing) => {
            println!("skipped: the browser's checks, because {missing}");
            counts.skipped += 1;
        }
    }
    Ok(counts)
}

/// Where the checks are.
fn folder_of_checks() -> PathBuf {
    crate::root().join("xtask/web")
}

/// Runs the checks of `xtask/web`, passes on what they say, and returns what they counted.
fn look(tools: &Tools, pages: &Path, shots: &Path) -> Result<Counts> {
    let mut child = Command::new(&tools.node)
        .arg(folder_of_checks().join("check.mjs"))
        .args([pages, shots])
        .env("CHROMIUM", &tools.chromium)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start node")?;
    let output = child.stdout.take().context("node has no output")?;
    let mut counts = None;
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read what node prints")?;
        counts = closing(&line);
        if counts.is_none() {
            println!("{line}");
        }
    }
    let status = child.wait().context("cannot wait for node")?;
    let counts = counts.with_context(|| format!("the checks broke off: {status}"))?;
    anyhow::ensure!(
        status.success() == (counts.failed == 0),
        "the checks counted {counts}, but ended with {status}"
    );
    Ok(counts)
}

/// Reads the line with which the checks close: `12 passed, 0 failed`.
fn closing(line: &str) -> Option<Counts> {
    let (passed, failed) = line.split_once(", ")?;
    Some(Counts {
        passed: passed.strip_suffix(" passed")?.parse().ok()?,
        failed: failed.strip_suffix(" failed")?.parse().ok()?,
        skipped: 0,
    })
}

/// Makes sure that nothing of an earlier run is taken for this one's.
fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_closing_line_is_counted() {
        let counts = closing("12 passed, 3 failed").unwrap();
        assert_eq!((counts.passed, counts.failed), (12, 3));
        for line in ["run.html: 25 of 26 checks passed", "FAILED a, b failed", ""] {
            assert_eq!(closing(line), None, "{line}");
        }
    }
}
