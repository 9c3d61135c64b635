//! Every format of log lines: read, detected, explained, and compared with other readers.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod access_lines;
mod described;
mod detection;
mod explain;
mod field_map;
mod goaccess;
mod invariants;
mod parser_crate;
mod properties;
mod real_logs;
mod record_logger;
mod round_trip;
mod samples;
mod template;
mod time_order;
mod web_json;

use tracking_loader::{FormatOptions, LineError, LineFormat, LogRecord};

/// A reader of the format of this name.
fn reader(name: &str) -> Box<dyn LineFormat> {
    FormatOptions::new().reader(name.parse().unwrap())
}

/// Reads a line that is a record or wrong.
fn read(name: &str, line: &str) -> Result<LogRecord, LineError> {
    let content = reader(name).read(line.as_bytes())?;
    Ok(content.into_record().unwrap())
}
