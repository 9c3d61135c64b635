//! The log formats that can be read, all behind one trait.

mod access;
mod aws;
mod detect;
mod error;
mod explain;
mod format;
mod haproxy;
mod json;
mod options;
mod pattern;
mod reference;
mod request;
mod scan;
mod template;
mod text;
mod time;
mod tracking;
mod w3c;
mod web;
mod words;

use std::fmt;

pub(crate) use access::extra_fields;
pub use access::{AccessFormat, AccessLine, AccessLog};
pub(crate) use detect::Detector;
pub use detect::{Detected, detect};
pub use error::{LineError, Reason};
pub use explain::{ExplainedLine, Explanation, Meaning, explain};
pub use format::{Format, UnknownFormat};
pub use json::{FieldMap, FieldMapError};
pub use options::{FormatChoice, FormatOptions};
pub use pattern::{LinePattern, LinePatternError};
pub use template::{LineTemplate, LineTemplateError};
pub use time::{TimeFormat, TimeFormatError, TimePattern};

use crate::LogRecord;

/// One format of log lines.
///
/// A reader of lines may remember what earlier lines said of later ones, so it is one log's own;
/// [`state`](Self::state) and [`resume`](Self::resume) carry that over a restart.
pub trait LineFormat: fmt::Debug + Send {
    /// Its name, as in `--format`.
    fn name(&self) -> &'static str;

    /// Reads one line without its line break.
    ///
    /// # Errors
    ///
    /// [`LineError`] with the first place where the line is not as it should be. The next line
    /// can be read all the same.
    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError>;

    /// What later lines depend on, to be kept in a checkpoint; nothing where there is nothing.
    fn state(&self) -> Option<String> {
        None
    }

    /// Goes on with what [`state`](Self::state) told. What it never told is ignored.
    fn resume(&mut self, _state: &str) {}

    /// Another reader, for another thread, which reads each of the lines to come as this one does.
    /// Nothing where one of them may depend on those before it; this is the default.
    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        None
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineContent {
    /// Who did what, and when.
    Record(Box<LogRecord>),
    /// Nothing to be kept: a directive or a comment.
    Nothing,
}

impl LineContent {
    /// The record, if it is one.
    pub fn into_record(self) -> Option<LogRecord> {
        match self {
            Self::Record(record) => Some(*record),
            Self::Nothing => None,
        }
    }
}

impl From<LogRecord> for LineContent {
    fn from(record: LogRecord) -> Self {
        Self::Record(Box::new(record))
    }
}
