//! `tracking tasks` and `tracking users` list names with their counts.

use anyhow::Result;
use clap::Args;

use super::count::Counting;
use super::{Action, Environment};
use crate::args::CountBy;

/// Arguments of `tracking tasks`.
#[derive(Debug, Args)]
pub(crate) struct TasksArgs {
    #[command(flatten)]
    counting: Counting,
}

/// Arguments of `tracking users`.
#[derive(Debug, Args)]
pub(crate) struct UsersArgs {
    #[command(flatten)]
    counting: Counting,
}

impl Action for TasksArgs {
    fn validate(&self) -> Option<String> {
        self.counting.validate(&CountBy::task())
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        self.counting.run(&CountBy::task(), clock)
    }
}

impl Action for UsersArgs {
    fn validate(&self) -> Option<String> {
        self.counting.validate(&CountBy::user())
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        self.counting.run(&CountBy::user(), clock)
    }
}
