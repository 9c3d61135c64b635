//! What programs are given: the shapes of JSON, and rows of CSV. Their names stay.

mod counts;
mod groups;
mod malformed;
mod panels;
mod runs;
mod summary;
mod words;

pub(crate) use counts::{RunCount, TaskCount, UserCount, largest};
pub(crate) use groups::GroupsOutput;
pub(crate) use malformed::{Malformed, Reason, by_reason, unlisted};
pub(crate) use panels::{PanelOutput, panel_outputs};
pub(crate) use runs::RunOutput;
pub(crate) use summary::SummaryOutput;
pub(crate) use words::{bytes, list, plural};
