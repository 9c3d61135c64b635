//! How far something has come, shown on a terminal only.

mod amount;
mod bar;
mod steps;

pub(crate) use amount::Amount;
pub(crate) use bar::Bar;
pub(crate) use steps::Steps;
