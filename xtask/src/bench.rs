//! Measuring the store next to its peers.

mod document;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Measure everything in docs/performance.md and docs/benchmarks.md, and write their tables;
    /// given first, it takes --rounds N, --largest N and --again
    #[arg(long)]
    update_docs: bool,
    /// Passed on to tracking-bench: --n N, --only A,B, --rounds N, --grow N,N and more, which
    /// `cargo xtask bench -- --help` lists
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    args: Vec<String>,
}

/// Counts the instructions of the hottest operations.
#[derive(Debug, clap::Args)]
pub(crate) struct InstructionArgs {
    /// Store what is counted now
    #[arg(long)]
    update: bool,
}

/// Measures, prints tables with ratios, and leaves JSON lines in target/bench.
pub(crate) fn run(args: &Args) -> Result<bool> {
    let results = results()?;
    if args.update_docs {
        return document::update(&results, &args.args);
    }
    let path = results.join("runs.jsonl");
    let out = ["--out".to_owned(), path.display().to_string()];
    program("tracking-bench", out.iter().chain(&args.args))
}

/// Prints how many instructions the hottest operations take, next to what is stored. It says so
/// where it cannot count, and fails only where it does not build.
pub(crate) fn instructions(args: &InstructionArgs) -> Result<bool> {
    program("instructions", args.update.then_some("--update"))
}

/// The same, for `ci`: nothing is stored.
pub(crate) fn show_instructions() -> Result<bool> {
    instructions(&InstructionArgs { update: false })
}

/// The folder for JSON lines.
fn results() -> Result<PathBuf> {
    let folder = crate::root().join("target/bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Runs a program of tracking-bench, as fast as it can be built.
fn program(name: &str, args: impl IntoIterator<Item: AsRef<str>>) -> Result<bool> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--quiet", "--release", "--package", "tracking-bench"])
        .args(["--bin", name, "--"])
        .args(args.into_iter().map(|arg| arg.as_ref().to_owned()))
        .current_dir(crate::root());
    let status = command.status().context("cannot start cargo")?;
    Ok(status.success())
}
