//! `tracking overview`: what there is, summed up.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Query};
use tracking_views::{Overview, Ranking};

use super::Action;
use super::looking::Looking;
use super::summed::Summed;
use crate::args::SumArgs;
use crate::gather::Sums;

/// What is summed up.
#[derive(Debug, Args)]
pub(crate) struct OverviewArgs {
    #[command(flatten)]
    looking: Looking,

    #[command(flatten)]
    sum: SumArgs,
}

impl Action for OverviewArgs {
    fn fault(&self) -> Option<String> {
        self.looking.fault()
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let look = self.looking.open(clock)?;
        let query = self.looking.query(clock)?;
        let sums = Sums::ask(&*look.store, &query, &look.zone, self.sum.newest)?;
        let title = format!("Overview of {}", self.looking.store.name());
        let mut view = view(title, &sums, &self.sum).with_note(self.looking.store.about_runs());
        if query != Query::all() {
            view = view.with_query(query.clone());
        }
        look.show(&Summed::new(&query, &sums, &self.sum, &view))
    }
}

fn view(title: String, sums: &Sums, sum: &SumArgs) -> Overview {
    let ranking =
        |title, of, groups: &[_]| Ranking::new(title, of).with_groups(groups.to_vec(), sum.top);
    let view = Overview::new(title)
        .with_total("Tracks", sums.tracks)
        .with_total("Tasks", sums.tasks.len() as u64)
        .with_total("Users", sums.users.len() as u64)
        .with_total("Runs", sums.runs.len() as u64);
    let Some((first, last)) = sums.period else {
        return view.with_note("There are no tracks like that.");
    };
    view.with_period(first, last)
        .with_granularity(sum.per.of(&sums.days))
        .with_day_groups(&sums.days)
        .with_ranking(ranking("Top tasks", "Task", &sums.tasks))
        .with_ranking(ranking("Top users", "User", &sums.users))
        .with_newest(sums.newest.clone())
}
