//! A time range as arguments.

use anyhow::Result;
use clap::Args;
use tracking_core::{TimeRange, Timestamp};

use super::time::{Moment, TIMES, Viewer, moment};
use super::usage_error::UsageError;
use super::zone::ZoneChoice;

/// A time range; the same for all commands.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Period {
    /// Only from this time on: 2026-11-23, 2026-11, today, 7d; --help lists all forms
    #[arg(long, value_name = "TIME", value_parser = moment, long_help = from_help())]
    from: Option<Moment>,

    /// Only up to this time, which is included; a day or month to its end
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<Moment>,
}

fn from_help() -> String {
    format!("Only from this time on, which is included\n\n{TIMES}")
}

impl Period {
    /// The time range.
    pub(crate) fn range(&self, viewer: Viewer) -> Result<TimeRange> {
        match self.contradiction(viewer) {
            Some(problem) => Err(UsageError(problem).into()),
            None => Ok(self.between(viewer)),
        }
    }

    fn between(&self, viewer: Viewer) -> TimeRange {
        TimeRange::between(
            self.from.map_or(Timestamp::MIN, |from| from.first(viewer)),
            self.to.map_or(Timestamp::MAX, |to| to.last(viewer)),
        )
    }

    /// Whether a range was given.
    pub(crate) fn is_given(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Returns why the range is empty, as far as that is known before the command runs.
    pub(crate) fn validate(&self, zone: ZoneChoice) -> Option<String> {
        let is_relative = [self.from, self.to]
            .into_iter()
            .flatten()
            .any(Moment::is_relative);
        let problem = || self.contradiction(Viewer::at(zone, Timestamp::EPOCH));
        if is_relative { None } else { problem() }
    }

    fn contradiction(&self, viewer: Viewer) -> Option<String> {
        let range = self.between(viewer);
        let (from, to) = (range.from(), range.to());
        let problem = || format!("--from {from} lies after --to {to}");
        range.is_empty().then(problem)
    }
}
