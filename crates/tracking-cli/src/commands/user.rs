//! `tracking user`: one user.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Clock, Query, TrackingStorage, UserName};
use tracking_views::{Ranking, UserView};

use super::Action;
use super::looking::Looking;
use super::summed::Summed;
use crate::args::SumArgs;
use crate::gather::{Sums, of_groups};

/// Which user is shown.
#[derive(Debug, Args)]
pub(crate) struct UserArgs {
    /// The user, as `list` shows it
    #[arg(value_name = "NAME")]
    user: UserName,

    #[command(flatten)]
    looking: Looking,

    #[command(flatten)]
    sum: SumArgs,
}

impl Action for UserArgs {
    fn fault(&self) -> Option<String> {
        self.looking.fault()
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let look = self.looking.open(clock)?;
        let store = &*look.store;
        let name = self.user.as_str();
        if store.count(&Query::all().user(name))? == 0 {
            bail!("there are no tracks of a user {name:?}; `tracking count --by user` lists all");
        }
        let filters = self.looking.query(clock)?;
        let query = filters.clone().user(name);
        let sums = Sums::ask(store, &query, &look.zone, self.sum.newest)?;
        let mut view = view(self, store, &sums)?;
        if filters != Query::all() {
            view = view.with_query(filters);
        }
        let summed = Summed::new(&query, &sums, &self.sum, &view);
        look.show(&summed.of_user(&self.user))
    }
}

fn view(args: &UserArgs, store: &dyn TrackingStorage, sums: &Sums) -> Result<UserView> {
    let view = UserView::new(args.user.clone())
        .with_total("Tracks", sums.tracks)
        .with_total("Tasks", sums.tasks.len() as u64)
        .with_total("Runs", sums.runs.len() as u64);
    let Some((first, last)) = sums.period else {
        return Ok(view.with_note("There are no tracks like that of that user."));
    };
    let runs = of_groups(store, &sums.runs, args.sum.top)?;
    let ranking = Ranking::new("Tasks", "Task");
    Ok(view
        .with_period(first, last)
        .with_day_groups(args.sum.per.of(&sums.days), &sums.days)
        .with_ranking(ranking.with_groups(sums.tasks.clone(), args.sum.top))
        .with_runs(runs, Some(sums.runs.len() as u64))
        .with_newest(sums.newest.clone())
        .with_note(args.looking.store.about_runs()))
}
