//! The `tracking` command.

mod agents;
mod args;
mod commands;
mod dashboard;
mod data;
mod demo;
mod exit;
mod output;
mod pages;
mod progress;
mod queries;
mod query_session;
mod rankings;
mod schema;
mod signals;
mod site;
mod store;
mod subject;
mod web;

use std::process::ExitCode;

use tracking_core::SystemClock;

fn main() -> ExitCode {
    match args::read(std::env::args_os()) {
        Ok(command) => exit::code(command.action().run(&SystemClock)),
        Err(error) => exit::usage_code(&error),
    }
}
