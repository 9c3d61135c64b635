//! `tracking overview`: what there is, summed up.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Query};
use tracking_views::Overview;

use super::Action;
use super::looking::Looking;
use super::summed::Summed;
use crate::args::SumArgs;
use crate::dashboard::{Dashboard, Lists};
use crate::gather::{Charts, PanelKind, Panels, Previous, Sums, Wanted};
use crate::look::Look;
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
        let query = self.looking.without.apply(store, asked.clone())?;
        let is_web = self.sum.panels.is_web(store, &query)?;
        let terms = web::terms(is_web);
        let panels = self.sum.panels.panels(is_web);
        let panels = Panels::ask(store, &query, &panels, self.sum.top)?;
        let wanted = self.wanted(&look, is_web, &panels);
        let sums = Sums::ask(store, &query, &look.zone, wanted)?;
        let previous = match self.looking.range(clock)? {
            Some(range) => {
                let query = self.looking.query_of_any_time();
                let query = self.looking.without.apply(store, query)?;
                Previous::ask(store, &query, range, (&look.zone, is_web))?
            }
            None => None,
        };
        let dashboard = Dashboard {
            sums: &sums,
            panels: &panels,
            previous: previous.as_ref(),
            terms: &terms,
            granularity: self.sum.per.of(&sums.days),
            lists: Lists::default(),
            charts: Charts::All,
        };
        let title = format!("Overview of {}", self.looking.store.name());
        let view = dashboard.add_to(Overview::new(title));
        let mut view = view.with_note(self.looking.store.about_runs(&terms));
        if asked != Query::all() {
            view = view.with_query(asked);
        }
        let summed = Summed::new(&query, &sums, &self.sum, &view)
            .with_previous(previous.as_ref())
            .with_panels(&panels);
        look.with_terms(terms.clone()).show(&summed)
    }
}

impl OverviewArgs {
    /// What is asked for: people see no runs, and of a web log the panel of pages instead of the
    /// tasks; programs see no charts but that of the days.
    fn wanted(&self, look: &Look<'_>, is_web: bool, panels: &Panels) -> Wanted {
        let wanted = self.sum.wanted(is_web);
        if look.format().is_for_people() {
            let has_pages = panels.has(PanelKind::Pages);
            Wanted {
                tasks: if has_pages { 0 } else { wanted.tasks },
                runs: 0,
                ..wanted
            }
        } else {
            let charts = Charts::Days;
            Wanted { charts, ..wanted }
        }
    }
}
