//! A log that is open: from its lines to the records of the next batch.

use tracking_core::{CheckpointName, Timestamp};

use super::error::OpenError;
use super::line_parsers::LineParsers;
use super::open_log::{OpenLog, ReadEvent};
use super::pending_batch::{PendingBatch, PendingRecord};
use super::rotated_files;
use super::summary::LineCounts;
use super::{LogFilter, LogNote};
use crate::position::{FirstLines, KnownLogs, OtherSources};
use crate::{Reject, Source};

/// A log that is open.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something else, and all may hold"
)]
pub(super) struct ActiveLog {
    pub(super) log: OpenLog,
    /// Its index in the summary.
    pub(super) log_index: usize,
    /// What was read since the last batch.
    pub(super) counts: LineCounts,
    pub(super) rejects: Vec<(Reject, Vec<u8>)>,
    /// Whether something of it is not in the store yet.
    pub(super) is_dirty: bool,
    /// The time of the record that was read last.
    pub(super) last_time: Timestamp,
    /// That record, where other logs have earlier ones.
    pending_event: Option<ReadEvent>,
    /// Whether there is no more to read, for now.
    pub(super) is_at_end: bool,
    pub(super) first_lines: FirstLines,
    /// Whether the next lines belong to a log that another source is being read for.
    pub(super) is_blocked: bool,
    /// Whether it cannot be read any further.
    pub(super) has_failed: bool,
    /// How often nothing had come since its file was renamed; nothing where it was not.
    pub(super) idle_polls: Option<u32>,
    /// Whose sessions its sessions are.
    pub(super) scope: String,
    recent: RecentLines,
}

/// What was read since it was last asked for.
#[derive(Debug, Default)]
pub(super) struct RecentLines {
    pub(super) lines: u64,
    /// Lines that had been loaded before.
    pub(super) lines_before: u64,
    pub(super) notes: Vec<LogNote>,
}

/// How far a log is to be read.
#[derive(Debug)]
pub(super) struct ReadLimits<'a> {
    /// Up to a record of this time.
    pub(super) until: Timestamp,
    pub(super) lines: u64,
    /// Until the batch has so many lines.
    pub(super) batch_lines: usize,
    /// Up to the first malformed line.
    pub(super) strict: bool,
    pub(super) filter: &'a LogFilter,
    /// Who parses lines ahead, where few logs are being read.
    pub(super) parsers: Option<&'a LineParsers>,
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum ReadStop {
    /// So many lines were read, or the batch is full.
    Limit,
    /// The next record is later.
    Time,
    /// The end for now, perhaps with half a line left.
    End { half_line: bool },
    /// The next lines belong to a log that another source is being read for.
    Blocked,
    /// The next lines belong to another log than those before.
    NextLog(CheckpointName),
    /// The next line is malformed.
    Malformed(Reject),
}

impl ActiveLog {
    pub(super) fn new(
        log: OpenLog,
        log_index: usize,
        first_lines: FirstLines,
        sessions_of: Option<&str>,
    ) -> Self {
        let scope = match (sessions_of, log.source()) {
            (Some(owner), _) => owner.to_owned(),
            (None, Source::File(path)) => rotated_files::base(path),
            (None, Source::Stdin) => "-".to_owned(),
        };
        Self {
            scope,
            log,
            log_index,
            first_lines,
            counts: LineCounts::default(),
            rejects: Vec::new(),
            is_dirty: false,
            last_time: Timestamp::MIN,
            pending_event: None,
            is_at_end: false,
            is_blocked: false,
            has_failed: false,
            idle_polls: None,
            recent: RecentLines::default(),
        }
    }

