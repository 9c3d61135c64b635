//! `tracking run stop` stops a run.

use anyhow::{Context, Result};
use clap::Args;
use tracking_core::{RunId, RunSelector, StopRun, TaskId, TrackingStorage};

use super::run_result::RunResult;
use crate::args::{ResultArgs, TimeArg};
use crate::commands::{Action, Environment};
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking run stop`.
#[derive(Debug, Args)]
pub(crate) struct RunStopArgs {
    #[command(flatten)]
    which: Which,

    /// Stop it as not finished; a finished run becomes unfinished again
    #[arg(long)]
    unfinished: bool,

    #[command(flatten)]
    when: TimeArg,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The id of the run, as `runs` shows it
    #[arg(value_name = "ID")]
    id: Option<RunId>,

    /// The current run of this task
    #[arg(long, value_name = "NAME")]
    task: Option<TaskId>,
}

impl Which {
    /// The run, and the error if it does not exist.
    fn run(&self) -> Result<(RunSelector, String)> {
        match (self.id, &self.task) {
            (Some(id), _) => {
                let missing = format!("there is no run {id}; `tracking runs` lists all");
                Ok((RunSelector::Id(id), missing))
            }
            (None, Some(task)) => {
                let missing = format!("task {:?} has no current run", task.as_str());
                Ok((RunSelector::from(task), missing))
            }
            // Looked at before the command begins.
            (None, None) => anyhow::bail!("no run is named"),
        }
    }
}

impl Action for RunStopArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let (run, missing) = self.which.run()?;
        let mut stop = StopRun::new(run);
        if self.unfinished {
            stop = stop.unfinished();
        }
        if let Some(time) = self.when.time(clock) {
            stop = stop.ending_at(time);
        }
        let store = self.store.open()?;
        let id = store.stop_run(stop)?.context(missing)?;
        self.result.print(&RunResult::stopped(&*store, id)?)
    }
}
