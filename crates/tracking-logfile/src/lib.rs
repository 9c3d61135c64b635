//! The rotating access log of `tracking`: a writer, readers, and the loader into a store.
//!
//! Recording each read in a database costs too much, so programs write it to a log and load the
//! log later. The way of the data is one way: log line, [`LogRecord`], track.
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
//! A web server's log becomes runs and tracks of any store, each line once:
//!
//! ```
//! use tracking_btree::BTreeStorage;
//! use tracking_logfile::{Loader, Source};
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("access.log");
//! std::fs::write(&path, concat!(
//!     "192.0.2.1 - anna [23/Nov/2026:15:47:01 +0100] \"GET /a?page=2 HTTP/1.1\" 200 512\n",
//!     "not a log line\n",
//! ))?;
//! let store = BTreeStorage::new();
//! let logs = [Source::from(path)];
//! let loaded = Loader::new(&store).load(&logs, &mut ())?;
//! assert_eq!((loaded.total.tracks, loaded.total.malformed), (1, 1));
//! assert_eq!(loaded.rejects[0].line(), 2);
//! let again = Loader::new(&store).load(&logs, &mut ())?;
//! assert_eq!((again.total.lines, again.logs[0].lines_before), (0, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//!
//! - writing: [`MessageLogger`], [`RecordLogger`], and what holds for both: [`Logger`]
//! - the closed files of a log: [`segments`](segments())
//! - files, gzip, standard input, line by line: [`Source`], [`Lines`]; the logs in a folder:
//!   [`Source::logs`]
//! - formats of log lines: [`Format`], [`FieldMap`], [`LinePattern`], [`LineTemplate`],
//!   [`FormatOptions`], and found out: [`FormatSurvey`], [`detect`], [`explain`]; what is wrong with
//!   a line: [`LineError`]
//! - a line of a web server as it stands there: [`AccessLine`]
//! - several files in the order of their first time stamps: [`in_order_of_time`]
//! - which logs a store knows: [`LoadedLog`]
//! - into a store: [`Loader`], [`LogFilter`], [`SessionGap`], [`LoadObserver`]; what came of it:
//!   [`LoadSummary`], [`Reject`], [`LoadError`]

mod file_id;
mod load;
mod loaded_log;
mod position;
mod reader;
mod record;
mod record_line;
mod reject;
mod source;
mod writer;

pub use load::{
    FormatSurvey, IfUnsure, LineCounts, LoadError, LoadObserver, LoadSummary, Loader, LogFilter,
    LogNote, LogState, LogSummary, NamePattern, Progress, SessionGap,
};
pub use loaded_log::{LoadedLog, LoadedPosition};
pub use reader::{
    AccessFormat, AccessLine, AccessLog, Detected, ExplainedLine, Explanation, FieldMap,
    FieldMapError, Format, FormatChoice, FormatOptions, LineContent, LineError, LineFormat,
    LinePattern, LinePatternError, LineTemplate, LineTemplateError, Meaning, Reason, TimeFormat,
    TimeFormatError, TimePattern, UnknownFormat, detect, explain,
};
pub use record::{LogRecord, NO_PATH};
pub use reject::Reject;
pub use source::{Line, Lines, OpenSource, Source, SourceError, TimedSource, in_order_of_time};
pub use writer::{
    Age, Logger, LoggerBuilder, MessageLogger, MessageLoggerBuilder, Messages, RecordFormat,
    RecordLogger, RecordLoggerBuilder, WriterError, segments,
};
