//! What programs are given: the shapes of JSON, and rows of CSV. Their names stay.

mod groups;
mod malformed;
mod named;
mod panels;
mod runs;
mod sums;
mod words;

pub(crate) use groups::GroupsShape;
pub(crate) use malformed::{Malformed, Reason, by_reason, unlisted};
pub(crate) use named::{OfRun, OfTask, OfUser, largest};
pub(crate) use panels::{PanelShape, panel_shapes};
pub(crate) use runs::RunShape;
pub(crate) use sums::SumShape;
pub(crate) use words::{bytes, list, plural};
