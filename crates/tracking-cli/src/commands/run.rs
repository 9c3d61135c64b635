//! `tracking run` shows, starts, stops and removes runs.

mod expire;
mod remove;
mod run_result;
mod show;
mod start;
mod stop;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Action, Environment};

/// Arguments of `tracking run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(subcommand)]
    command: RunCommand,
}

#[derive(Debug, Subcommand)]
enum RunCommand {
    /// Show one run: who did what in it, and when; `run ID` is short for `run show ID`
    Show(show::RunShowArgs),

    /// Start a run, which becomes the current one of its task
    Start(start::RunStartArgs),

    /// Stop a run, or the current one of a task
    Stop(stop::RunStopArgs),

    /// Stop abandoned runs, as not finished
    Expire(expire::RunExpireArgs),

    /// Remove runs with all their tracks
    ///
    /// Asks first, unless --yes is given. `tracking remove`, `prune` and `erase` already remove the
    /// runs that they leave without tracks.
    Remove(remove::RunRemoveArgs),
}

impl RunArgs {
    fn action(&self) -> &dyn Action {
        match &self.command {
            RunCommand::Show(args) => args,
            RunCommand::Start(args) => args,
            RunCommand::Stop(args) => args,
            RunCommand::Expire(args) => args,
            RunCommand::Remove(args) => args,
        }
    }
}

impl Action for RunArgs {
    fn validate(&self) -> Option<String> {
        self.action().validate()
    }

    fn run(&self, environment: Environment<'_>) -> Result<()> {
        self.action().run(environment)
    }
}
