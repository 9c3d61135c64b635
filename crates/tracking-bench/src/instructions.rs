//! The instructions of the hottest operations, a number that does not depend on the load of the machine.
//!
//! Each operation is done a few times and many times, in two processes under callgrind that are
//! alike otherwise; the difference of their counts is what the operation takes.

mod callgrind;
mod operation;
mod stored;

pub use callgrind::{count, is_present};
pub use operation::{Operation, Prepared};
pub use stored::{Counts, compare};
