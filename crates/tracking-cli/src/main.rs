//! The `tracking` command.

mod args;
mod exit;
mod output;
mod progress;
mod report;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    let args = match Args::try_parse().and_then(Args::checked) {
        Ok(args) => args,
        Err(error) => return exit::of_usage(&error),
    };
    let done = match args.command {
        Command::Report(args) => report::run(&args),
    };
    exit::of(done)
}
