//! The test command of the README.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::counts::Counts;

/// Says that a test found nothing to work on; tests that can be skipped begin a line with it.
const SKIPPED: &str = "skipped: ";

/// Runs all tests, documentation and examples of the workspace; whether all passed.
pub(crate) fn run() -> Result<bool> {
    let (counts, built) = all(false)?;
    println!("{counts}");
    Ok(built && counts.all_passed())
}

/// Runs all tests; where `strict`, one that would be skipped fails. The counts, and whether
/// everything could be built and run.
pub(crate) fn all(strict: bool) -> Result<(Counts, bool)> {
    let mut counts = Counts::default();
    let tests = cargo(
        &[
            "test",
            "--workspace",
            "--no-fail-fast",
            "--",
            "--show-output",
        ],
        strict,
        &mut counts,
    )?;
    let example = cargo(
        &[
            "run",
            "--quiet",
            "--package",
            "tracking-core",
            "--example",
            "own_store",
        ],
        strict,
        &mut counts,
    )?;
    counts.note(example);
    Ok((counts, tests && example))
}

/// Runs cargo, counts what test runners say, and lets people see what matters: results,
/// failures, and what was skipped.
fn cargo(args: &[&str], strict: bool, counts: &mut Counts) -> Result<bool> {
    println!("cargo {}", args.join(" "));
    let mut command = Command::new(env!("CARGO"));
    command
        .args(args)
        .current_dir(crate::root())
        .stdout(Stdio::piped());
    if strict {
        command.env("TRACKING_REQUIRE_SHARED", "1");
    }
    let mut child = command.spawn().context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    let mut shown = Shown::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("cannot read what cargo prints")?;
        shown.line(&String::from_utf8_lossy(&line), counts);
    }
    Ok(child.wait().context("cannot wait for cargo")?.success())
}

/// Which lines of a test runner are shown.
#[derive(Default)]
struct Shown {
    /// Within the output of tests that passed, which only matters where it says "skipped".
    in_successes: bool,
    /// How many tests of this runner have said so.
    skipped: u64,
}

impl Shown {
    fn line(&mut self, line: &str, counts: &mut Counts) {
        match line {
            "successes:" => self.in_successes = true,
            "failures:" => self.in_successes = false,
            _ => {}
        }
        if let Some(result) = Counts::read(line) {
            // The runner counts them as passed.
            let skipped = std::mem::take(&mut self.skipped);
            let (passed, ignored) = (result.passed.saturating_sub(skipped), result.skipped);
            *counts += Counts {
                passed,
                skipped: ignored + skipped,
                ..result
            };
            self.in_successes = false;
            println!("{line}");
        } else if line.starts_with(SKIPPED) {
            self.skipped += 1;
            println!("{line}");
        } else if !self.in_successes
            && !line.is_empty()
            && !line.ends_with("... ok")
            && !line.starts_with("running ")
        {
            println!("{line}");
        }
    }
}
