//! What a store is asked for, apart from single tracks.

mod runs;
mod sums;

pub(crate) use runs::{RunsAsked, each_run, of_groups};
pub(crate) use sums::{Sums, period};
