//! How tracks are summed up.

use clap::{Args, ValueEnum};
use tracking_core::{Group, GroupKey};
use tracking_views::Granularity;

/// How tracks are summed up.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "How it is summed up")]
pub(crate) struct SumArgs {
    /// What is counted over time; `auto` is what makes a chart that can be read
    #[arg(long, value_enum, value_name = "SPAN", default_value_t)]
    pub(crate) per: PerArg,

    /// How many tasks, users and runs to list
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,

    /// How many of the latest tracks to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) newest: usize,
}

/// Days, weeks or months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PerArg {
    #[default]
    Auto,
    Day,
    Week,
    Month,
}

impl PerArg {
    /// What it means for days, which are in order.
    pub(crate) fn of(self, days: &[Group]) -> Granularity {
        let day = |group: Option<&Group>| match group.map(Group::key) {
            Some(GroupKey::Day(day)) => Some(*day),
            _ => None,
        };
        match self {
            Self::Day => Granularity::Day,
            Self::Week => Granularity::Week,
            Self::Month => Granularity::Month,
            Self::Auto => match (day(days.first()), day(days.last())) {
                (Some(first), Some(last)) => Granularity::fitting(first, last),
                _ => Granularity::Day,
            },
        }
    }
}
