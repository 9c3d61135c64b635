//! The command line: its commands, options and help.

mod by;
mod condition;
mod confirm;
#[cfg(test)]
mod consistency;
mod criteria;
mod data;
mod examples;
mod files;
mod filters;
mod format;
mod group_cursor;
mod help;
mod object;
mod output;
mod paging;
mod period;
mod reader;
mod result;
mod selection;
mod status;
mod summary;
mod time;
mod time_args;
mod usage_error;
mod without;
mod zone;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use tracking_core::RunId;

pub(crate) use by::{By, CountBy, by, count_by};
pub(crate) use confirm::{ConfirmArgs, Unconfirmed};
pub(crate) use criteria::Criteria;
pub(crate) use files::FilesArgs;
pub(crate) use filters::Filters;
pub(crate) use format::Format;
pub(crate) use group_cursor::GroupCursor;
pub(crate) use object::ObjectArgs;
pub(crate) use output::{Color, ColorArg, OutputArgs};
pub(crate) use paging::{Limit, Paging, limit};
pub(crate) use period::Period;
pub(crate) use reader::{FormatArgs, ReaderArgs, session_gap};
pub(crate) use result::{CommandResult, ResultArgs};
pub(crate) use selection::SelectionArgs;
pub(crate) use summary::{PanelArgs, PerArg, SummaryArgs};
pub(crate) use time::{Moment, moment};
pub(crate) use time_args::{TimeArg, ZoneArg};
pub(crate) use usage_error::UsageError;
pub(crate) use without::WithoutArgs;
pub(crate) use zone::ZoneChoice;

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
