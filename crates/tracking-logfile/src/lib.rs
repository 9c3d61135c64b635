//! The rotating access log of `tracking`: a writer, readers, and the loader into a store.
//!
//! Recording each read in a database costs too much, so programs write it to a log and load the
//! log later. The way of the data is one way: log line, [`AccessLine`], [`LogRecord`], track.
//!
//! # Example
//!
//! A program writes its own log, with its own name, beside whatever it does with the `log` crate:
//!
//! ```
//! use tracking_logfile::MessageLogger;
//!
//! # let dir = tempfile::tempdir()?;
//! let logger = MessageLogger::builder("test", dir.path().join("test.log")).keep(5).build()?;
//! logger.log("Test message #1")?;
//! logger.rotate()?;
//! logger.log("Test message #2")?;
//! assert!(dir.path().join("test_r00001.log").exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A web server's log becomes records, which [`Loader`] saves as runs and tracks of any store:
//!
//! ```
//! use tracking_logfile::{LogReader, Source};
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("access.log");
//! std::fs::write(&path, concat!(
//!     "192.0.2.1 - anna [23/Nov/2026:15:47:01 +0100] \"GET /a?page=2 HTTP/1.1\" 200 512\n",
//!     "not a log line\n",
//! ))?;
//! let (records, summary) = LogReader::new().read(&[Source::from(path)], |_| {})?;
//! assert_eq!((summary.valid, summary.malformed), (1, 1));
//! assert_eq!((records[0].task().as_str(), records[0].user().as_str()), ("/a", "anna"));
//! assert_eq!(summary.rejects[0].line(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//!
//! - writing: [`MessageLogger`], [`RecordLogger`], and what holds for both: [`Logger`]
//! - the closed files of a log: [`segments`](segments())
//! - files, gzip, standard input, line by line: [`Source`], [`Lines`]
//! - formats of log lines: [`Format`], [`FieldMap`], [`LinePattern`], [`FormatOptions`], and found
//!   out: [`detect`], [`explain`]; what is wrong with a line: [`LineError`]
//! - a line of a web server as it stands there: [`AccessLine`]
//! - several files in the order of their first time stamps: [`in_order_of_time`]
//! - many files at once: [`LogReader`], [`ReadSummary`], [`Reject`]
//! - into a store: [`LogRecord`], [`SessionGap`], [`Loader`]

mod load;
mod read;
mod reader;
mod record;
mod record_line;
mod reject;
mod session;
mod source;
mod writer;

pub use load::{LoadSummary, Loader};
pub use read::{LogReader, Progress, ReadError, ReadSummary};
pub use reader::{
    AccessFormat, AccessLine, AccessLog, Detected, ExplainedLine, Explanation, FieldMap,
    FieldMapError, Format, FormatChoice, FormatOptions, LineContent, LineError, LineFormat,
    LinePattern, LinePatternError, Meaning, Reason, TimeFormat, TimeFormatError, TimePattern,
    UnknownFormat, detect, explain,
};
pub use record::{LogRecord, NO_PATH};
pub use reject::Reject;
pub use session::SessionGap;
pub use source::{Line, Lines, OpenSource, Source, SourceError, TimedSource, in_order_of_time};
pub use writer::{
    Age, Logger, LoggerBuilder, MessageLogger, MessageLoggerBuilder, Messages, RecordFormat,
    RecordLogger, RecordLoggerBuilder, WriterError, segments,
};
