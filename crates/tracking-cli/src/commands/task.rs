//! `tracking task`: one task.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Clock, Query, TaskId};

use super::Action;
use super::looking::Looking;
use super::summed::{Summed, SummedSubject};
use crate::args::SumArgs;

/// Which task is shown.
#[derive(Debug, Args)]
pub(crate) struct TaskArgs {
    /// The task, as `list` shows it
    #[arg(value_name = "NAME")]
    task: TaskId,

    #[command(flatten)]
    looking: Looking,

    #[command(flatten)]
    sum: SumArgs,
}

impl Action for TaskArgs {
    fn fault(&self) -> Option<String> {
        self.looking.fault()
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let look = self.looking.open(clock)?;
        let name = self.task.as_str();
        if look.store.count(&Query::all().task(name))? == 0 {
            bail!("there are no tracks of a task {name:?}; `tracking count --by task` lists all");
        }
        let filters = self.looking.query(clock)?;
        let of_task = |query: Query| query.task(name);
        let found = SummedSubject::ask(&look, (&self.looking, &self.sum), filters, of_task)?;
        let view = found.subject(&look, (&self.looking, &self.sum))?;
        let view = view.task(self.task.clone());
        let summed = Summed::new(&found.query, &found.sums, &self.sum, &view);
        let summed = summed.with_panels(&found.panels).of_task(&self.task);
        look.with_terms(found.terms.clone()).show(&summed)
    }
}
