//! Everything that a store holds, on its way to another store or to a file and back.
//!
//! [`export`] hands out records one by one; [`copy`] brings them into another store; as lines of
//! JSON they go anywhere with [`export_lines`], and come back with [`import_lines`].

mod copy;
mod error;
mod export;
mod header;
mod lines;
mod pages;
mod part;
mod record;
mod restorer;
mod summary;

pub use copy::copy;
pub use error::{ExportError, ImportError};
pub use export::export;
pub use lines::{export_lines, import_lines};
pub use part::export_track_lines;
pub use record::{Counters, Record};
pub use summary::TransferSummary;
