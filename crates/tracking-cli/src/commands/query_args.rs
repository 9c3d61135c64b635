//! What commands that look at tracks have in common.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Query, TimeRange, Timestamp};

use crate::args::{Filters, OutputArgs, WithoutArgs};
use crate::query_session::QuerySession;
use crate::store::StoreArgs;

/// Which tracks, where from, and how they are shown.
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
    /// Says what cannot be meant.
    pub(super) fn validate(&self) -> Option<String> {
        let store = validate_output(&self.store, &self.output);
        store.or_else(|| self.filters.validate(self.output.zone.time_zone))
    }

    /// The tracks that are asked for, also those that are left out of a web log.
    pub(super) fn query(&self, clock: &dyn Clock) -> Result<Query> {
        self.filters.query(self.output.viewer(clock))
    }

    /// The query without what is left out of a web log.
    pub(super) fn without(&self, session: &QuerySession<'_>, query: Query) -> Result<Query> {
        self.without.apply(&*session.store, query)
    }

    /// The range of time that is meant, where there is a limit; without an end it is up to now.
    pub(super) fn range(&self, clock: &dyn Clock) -> Result<Option<TimeRange>> {
        let range = self.filters.range(self.output.viewer(clock))?;
        let now = clock.now();
        Ok(range.map(|range| match range.to() {
            Timestamp::MAX if range.from() <= now => TimeRange::between(range.from(), now),
            _ => range,
        }))
    }

    /// The tracks that are asked for, without limits of time.
    pub(super) fn query_of_any_time(&self) -> Query {
        self.filters.of_any_time()
    }

    /// Opens the store.
    pub(super) fn open(&self, clock: &dyn Clock) -> Result<QuerySession<'_>> {
        Ok(QuerySession::open(&self.store, &self.output, clock)?.without(&self.without))
    }
}

/// Says what cannot be meant of where it comes from and goes to.
pub(super) fn validate_output(store: &StoreArgs, output: &OutputArgs) -> Option<String> {
    store.validate("--output", output.file.as_deref())
}
