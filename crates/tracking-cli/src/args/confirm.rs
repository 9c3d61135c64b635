//! Confirmation of destructive commands.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use anyhow::{Context, Result};
use clap::Args;

use crate::data::sanitize;

/// The option that skips the confirmation.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ConfirmArgs {
    /// Skip the confirmation; required without a terminal
    #[arg(long, short)]
    yes: bool,
}

/// The command was not confirmed.
#[derive(Debug)]
pub(crate) enum Unconfirmed {
    /// The user declined.
    Declined,
    /// There is no terminal to ask on.
    NoTerminal {
        /// The action, such as `remove 3 tracks`.
        what: String,
    },
}

impl ConfirmArgs {
    /// Asks for confirmation of an action, such as `remove 3 tracks`.
    pub(crate) fn ask(self, what: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            let what = what.to_owned();
            return Err(Unconfirmed::NoTerminal { what }.into());
        }
        let mut chars = what.chars();
        let first = chars.next().map(char::to_uppercase);
        let what: String = first.into_iter().flatten().chain(chars).collect();
        let mut out = io::stderr();
        write!(out, "{}? [y/N] ", sanitize(&what))
            .and_then(|()| out.flush())
            .context("cannot ask on the terminal")?;
        let mut answer = String::new();
        io::stdin()
            .read_line(&mut answer)
            .context("cannot read the answer from the terminal")?;
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Unconfirmed::Declined.into()),
        }
    }
}

impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined => f.write_str("not confirmed; nothing was changed"),
            Self::NoTerminal { what } => write!(
                f,
                "confirmation required to {what}; nothing was changed (use --yes)"
            ),
        }
    }
}

impl std::error::Error for Unconfirmed {}
