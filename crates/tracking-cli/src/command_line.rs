//! The command line: all commands with their options and their help.

#[cfg(test)]
mod consistency;
mod examples;
mod help;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use tracking_core::RunId;

use crate::commands::Command;

/// The name of the command.
pub(crate) const NAME: &str = "tracking";

/// Keeps who did what, in which session, and shows it.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

/// Builds the whole command line, with help.
pub(crate) fn command() -> clap::Command {
    help::helpful(Args::command())
}

/// Parses the arguments and validates them.
pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(with_show(arguments))?;
    let args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    match args.command.action().validate() {
        None => Ok(args.command),
        Some(problem) => {
            let mut of = innermost(&command, &matches);
            Err(of.error(ErrorKind::ValueValidation, problem))
        }
    }
}

/// Expands `run ID` to `run show ID`.
fn with_show(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let is_id = |text: &OsString| {
        text.to_str()
            .is_some_and(|text| text.parse::<RunId>().is_ok())
    };
    if let [_, command, id, ..] = arguments.as_slice()
        && command == "run"
        && is_id(id)
    {
        arguments.insert(2, "show".into());
    }
    arguments
}

/// The innermost subcommand that was given, such as `run show`.
fn innermost(command: &clap::Command, matches: &ArgMatches) -> clap::Command {
    let below = matches.subcommand().and_then(|(name, matches)| {
        let command = command.find_subcommand(name)?;
        Some(innermost(command, matches))
    });
    below.unwrap_or_else(|| command.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        command().debug_assert();
    }
}
