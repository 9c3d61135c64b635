//! Queries of a store for counts and summaries.

mod distinct;
mod panels;
mod previous;
mod robots;
mod runs;
mod summary;

pub(crate) use distinct::Distinct;
pub(crate) use panels::{Panel, PanelKind, PanelSpec, Panels};
pub(crate) use previous::Previous;
pub(crate) use robots::{AGENT, without_robots};
pub(crate) use runs::{RunsRequest, each_run, latest_runs, run_rows};
pub(crate) use summary::{Charts, Summary, SummaryRequest, period};
