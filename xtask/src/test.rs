//! The test command of the README.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow};

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
        &["test", "--workspace", "--no-fail-fast"],
        strict,
        &mut counts,
    )?;
    let mut passed = tests;
    for (package, name) in EXAMPLES {
        let arguments = ["run", "--quiet", "--package", package, "--example", name];
        let example = cargo(&arguments, strict, &mut counts)?;
        counts.note(example);
        passed &= example;
    }
    Ok((counts, passed))
}

/// The examples that run without arguments; each fails where it finds something else than it should.
const EXAMPLES: &[(&str, &str)] = &[
    ("tracking-core", "own_store"),
    ("tracking-btree", "learning_platform"),
    ("tracking-sqlite", "audit_trail"),
    ("tracking-sqlite", "nightly_report"),
    ("tracking-logfile", "rotating_logs"),
    ("tracking-loader", "load_logs"),
    ("tracking-views", "overview"),
    ("tracking-tokio", "spawn_blocking"),
];

/// Runs cargo, counts what test runners say, and lets people see what matters: results,
/// failures, and what was skipped.
fn cargo(args: &[&str], strict: bool, counts: &mut Counts) -> Result<bool> {
    println!("cargo {}", args.join(" "));
    let mut command = Command::new(env!("CARGO"));
    command.args(args).current_dir(crate::root());
    count(command, strict, counts)
}

/// Runs a program that tests, as [`cargo`] does; whether it succeeded.
pub(crate) fn count(mut command: Command, strict: bool, counts: &mut Counts) -> Result<bool> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if strict {
        command.env("TRACKING_REQUIRE_SHARED", "1");
        command.env("TRACKING_REQUIRE_TOOLS", "1");
    }
    let program = command.get_program().display().to_string();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let output = child.stdout.take().context("the tests have no output")?;
    let errors = child
        .stderr
        .take()
        .context("the tests have no error output")?;
    let skipped = std::thread::scope(|scope| {
        // Tests that are skipped say so on standard error, where no runner hides it.
        let skipped = scope.spawn(|| pass_on(errors));
        read(output, counts)?;
        skipped
            .join()
            .map_err(|_| anyhow!("cannot read what the tests complain about"))?
    })?;
    // Their runner counts them as passed.
    counts.passed = counts.passed.saturating_sub(skipped);
    counts.skipped += skipped;
    Ok(child
        .wait()
        .with_context(|| format!("cannot wait for {program}"))?
        .success())
}

/// Passes everything on, and counts what was skipped.
fn pass_on(errors: impl Read) -> Result<u64> {
    let mut skipped = 0;
    for line in lines(errors) {
        let line = line?;
        skipped += u64::from(line.starts_with(SKIPPED));
        eprintln!("{line}");
    }
    Ok(skipped)
}

/// Counts, and passes on all but the tests that passed.
fn read(output: impl Read, counts: &mut Counts) -> Result<()> {
    for line in lines(output) {
        let line = line?;
        if let Some(result) = Counts::read(&line) {
            *counts += result;
        }
        let dull = line.is_empty() || line.ends_with("... ok") || line.starts_with("running ");
        if !dull {
            println!("{line}");
        }
    }
    Ok(())
}

fn lines(from: impl Read) -> impl Iterator<Item = Result<String>> {
    BufReader::new(from).split(b'\n').map(|line| {
        let line = line.context("cannot read what the tests print")?;
        Ok(String::from_utf8_lossy(&line).into_owned())
    })
}
