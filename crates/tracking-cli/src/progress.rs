//! How far something has come, shown on a terminal only.

mod bar;
mod steps;

pub(crate) use bar::Bar;
pub(crate) use steps::Steps;
