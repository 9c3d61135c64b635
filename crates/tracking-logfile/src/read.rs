//! Many logs at once: records, and what could not be read.

mod summary;

use crate::{AccessLine, Line, LineError, Lines, LogRecord, Reject, Source, SourceError};

pub use summary::ReadSummary;

/// Why logs could not be read to their end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// One of them could not be opened or read.
    #[error(transparent)]
    Source(#[from] SourceError),

    /// A line is in order, and yet no store can keep it.
    #[error("line {line} of {log} cannot be kept as a track")]
    #[non_exhaustive]
    Record {
        /// The log.
        log: Source,
        /// The line.
        line: u64,
        /// Why.
        source: tracking_core::Error,
    },
}

/// How far reading has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// What is being read.
    pub source: &'a Source,
    /// How many bytes of it have been read, as they are on disk.
    pub bytes_read: u64,
    /// How many bytes it has on disk, where that can be known.
    pub size: Option<u64>,
    /// How many lines of it have been read.
    pub lines: u64,
}

/// Reads logs in the Common and Combined formats into memory.
///
/// Memory grows with the number of records: for now, a report holds them all, to put them in
/// order of time.
#[derive(Clone, Debug)]
#[must_use]
pub struct LogReader {
    line_limit: usize,
    kept_rejects: usize,
}

impl Default for LogReader {
    fn default() -> Self {
        Self::new()
    }
}

impl LogReader {
    /// After how many lines progress is told.
    const STEP: u64 = 4096;

    /// A reader of lines of up to 1 MiB that keeps up to 1000 rejected lines.
    pub fn new() -> Self {
        Self {
            line_limit: Lines::DEFAULT_LIMIT,
            kept_rejects: 1000,
        }
    }

    /// Rejects lines of more than so many bytes.
    pub fn line_limit(self, line_limit: usize) -> Self {
        Self { line_limit, ..self }
    }

    /// Keeps so many rejected lines; all of them are counted.
    pub fn keep_rejects(self, kept_rejects: usize) -> Self {
        Self {
            kept_rejects,
            ..self
        }
    }

    /// Reads logs one after the other; the records come in the order of their lines. Progress is
    /// told now and then, and at the end of each log.
    ///
    /// # Errors
    ///
    /// [`ReadError`] with the log that could not be read. Lines that are malformed are no error:
    /// they are counted.
    pub fn read(
        &self,
        sources: &[Source],
        mut progress: impl FnMut(Progress<'_>),
    ) -> Result<(Vec<LogRecord>, ReadSummary), ReadError> {
        let mut records = Vec::new();
        let mut summary = ReadSummary::default();
        for source in sources {
            let mut lines = source.lines()?.limit(self.line_limit);
            let mut count = 0;
            while let Some(line) = lines.next_line()? {
                count = line.number;
                records.extend(self.take(source, line, &mut summary)?);
                if count.is_multiple_of(Self::STEP) {
                    progress(Progress::of(&lines, source, count));
                }
            }
            progress(Progress::of(&lines, source, count));
        }
        Ok((records, summary))
    }

    /// Counts a line, and gives its record where it is a valid one.
    fn take(
        &self,
        source: &Source,
        line: Line<'_>,
        summary: &mut ReadSummary,
    ) -> Result<Option<LogRecord>, ReadError> {
        summary.lines += 1;
        if !line.is_cut && line.bytes.trim_ascii().is_empty() {
            summary.blank += 1;
            return Ok(None);
        }
        let parsed = if line.is_cut {
            Err(LineError::too_long(self.line_limit, line.bytes))
        } else {
            AccessLine::parse(line.bytes)
        };
        match parsed {
            Ok(access) => {
                summary.count_valid(&access);
                let record = LogRecord::from_access(&access);
                record.map(Some).map_err(|error| ReadError::Record {
                    log: source.clone(),
                    line: line.number,
                    source: error,
                })
            }
            Err(error) => {
                summary.count_malformed(error.reason);
                if summary.rejects.len() < self.kept_rejects {
                    let reject = Reject::new(source.clone(), line.number, error, line.bytes);
                    summary.rejects.push(reject);
                }
                Ok(None)
            }
        }
    }
}

impl<'a> Progress<'a> {
    fn of(lines: &Lines, source: &'a Source, count: u64) -> Self {
        Self {
            source,
            bytes_read: lines.input().bytes_read(),
            size: lines.input().size(),
            lines: count,
        }
    }
}
