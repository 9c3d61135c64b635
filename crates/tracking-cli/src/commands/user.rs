//! `tracking user`: one user.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Clock, Query, TrackingStorage, UserName};
use tracking_views::{Ranking, Terms, UserView};

use super::Action;
use super::looking::Looking;
use super::summed::Summed;
use crate::args::SumArgs;
use crate::dashboard;
use crate::gather::{Panels, Sums, of_groups};
use crate::web;

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
        let query = self.sum.without.apply(store, query)?;
        let is_web = self.sum.panels.is_web(store, &query)?;
        let terms = web::terms(is_web);
        let sums = Sums::ask(store, &query, &look.zone, self.sum.wanted())?;
        let panels = Panels::ask(store, &query, &self.sum.panels.panels)?;
        let mut view = view(self, store, (&sums, &panels), &terms)?;
        if filters != Query::all() {
            view = view.with_query(filters);
        }
        let summed = Summed::new(&query, &sums, &self.sum, &view);
        let summed = summed.with_panels(&panels, self.sum.top);
        look.with_terms(terms.clone())
            .show(&summed.of_user(&self.user))
    }
}

fn view(
    args: &UserArgs,
    store: &dyn TrackingStorage,
    (sums, panels): (&Sums, &Panels),
    terms: &Terms,
) -> Result<UserView> {
    let (numbers, tasks) = (&sums.numbers, terms.task());
    let view = UserView::new(args.user.clone())
        .with_total(terms.track().titles(), numbers.tracks)
        .with_total(tasks.titles(), numbers.tasks)
        .with_total(terms.run().titles(), numbers.runs);
    let Some((first, last)) = sums.period else {
        let (tracks, user) = (terms.track().many(), terms.user().one());
        return Ok(view.with_note(format!("There are no {tracks} like that of that {user}.")));
    };
    let runs = of_groups(store, &sums.runs, args.sum.top)?;
    let groups = sums.tasks.iter();
    let ranking = groups
        .fold(
            Ranking::new(tasks.titles(), tasks.title()),
            |ranking, group| ranking.with_key(group.key().clone(), group.count()),
        )
        .with_distinct(numbers.tasks)
        .with_whole(numbers.tracks);
    let view = view
        .with_period(first, last)
        .with_day_groups(args.sum.per.of(&sums.days), &sums.days)
        .with_ranking(ranking)
        .with_runs(runs, Some(numbers.runs))
        .with_newest(sums.newest.clone())
        .with_note(args.looking.store.about_runs(terms));
    let rankings = dashboard::rankings(panels, terms, args.sum.top);
    let rankings = rankings.into_iter().map(|(_, ranking)| ranking);
    Ok(rankings.fold(view, UserView::with_ranking))
}
