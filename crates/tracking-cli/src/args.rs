//! What can be asked of the command.

mod by;
mod data;
mod filters;
mod format;
mod paging;
mod shown;
mod sum;
mod time;
mod zone;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

pub(crate) use by::{CountBy, count_by};
pub(crate) use filters::{Filters, Period};
pub(crate) use format::Format;
pub(crate) use paging::{Limit, Paging, limit};
pub(crate) use shown::{Color, ColorArg, Shown};
pub(crate) use sum::SumArgs;
pub(crate) use zone::ZoneChoice;

use crate::commands::Command;
use crate::exit;

/// Loads logs, and looks at who did what.
#[derive(Debug, Parser)]
#[command(name = "tracking", version, about, after_help = exit::HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Looks for what cannot be meant.
    pub(crate) fn checked(self) -> Result<Self, clap::Error> {
        match self.command.fault() {
            None => Ok(self),
            Some(fault) => Err(Self::command().error(ErrorKind::ValueValidation, fault)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }
}
