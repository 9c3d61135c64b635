//! The `tracking` command.

mod agents;
mod args;
mod commands;
mod dashboard;
mod data;
mod demo;
mod exit;
mod gather;
mod look;
mod output;
mod pages;
mod progress;
mod rankings;
mod shapes;
mod signals;
mod site;
mod store;
mod subject;
mod web;

use std::process::ExitCode;

use tracking_core::SystemClock;

fn main() -> ExitCode {
    match args::read(std::env::args_os()) {
        Ok(command) => exit::of(command.action().run(&SystemClock)),
        Err(error) => exit::of_usage(&error),
    }
}
