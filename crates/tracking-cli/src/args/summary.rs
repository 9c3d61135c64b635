//! The options of summaries.

use anyhow::Result;
use clap::{Args, ValueEnum};
use tracking_core::{Group, GroupKey, Query, TrackingStorage};
use tracking_views::Granularity;

use crate::queries::{Charts, PanelSpec, SummaryRequest};
use crate::web;

/// The options of summaries.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "How it is summed up")]
pub(crate) struct SummaryArgs {
    /// What is counted over time; `auto` is what makes a chart that can be read
    #[arg(long, value_enum, value_name = "SPAN", default_value_t)]
    pub(crate) per: PerArg,

    /// How many tasks, users and runs to list
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,

    /// How many of the latest tracks to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) newest: usize,

    #[command(flatten)]
    pub(crate) panels: PanelArgs,
}

/// The options of panels.
#[derive(Clone, Debug, Args)]
pub(crate) struct PanelArgs {
    /// Add a panel, such as `field:verb` for the values of a data field; repeat for more
    ///
    /// A web log has these panels by default: pages, assets, classes, status, not-found, referrers,
    /// browsers, systems, robots. For any data field, use field:NAME for its values, class:NAME for
    /// status classes, host:NAME for the hosts of addresses, and browser:NAME, system:NAME or
    /// robot:NAME for user agents.
    #[arg(long = "panel", value_name = "PANEL")]
    pub(crate) panels: Vec<PanelSpec>,

    /// What to call tracks: `web` for requests, visitors, pages and sessions; `auto` finds out
    #[arg(long, value_enum, value_name = "TERMS", default_value_t)]
    pub(crate) terms: TermsArg,
}

/// What tracks are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TermsArg {
    #[default]
    Auto,
    Web,
    Tracks,
}

impl PanelArgs {
    /// Whether tracks are shown as those of a web log.
    pub(crate) fn is_web(&self, store: &dyn TrackingStorage, query: &Query) -> Result<bool> {
        match self.terms {
            TermsArg::Auto => web::is_web_log(store, query),
            TermsArg::Web => Ok(true),
            TermsArg::Tracks => Ok(false),
        }
    }

    /// The panels that are shown: those of a web log, where it is one, and those that were asked
    /// for.
    pub(crate) fn panels(&self, is_web: bool) -> Vec<PanelSpec> {
        let mut panels = if is_web { PanelSpec::web() } else { Vec::new() };
        for panel in &self.panels {
            if !panels.contains(panel) {
                panels.push(panel.clone());
            }
        }
        panels
    }
}

impl SummaryArgs {
    /// The summary to query, with all charts.
    pub(crate) fn wanted(&self, is_web: bool) -> SummaryRequest {
        SummaryRequest {
            tasks: self.top,
            users: self.top,
            runs: self.top,
            newest: self.newest,
            charts: Charts::All,
            is_web,
        }
    }
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
    /// The granularity for days, which are in order.
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
