//! How a command that does something says what it has done.

use anyhow::Result;
use clap::Args;
use clap::builder::Resettable;
use serde::Serialize;

use crate::{data, output};

/// How it is said what was done.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ResultArgs {
    /// Print what was done as a JSON object
    #[arg(long, help_heading = Resettable::Reset)]
    pub(crate) json: bool,
}

/// What was done: an object for programs, a sentence for people.
pub(crate) trait CommandResult: Serialize {
    /// A sentence without its full stop.
    fn sentence(&self) -> String;
}

impl ResultArgs {
    /// Says what was done.
    pub(crate) fn print(self, result: &impl CommandResult) -> Result<()> {
        output::write(None, |out| {
            if self.json {
                return Ok(data::json(out, result)?);
            }
            Ok(writeln!(out, "{}", data::sanitize(&result.sentence()))?)
        })
    }
}
