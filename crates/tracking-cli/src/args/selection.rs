//! The criteria for records to load.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Query};
use tracking_loader::LogFilter;

use super::criteria::Criteria;
use super::period::Period;
use super::time_args::ZoneArg;
use super::without::WithoutArgs;
use super::zone::ZoneChoice;

/// Criteria that records must match, all of them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which records")]
pub(crate) struct SelectionArgs {
    #[command(flatten, next_help_heading = "Which records")]
    criteria: Criteria,

    #[command(flatten)]
    without: WithoutArgs,

    #[command(flatten)]
    period: Period,

    #[command(flatten)]
    zone: ZoneArg,
}

impl SelectionArgs {
    /// Returns what is wrong with the arguments, if anything.
    pub(crate) fn validate(&self) -> Option<String> {
        self.period.validate(self.zone.time_zone)
    }

    /// The time zone of times and days.
    pub(crate) fn time_zone(&self) -> ZoneChoice {
        self.zone.time_zone
    }

    /// The option that leaves requests out.
    pub(crate) fn without(&self) -> &WithoutArgs {
        &self.without
    }

    /// Converts to the filter of the loader.
    pub(crate) fn filter(&self, clock: &dyn Clock) -> Result<LogFilter> {
        let mut only = self.criteria.add_to(Query::all());
        if self.period.is_given() {
            only = only.within(self.period.range(self.zone.viewer(clock))?);
        }
        Ok(self.without.filter(LogFilter::new().only(only)))
    }
}
