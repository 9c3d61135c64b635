//! The times of logs.

mod format;
mod iso;
mod local;
mod text;
mod unix;

pub use format::{TimeFormat, TimeFormatError, TimePattern};
pub(super) use iso::{date_of, local as local_time, read as iso_time};
pub(super) use local::in_zone;
pub(super) use text::bracketed;
#[cfg(test)]
pub(super) use text::written;
