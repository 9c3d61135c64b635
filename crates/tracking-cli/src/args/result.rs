//! The result of a command that changes something.

use anyhow::Result;
use clap::Args;
use clap::builder::Resettable;
use serde::Serialize;

use crate::{data, output};

/// The option that prints the result as JSON.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ResultArgs {
    /// Print what was done as a JSON object
    #[arg(long, help_heading = Resettable::Reset)]
    pub(crate) json: bool,
}

/// The result of a command: JSON for programs, a sentence for people.
pub(crate) trait CommandResult: Serialize {
    /// The result as a sentence, without a full stop.
    fn sentence(&self) -> String;
}

impl ResultArgs {
    /// Prints the result.
    pub(crate) fn print(self, result: &impl CommandResult) -> Result<()> {
        output::write(None, |out| {
            if self.json {
                return Ok(data::json(out, result)?);
            }
            Ok(writeln!(out, "{}", data::sanitize(&result.sentence()))?)
        })
    }
}
