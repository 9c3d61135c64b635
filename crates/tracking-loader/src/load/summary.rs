//! The result of a load, in numbers.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::LogNote;
use crate::{AccessFormat, LogRecord, NO_PATH, Reason, Reject, Source, SourceError};

/// The result of a load.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct LoadSummary {
    /// The logs in the order in which they were given, followed by those found while following.
    pub logs: Vec<LogSummary>,
    /// All of them together.
    pub total: LineCounts,
    /// The first malformed lines, up to the limit of [`Loader::keep_rejects`](crate::Loader::keep_rejects).
    pub rejects: Vec<Reject>,
}

/// The result of loading one log.
#[derive(Debug)]
#[non_exhaustive]
pub struct LogSummary {
    /// The log.
    pub source: Source,
    /// What it was found to be.
    pub state: LogState,
    /// The name of its format, if that is known.
    pub format: Option<&'static str>,
    /// Why it was read in that format, or was skipped.
    pub why: String,
    /// How many of its lines had been loaded before.
    pub lines_before: u64,
    /// The lines that this load read.
    pub counts: LineCounts,
    /// Whether its last line has no line end yet, and was left for later.
    pub has_half_line: bool,
    /// How many bytes after the last gzip member were ignored because they are not gzip.
    pub bytes_ignored: u64,
    /// Notes on how it was recognised.
    pub notes: Vec<LogNote>,
    /// Why it could not be read, or not to its end.
    pub error: Option<SourceError>,
}

/// What the loader found a log to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogState {
    /// It was not read.
    #[default]
    Unread,
    /// It has no whole line yet.
    Empty,
    /// No line of it had been loaded before.
    New,
    /// Some of its lines, or all, had been loaded before.
    Continued,
    /// All of its lines had been loaded before as part of a longer log.
    AlreadyLoaded,
    /// It was found in a folder and is not a log: no line of it is in a known format, or in the one
    /// that was asked for. `why` gives the reason.
    Skipped,
}

/// Numbers of lines. `lines` is `blank`, `comments`, `continuations`, `valid` and
/// `malformed` together; `valid` is `tracks`, `filtered` and `duplicates` together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineCounts {
    /// All lines that were read.
    pub lines: u64,
    /// Lines with nothing but white space.
    pub blank: u64,
    /// Directives and comments.
    pub comments: u64,
    /// Continuations of lines that were loaded before they were whole.
    pub continuations: u64,
    /// Lines that became records.
    pub valid: u64,
    /// Lines that are not in the format, or that a store cannot keep.
    pub malformed: u64,
    /// The malformed lines by reason.
    pub by_reason: BTreeMap<Reason, u64>,
    /// Valid lines in the Combined format.
    pub combined: u64,
    /// Valid lines of a web server whose request has no path.
    pub without_path: u64,
    /// Records that the filter excluded.
    pub filtered: u64,
    /// Records whose key had been saved before, with the same content.
    pub duplicates: u64,
    /// Tracks saved.
    pub tracks: u64,
    /// Runs started.
    pub runs: u64,
    /// NUL bytes before lines, which belong to no line.
    pub nul_bytes: u64,
}

impl LogSummary {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            state: LogState::default(),
            format: None,
            why: String::new(),
            lines_before: 0,
            counts: LineCounts::default(),
            has_half_line: false,
            bytes_ignored: 0,
            notes: Vec::new(),
            error: None,
        }
    }

    /// A log or folder that cannot be read.
    pub(super) fn unread(source: Source, error: SourceError) -> Self {
        Self {
            error: Some(error),
            ..Self::new(source)
        }
    }
    /// It could not be opened, or nobody knows how to read it.
    pub(super) fn not_opened(&mut self, error: SourceError, found_in_folder: bool) {
        match error {
            SourceError::UnknownFormat { why, .. } if found_in_folder => {
                self.state = LogState::Skipped;
                self.why = why;
            }
            error => self.error = Some(error),
        }
    }
}

impl LoadSummary {
    /// The first error of a log that could not be read, or not to its end.
    pub fn first_error(&self) -> Option<&SourceError> {
        self.logs.iter().find_map(|log| log.error.as_ref())
    }

    /// Takes the first error out, to be passed on.
    pub fn take_error(&mut self) -> Option<SourceError> {
        self.logs.iter_mut().find_map(|log| log.error.take())
    }
}

impl LineCounts {
    pub(super) fn count_valid(&mut self, record: &LogRecord) {
        self.lines += 1;
        self.valid += 1;
        self.combined += u64::from(record.access_format() == Some(AccessFormat::Combined));
        self.without_path += u64::from(*record.task() == *NO_PATH);
    }

    /// Counts a line that is neither valid nor malformed.
    pub(super) fn count_as(&mut self, kind: impl FnOnce(&mut Self) -> &mut u64) {
        self.lines += 1;
        *kind(self) += 1;
    }

    pub(super) fn count_malformed(&mut self, reason: Reason) {
        self.lines += 1;
        self.malformed += 1;
        *self.by_reason.entry(reason).or_default() += 1;
    }

    /// A valid line turns out to be none.
    pub(super) fn not_valid(&mut self, record: &LogRecord) {
        self.lines -= 1;
        self.valid -= 1;
        self.combined -= u64::from(record.access_format() == Some(AccessFormat::Combined));
        self.without_path -= u64::from(*record.task() == *NO_PATH);
    }
}

impl AddAssign<&Self> for LineCounts {
    fn add_assign(&mut self, other: &Self) {
        let Self {
            lines,
            blank,
            comments,
            continuations,
            valid,
            malformed,
            by_reason,
            combined,
            without_path,
            filtered,
            duplicates,
            tracks,
            runs,
            nul_bytes,
        } = other;
        self.lines += lines;
        self.blank += blank;
        self.comments += comments;
        self.continuations += continuations;
        self.valid += valid;
        self.malformed += malformed;
        self.combined += combined;
        self.without_path += without_path;
        self.filtered += filtered;
        self.duplicates += duplicates;
        self.tracks += tracks;
        self.runs += runs;
        self.nul_bytes += nul_bytes;
        for (reason, count) in by_reason {
            *self.by_reason.entry(*reason).or_default() += count;
        }
    }
}
