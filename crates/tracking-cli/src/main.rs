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
mod signals;
mod store;

use std::process::ExitCode;

use tracking_core::SystemClock;

fn main() -> ExitCode {
    match args::read(std::env::args_os()) {
        Ok(command) => exit::of(command.action().run(&SystemClock)),
        Err(error) => exit::of_usage(&error),
    }
}
