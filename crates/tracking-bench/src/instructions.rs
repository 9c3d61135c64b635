//! How many instructions the hottest operations take: a number that a busy machine does not move.
//!
//! Each operation is done a few times and many times, in two processes under callgrind that are
//! alike otherwise; the difference of their counts is what the operation takes.

mod callgrind;
mod operation;
mod stored;

pub use callgrind::{count, is_there};
pub use operation::{Operation, Prepared};
pub use stored::{Counts, compare};
