//! `tracking overview` summarises tracks.

use anyhow::Result;
use clap::Args;
use tracking_core::Query;
use tracking_views::Overview;

use super::query_args::QueryArgs;
use super::summary::SummaryResult;
use super::{Action, Environment};
use crate::args::SummaryArgs;
use crate::dashboard::{Dashboard, Lists};
use crate::queries::{Charts, PanelKind, Panels, Previous, Summary, SummaryRequest};
use crate::query_session::QuerySession;
use crate::web;

/// Arguments of `tracking overview`.
#[derive(Debug, Args)]
pub(crate) struct OverviewArgs {
    #[command(flatten)]
    query_args: QueryArgs,

    #[command(flatten)]
    sum: SummaryArgs,
}

impl Action for OverviewArgs {
    fn validate(&self) -> Option<String> {
        self.query_args.validate()
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let session = self.query_args.open(clock)?;
        let store = &*session.store;
        let criteria = self.query_args.query(clock)?;
        let query = self.query_args.without.apply(store, criteria.clone())?;
        let is_web = self.sum.panels.is_web(store, &query)?;
        let terms = web::terms(is_web);
        let panels = self.sum.panels.panels(is_web);
        let panels = Panels::query(store, &query, &panels, self.sum.top)?;
        let wanted = self.wanted(&session, is_web, &panels);
        let sums = Summary::query(store, &query, &session.zone, wanted)?;
        let previous = match self.query_args.range(clock)? {
            Some(range) => {
                let query = self.query_args.query_of_any_time();
                let query = self.query_args.without.apply(store, query)?;
                Previous::query(store, &query, range, (&session.zone, is_web))?
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
        let title = format!("Overview of {}", self.query_args.store.name());
        let view = dashboard.add_to(Overview::new(title));
        let mut view = view.with_note(self.query_args.store.about_runs(&terms));
        if criteria != Query::all() {
            view = view.with_query(criteria);
        }
        let summed = SummaryResult::new(&query, &sums, &self.sum, &view)
            .with_previous(previous.as_ref())
            .with_panels(&panels);
        session.with_terms(terms.clone()).show(&summed)
    }
}

impl OverviewArgs {
    /// What is asked for: people see no runs, and of a web log the panel of pages instead of the
    /// tasks; programs see no charts but that of the days.
    fn wanted(&self, session: &QuerySession<'_>, is_web: bool, panels: &Panels) -> SummaryRequest {
        let wanted = self.sum.wanted(is_web);
        if session.format().is_for_people() {
            let has_pages = panels.has(PanelKind::Pages);
            SummaryRequest {
                tasks: if has_pages { 0 } else { wanted.tasks },
                runs: 0,
                ..wanted
            }
        } else {
            let charts = Charts::Days;
            SummaryRequest { charts, ..wanted }
        }
    }
}
