//! What people who work on `tracking` run; `cargo xtask --help` lists it.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to people on a terminal"
)]

mod bench;
mod ci;
mod counts;
mod npm;
mod postgres_versions;
mod readme;
mod replay;
mod spec;
mod stores;
mod test;
mod tools;
mod web;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// What people who work on `tracking` run.
///
/// Exit status: 0 where all is well, 1 where something failed or differs, 2 for a wrong command.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs every step of the specification and compares what it prints
    Spec(spec::Args),
    /// Replays recordings of the reference system and prints where a store answers otherwise
    Replay(replay::Args),
    /// Passes the tests; what needs more than a Rust toolchain says that it was skipped
    Test,
    /// Follow every README in a new clone: run its commands, compile and run its programs
    Readme,
    /// Makes all pages, and checks them in a browser; screenshots are left under target/web
    Web(web::Args),
    /// Test the PostgreSQL store on the oldest and the newest server that it supports, from npm
    PostgresVersions,
    /// Measures the store next to its peers
    Bench(bench::Args),
    /// Counts the instructions of the hottest operations, and prints how far each moved
    Instructions(bench::InstructionArgs),
    /// Run every check that decides whether a change lands, and skip none
    Ci(ci::Args),
}

fn main() -> ExitCode {
    let result = match Args::parse().command {
        Command::Spec(args) => spec::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Test => test::run(),
        Command::Readme => readme::run(),
        Command::Web(args) => web::run(&args),
        Command::PostgresVersions => postgres_versions::run(),
        Command::Bench(args) => bench::run(&args),
        Command::Instructions(args) => bench::instructions(&args),
        Command::Ci(args) => Ok(ci::run(&args)),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder of what Cargo downloads.
fn cargo_home() -> Result<PathBuf> {
    let given = env::var_os("CARGO_HOME").map(PathBuf::from);
    given
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .context("cannot find the home folder; set CARGO_HOME")
}
