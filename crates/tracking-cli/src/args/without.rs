//! The option that leaves requests out.

use anyhow::Result;
use clap::{Args, ValueEnum};
use tracking_core::{Query, TrackingStorage};
use tracking_loader::{LogFilter, LogRecord};
use tracking_views::Context;

use crate::agents::{Agent, agent};
use crate::queries::{self, AGENT};
use crate::web;

/// The option that leaves requests out.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct WithoutArgs {
    /// Leave out requests for assets, requests of robots, or both: `assets,robots`
    ///
    /// Assets are style sheets, scripts, images, fonts, sound and video, known by the ending of
    /// their paths. Robots are known by their user agents.
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    without: Vec<Without>,
}

/// A kind of requests to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Without {
    Assets,
    Robots,
}

impl WithoutArgs {
    /// Adds the exclusions to a query.
    pub(crate) fn apply(&self, store: &dyn TrackingStorage, query: Query) -> Result<Query> {
        let query = if self.without.contains(&Without::Assets) {
            query.except_tasks_in(web::assets())
        } else {
            query
        };
        if self.without.contains(&Without::Robots) {
            return queries::without_robots(store, query);
        }
        Ok(query)
    }

    /// Adds the exclusions to a filter of the loader.
    pub(crate) fn filter(&self, filter: LogFilter) -> LogFilter {
        let filter = if self.without.contains(&Without::Assets) {
            filter.except(Query::all().tasks_in(web::assets()))
        } else {
            filter
        };
        if self.without.contains(&Without::Robots) {
            return filter.except_if(is_of_robot);
        }
        filter
    }

    /// Names what is left out in a context, so that every view shows it.
    pub(crate) fn add_to(&self, context: Context<'static>) -> Context<'static> {
        let of = |what| self.without.contains(&what);
        match (of(Without::Assets), of(Without::Robots)) {
            (true, true) => context.with_exclusions("assets, robots"),
            (true, false) => context.with_exclusions("assets"),
            (false, true) => context.with_exclusions("robots"),
            (false, false) => context,
        }
    }
}

fn is_of_robot(record: &LogRecord) -> bool {
    let text = record.data().get(AGENT);
    let text = text.as_ref().and_then(|text| text.as_str());
    text.is_some_and(|text| matches!(agent(text), Agent::Robot(_)))
}
