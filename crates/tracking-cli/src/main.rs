//! The `tracking` command.

mod agents;
mod args;
mod command_line;
mod commands;
mod dashboard;
mod data;
mod demo;
mod exit;
mod output;
mod pages;
mod parallel;
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

use commands::Environment;

fn main() -> ExitCode {
    let environment = Environment {
        clock: &SystemClock,
        command_line: command_line::command,
    };
    match command_line::read(std::env::args_os()) {
        Ok(command) => {
            signals::watch();
            exit::code(command.action().run(environment))
        }
        Err(error) => exit::usage_code(&error),
    }
}
