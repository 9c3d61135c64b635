//! `tracking overview`: what there is, summed up.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Query};
use tracking_views::Overview;

use super::Action;
use super::looking::Looking;
use super::summed::Summed;
use crate::args::SumArgs;
use crate::dashboard::{Charts, Dashboard, Lists};
use crate::gather::{Panels, Previous, Sums};
use crate::web;

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
        let store = &*look.store;
        let asked = self.looking.query(clock)?;
        let query = self.sum.without.apply(store, asked.clone())?;
        let is_web = self.sum.panels.is_web(store, &query)?;
        let terms = web::terms(is_web);
        let sums = Sums::ask(store, &query, &look.zone, self.sum.wanted())?;
        let panels = Panels::ask(store, &query, &self.sum.panels.panels(is_web))?;
        let previous = match self.looking.range(clock)? {
            Some(range) => {
                let query = self.looking.query_of_any_time();
                let query = self.sum.without.apply(store, query)?;
                Previous::ask(store, &query, range, &look.zone)?
            }
            None => None,
        };
        let dashboard = Dashboard {
            sums: &sums,
            panels: &panels,
            previous: previous.as_ref(),
            terms: &terms,
            granularity: self.sum.per.of(&sums.days),
            top: self.sum.top,
            lists: Lists::default(),
            charts: Charts::All,
        };
        let title = format!("Overview of {}", self.looking.store.name());
        let view = dashboard.add_to(Overview::new(title));
        let view = view.with_note(self.looking.store.about_runs(&terms));
        let mut view = self.sum.without.note(view);
        if asked != Query::all() {
            view = view.with_query(asked);
        }
        let summed = Summed::new(&query, &sums, &self.sum, &view)
            .with_previous(previous.as_ref())
            .with_panels(&panels, self.sum.top);
        look.with_terms(terms.clone()).show(&summed)
    }
}
