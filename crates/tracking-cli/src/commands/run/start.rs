//! `tracking run start` starts a run.

use anyhow::Result;
use clap::Args;
use tracking_core::{NewRun, TaskId, TrackingStorage};

use super::run_result::RunResult;
use crate::args::{ResultArgs, TimeArg};
use crate::commands::{Action, Environment};
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking run start`.
#[derive(Debug, Args)]
pub(crate) struct RunStartArgs {
    /// The task that it is a run of; without one it is never current, and tracks are saved into
    /// it by its id
    #[arg(value_name = "TASK")]
    task: Option<TaskId>,

    #[command(flatten)]
    when: TimeArg,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

impl Action for RunStartArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let run = self
            .task
            .clone()
            .map_or_else(NewRun::without_task, NewRun::of);
        let run = match self.when.time(clock) {
            Some(time) => run.starting_at(time),
            None => run,
        };
        let store = self.store.create()?;
        let id = store.start_run(run)?;
        self.result.print(&RunResult::started(&*store, id)?)
    }
}
