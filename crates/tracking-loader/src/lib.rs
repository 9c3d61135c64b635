//! Loads log files into a store of `tracking`: formats, sources, positions, and the loader.
//!
//! Saving each read in a database costs too much, so programs write it to a log and load the log
//! later. Data flows one way: log line, [`LogRecord`], track.
//!
//! # Example
//!
//! A web server's log becomes runs and tracks of any store, each line once:
//!
//! ```
//! use tracking_btree::BTreeStorage;
//! use tracking_loader::{Loader, Source};
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

mod apply_thread;
mod events;
mod load;
mod loaded_log;
mod position;
mod reader;
mod record;
mod reject;
mod source;

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

/// The programs in the README are compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
