//! The `tracking` command.

mod args;
mod commands;
mod data;
mod exit;
mod gather;
mod look;
mod output;
mod pages;
mod progress;
mod shapes;
mod store;

use std::process::ExitCode;

use clap::Parser;
use tracking_core::SystemClock;

use args::Args;

fn main() -> ExitCode {
    match Args::try_parse().and_then(Args::checked) {
        Ok(args) => exit::of(args.command.run(&SystemClock)),
        Err(error) => exit::of_usage(&error),
    }
}
