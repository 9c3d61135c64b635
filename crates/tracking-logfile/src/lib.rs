//! The rotating logger of `tracking`: message logs and record logs.
//!
//! Saving each read in a database costs too much, so programs write it to a log, and
//! `tracking-loader` loads the log later. This crate has what a program that writes needs.
//!
//! # Example
//!
//! A program writes its own log, with its own name, independent of the `log` crate:
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
//! # Where to look
//!
//! - loggers: [`MessageLogger`], [`RecordLogger`], and what both can do: [`Logger`]
//! - the closed files of a log: [`segments`](segments())
//! - what a record looks like as a line: [`RecordFormat`], [`record_format`]
//! - whether two names are names of one file: [`FileId`]
//!
//! # Features
//!
//! | feature | adds | pulls |
//! |---|---|---|
//! | `gzip` | `LoggerBuilder::gzip`, which compresses closed files | flate2 |
//! | `tracing` | events for operators: a rotation, one that failed, lost lines | tracing |

mod events;
mod file_id;
pub mod record_format;
mod writer;

pub use file_id::FileId;
pub use writer::{
    Age, Logger, LoggerBuilder, MessageLogger, MessageLoggerBuilder, Messages, RecordFormat,
    RecordLogger, RecordLoggerBuilder, WriterError, segments,
};

/// The programs in the README are compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
