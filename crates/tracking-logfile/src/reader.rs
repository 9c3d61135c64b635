//! The log formats that can be read.

mod access;
mod error;
mod request;
mod scan;
mod time;

pub use access::{AccessFormat, AccessLine};
pub use error::{LineError, Reason};
