//! The arguments of all commands that query tracks.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Query, TimeRange, Timestamp};

use crate::args::{Filters, OutputArgs, WithoutArgs};
use crate::query_session::QuerySession;
use crate::store::StoreArgs;

/// The arguments of all commands that query tracks.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    pub(super) store: StoreArgs,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten, next_help_heading = "Which tracks")]
    pub(super) without: WithoutArgs,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl QueryArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(super) fn validate(&self) -> Option<String> {
        let store = validate_output(&self.store, &self.output);
        store.or_else(|| self.filters.validate(self.output.zone.time_zone))
    }

    /// The query of the criteria, without the exclusions of `--without`.
    pub(super) fn query(&self, clock: &dyn Clock) -> Result<Query> {
        self.filters.query(self.output.viewer(clock))
    }

    /// Adds the exclusions of `--without` to a query.
    pub(super) fn without(&self, session: &QuerySession<'_>, query: Query) -> Result<Query> {
        self.without.apply(&*session.store, query)
    }

    /// The time range, if one was given; a range without an end is up to now.
    pub(super) fn range(&self, clock: &dyn Clock) -> Result<Option<TimeRange>> {
        let range = self.filters.range(self.output.viewer(clock))?;
        let now = clock.now();
        Ok(range.map(|range| match range.to() {
            Timestamp::MAX if range.from() <= now => TimeRange::between(range.from(), now),
            _ => range,
        }))
    }

    /// The query of the criteria without the time range.
    pub(super) fn query_of_any_time(&self) -> Query {
        self.filters.of_any_time()
    }

    /// Opens the store.
    pub(super) fn open(&self, clock: &dyn Clock) -> Result<QuerySession<'_>> {
        Ok(QuerySession::open(&self.store, &self.output, clock)?.without(&self.without))
    }
}

/// Returns what is wrong with the store or the output, if anything.
pub(super) fn validate_output(store: &StoreArgs, output: &OutputArgs) -> Option<String> {
    store.validate("--output", output.file.as_deref())
}
