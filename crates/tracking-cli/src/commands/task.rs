//! `tracking task`: one task.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Clock, Query, TaskId, TrackingStorage};
use tracking_views::{Ranking, TaskView};

use super::Action;
use super::looking::Looking;
use super::summed::Summed;
use crate::args::SumArgs;
use crate::gather::{Sums, of_groups};

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
        let store = &*look.store;
        let name = self.task.as_str();
        if store.count(&Query::all().task(name))? == 0 {
            bail!("there are no tracks of a task {name:?}; `tracking count --by task` lists all");
        }
        let filters = self.looking.query(clock)?;
        let query = filters.clone().task(name);
        let sums = Sums::ask(store, &query, &look.zone, self.sum.newest)?;
        let mut view = view(self, store, &sums)?;
        if filters != Query::all() {
            view = view.with_query(filters);
        }
        let summed = Summed::new(&query, &sums, &self.sum, &view);
        look.show(&summed.of_task(&self.task))
    }
}

fn view(args: &TaskArgs, store: &dyn TrackingStorage, sums: &Sums) -> Result<TaskView> {
    let view = TaskView::new(args.task.clone())
        .with_total("Tracks", sums.tracks)
        .with_total("Users", sums.users.len() as u64)
        .with_total("Runs", sums.runs.len() as u64);
    let Some((first, last)) = sums.period else {
        return Ok(view.with_note("There are no tracks like that of that task."));
    };
    let runs = of_groups(store, &sums.runs, args.sum.top)?;
    let ranking = Ranking::new("Users", "User");
    Ok(view
        .with_period(first, last)
        .with_day_groups(args.sum.per.of(&sums.days), &sums.days)
        .with_ranking(ranking.with_groups(sums.users.clone(), args.sum.top))
        .with_runs(runs, Some(sums.runs.len() as u64))
        .with_newest(sums.newest.clone())
        .with_note(args.looking.store.about_runs()))
}