    /// Reads lines into the next batch, up to the limits. Other sources are being read, too.
    pub(super) fn read(
        &mut self,
        limits: &ReadLimits<'_>,
        known: &mut KnownLogs<'_>,
        others: &OtherSources,
        batch: &mut PendingBatch,
    ) -> Result<ReadStop, OpenError> {
        loop {
            let Some(event) = self.next_event(limits, known, others)? else {
                return Ok(ReadStop::Time);
            };
            match event {
                ReadEvent::End { half_line } => {
                    self.is_at_end = true;
                    return Ok(ReadStop::End { half_line });
                }
                ReadEvent::Blocked => {
                    self.is_blocked = true;
                    return Ok(ReadStop::Blocked);
                }
                ReadEvent::Reject(reject) if limits.strict => {
                    return Ok(ReadStop::Malformed(reject));
                }
                ReadEvent::AlreadyLoaded { lines, note, log } => {
                    self.is_dirty = true;
                    self.recent.lines_before += lines;
                    self.recent.notes.extend(note);
                    if let Some(log) = log {
                        return Ok(ReadStop::NextLog(log));
                    }
                }
                event => self.accept(event, known, limits.filter, batch)?,
            }
            self.recent.lines += 1;
            if self.recent.lines >= limits.lines || batch.is_full(limits.batch_lines) {
                return Ok(ReadStop::Limit);
            }
        }
    }

    /// What comes next, up to a time; nothing where it is later.
    fn next_event(
        &mut self,
        limits: &ReadLimits<'_>,
        known: &mut KnownLogs<'_>,
        others: &OtherSources,
    ) -> Result<Option<ReadEvent>, OpenError> {
        let event = if let Some(event) = self.pending_event.take() {
            event
        } else {
            if let Some(parsers) = limits.parsers {
                self.log.parse_ahead(parsers);
            }
            self.log.next(known, others)?
        };
        if let ReadEvent::Record(_, record) = &event {
            self.last_time = record.time();
            if self.last_time > limits.until {
                self.pending_event = Some(event);
                return Ok(None);
            }
        }
        Ok(Some(event))
    }

    /// Takes the line that came last into the batch.
    fn accept(
        &mut self,
        event: ReadEvent,
        known: &KnownLogs<'_>,
        filter: &LogFilter,
        batch: &mut PendingBatch,
    ) -> Result<(), OpenError> {
        let is_record = matches!(event, ReadEvent::Record(..));
        let is_rejected = matches!(event, ReadEvent::Reject(_));
        self.is_dirty = true;
        self.counts.nul_bytes += self.log.nuls();
        batch.count_line(self.log.line().len());
        match event {
            ReadEvent::Record(line, record) => {
                self.counts.count_valid(&record);
                if filter.matches(&record) {
                    batch.push(PendingRecord {
                        log_index: self.log_index,
                        line,
                        text: record.key().map(|_| self.log.line().into()),
                        record: *record,
                    });
                } else {
                    self.counts.filtered += 1;
                }
            }
            ReadEvent::Reject(reject) => {
                self.counts.count_malformed(reject.reason());
                self.rejects.push((reject, self.log.line().to_owned()));
            }
            ReadEvent::Comment => self.counts.count_as(|counts| &mut counts.comments),
            ReadEvent::Blank => self.counts.count_as(|counts| &mut counts.blank),
            ReadEvent::Continuation => {
                self.counts.count_as(|counts| &mut counts.continuations);
                return Ok(());
            }
            ReadEvent::AlreadyLoaded { .. }
            | ReadEvent::Updated
            | ReadEvent::Blocked
            | ReadEvent::End { .. } => return Ok(()),
        }
        self.log.accept(known, is_record, is_rejected)
    }

    /// What was read since this was last asked for.
    pub(super) fn take_recent(&mut self) -> RecentLines {
        std::mem::take(&mut self.recent)
    }

    /// Whether it is still to be read now.
    pub(super) fn is_reading(&self) -> bool {
        !self.is_at_end && !self.is_blocked
    }

    /// Whether it is being read, or something of it is not in the store yet.
    pub(super) fn is_busy(&self) -> bool {
        self.is_reading() || self.is_dirty
    }
}
