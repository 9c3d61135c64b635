//! `tracking task` shows one task.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Query, TaskId};

use super::query_args::QueryArgs;
use super::summary::{SubjectSummary, SummaryResult};
use super::{Action, Environment};
use crate::args::SummaryArgs;

/// Arguments of `tracking task`.
#[derive(Debug, Args)]
pub(crate) struct TaskArgs {
    /// The task, as `list` shows it
    #[arg(value_name = "NAME")]
    task: TaskId,

    #[command(flatten)]
    query_args: QueryArgs,

    #[command(flatten)]
    sum: SummaryArgs,
}

impl Action for TaskArgs {
    fn validate(&self) -> Option<String> {
        self.query_args.validate()
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let session = self.query_args.open(clock)?;
        let name = self.task.as_str();
        if session.store.count(&Query::all().task(name))? == 0 {
            bail!("there are no tracks of a task {name:?}; `tracking count --by task` lists all");
        }
        let filters = self.query_args.query(clock)?;
        let of_task = |query: Query| query.task(name);
        let found =
            SubjectSummary::query(&session, (&self.query_args, &self.sum), filters, of_task)?;
        let view = found.subject(&session, (&self.query_args, &self.sum))?;
        let view = view.task(self.task.clone());
        let summed = SummaryResult::new(&found.query, &found.sums, &self.sum, &view);
        let summed = summed.with_panels(&found.panels).of_task(&self.task);
        session.with_terms(found.terms.clone()).show(&summed)
    }
}
