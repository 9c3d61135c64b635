//! How values are written, in text and in HTML alike.

mod days;
mod moment;
mod number;
mod summary;
mod tree;
mod visible;

pub(crate) use days::{gap_between, iso_day, weekday};
pub(crate) use moment::{Moment, moment, span};
pub(crate) use number::{compact, counted, figure, grouped, share};
pub(crate) use summary::summary;
pub(crate) use tree::{Kind, Step, Steps, read};
pub(crate) use visible::{Piece, Visible, pieces};
