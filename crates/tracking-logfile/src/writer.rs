//! Writing logs that rotate.

mod builder;
mod error;
mod fault_points;
mod file;
#[cfg(feature = "gzip")]
mod gzip;
mod line;
mod lock;
mod logger;
mod maintenance;
mod message;
mod output;
mod record;
mod rotation;
mod segments;

pub use builder::LoggerBuilder;
pub use error::WriterError;
pub use logger::Logger;
pub use message::{MessageLogger, MessageLoggerBuilder, Messages};
pub use record::{RecordFormat, RecordLogger, RecordLoggerBuilder};
pub use rotation::Age;
pub use segments::segments;

#[cfg(test)]
mod tests;
