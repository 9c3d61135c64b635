//! How values are written, in text and in HTML alike.

mod changes;
mod days;
mod label;
mod moment;
mod number;
mod summary;
mod ticks;
mod tree;
mod visible;

pub(crate) use days::{gap_between, iso_day, point_name, weekday};
pub(crate) use label::Label;
pub(crate) use moment::{When, span};
pub(crate) use number::{change, compact, counted, grouped, rows_of_all, share, size};
pub(crate) use summary::summary;
pub(crate) use ticks::{TimeTick, time_ticks};
pub(crate) use tree::{Kind, Step, Steps, read};
pub use visible::must_be_escaped;
pub(crate) use visible::{Piece, Visible, pieces};
