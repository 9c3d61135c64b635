//! The times of logs.

mod format;
mod iso;
mod local;
mod pattern;
mod text;
mod unix;

pub use format::{TimeFormat, TimeFormatError};
pub(super) use iso::{date_of, local as local_time, read as iso_time};
pub(super) use local::in_zone;
pub use pattern::TimePattern;
#[cfg(test)]
pub(super) use text::written;
pub(super) use text::{bracketed, in_log_order};
