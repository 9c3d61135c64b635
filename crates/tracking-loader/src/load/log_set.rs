//! The logs of a load: those that are open, those that wait, and which is read next.

use std::path::Path;

use tracking_core::{CheckpointName, Timestamp};

use super::LogFilter;
use super::error::OpenError;
use super::open_log::{OpenLog, ReadEvent};
use super::peeked_log::PeekedLog;
use super::pending_batch::{PendingBatch, PendingRecord};
use super::rotated_files;
use super::summary::LineCounts;
use super::survey::FormatSurvey;
use crate::position::{FirstLines, KnownLogs, LogIdentity, OtherSources, first_lines};
use crate::{Reject, Source};

/// A log that is open.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something else, and all may hold"
)]
pub(super) struct ActiveLog {
    pub(super) log: OpenLog,
    /// Its place in the summary.
    pub(super) log_index: usize,
    /// What was read since the last batch.
    pub(super) counts: LineCounts,
    pub(super) rejects: Vec<(Reject, Vec<u8>)>,
    /// Whether anything was.
    pub(super) is_dirty: bool,
    /// The time of what was read last.
    pub(super) last_time: Timestamp,
    /// That, where it is later than what is still to come of other logs.
    pub(super) pending_event: Option<ReadEvent>,
    /// Whether there is no more to read, for now.
    pub(super) is_at_end: bool,
    /// Its first lines.
    pub(super) first_lines: FirstLines,
    /// Whether a log comes next that is being read elsewhere, so that it waits.
    pub(super) is_blocked: bool,
    /// Whether it cannot be read on.
    pub(super) has_failed: bool,
    /// How often nothing had come when it was looked at, once it was moved away.
    pub(super) idle_polls: Option<u32>,
    /// Whose sessions its sessions are.
    pub(super) scope: String,
}

/// A log that is to be opened.
#[derive(Debug)]
pub(super) struct WaitingLog {
    pub(super) source: Source,
    pub(super) log_index: usize,
    first: Option<Timestamp>,
    pub(super) first_lines: FirstLines,
    /// What it begins with, where that is known, and perhaps like another log that is open.
    identity: Option<LogIdentity>,
    /// The log that it goes on, where that is being read.
    continues: Option<CheckpointName>,
    /// The log itself, where it can be opened only once.
    peeked: Option<PeekedLog>,
}

#[derive(Debug)]
pub(super) struct LogSet {
    pub(super) active: Vec<ActiveLog>,
    /// In which formats they are.
    pub(super) survey: FormatSurvey,
    /// By time.
    waiting: Vec<WaitingLog>,
    /// Those of which more has to come before it can be told what they are.
    incomplete: Vec<WaitingLog>,
}

/// How many logs are read at a time.
const MAX_READING: usize = 64;

/// How many are open with those that were read to their end, before some of these are closed; and
/// how many stay open then. Systems may allow a program no more than 256 files.
const MAX_OPEN: usize = 192;
const OPEN_AFTER_CLOSING: usize = 128;

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
        }
    }
}

impl ActiveLog {
    /// What comes next, up to a time; nothing where it is later. Other logs are being read
    /// `elsewhere`.
    pub(super) fn next(
        &mut self,
        until: Timestamp,
        known: &mut KnownLogs<'_>,
        others: &OtherSources,
    ) -> Result<Option<ReadEvent>, OpenError> {
        let step = match self.pending_event.take() {
            Some(event) => event,
            None => self.log.next(known, others)?,
        };
        if let ReadEvent::Record(_, record) = &step {
            self.last_time = record.time();
            if self.last_time > until {
                self.pending_event = Some(step);
                return Ok(None);
            }
        }
        Ok(Some(step))
    }

    /// Whether it is still to be read now.
    pub(super) fn is_reading(&self) -> bool {
        !self.is_at_end && !self.is_blocked
    }

    /// Whether it is being read, or something of it is not in the store yet.
    fn is_busy(&self) -> bool {
        self.is_reading() || self.is_dirty
    }

    /// Takes what came next.
    pub(super) fn take(
        &mut self,
        step: ReadEvent,
        known: &KnownLogs<'_>,
        filter: &LogFilter,
        pending: &mut PendingBatch,
    ) -> Result<(), OpenError> {
        let (is_record, is_rejected) = (
            matches!(step, ReadEvent::Record(..)),
            matches!(step, ReadEvent::Reject(_)),
        );
        self.is_dirty = true;
        self.counts.nul_bytes += self.log.nuls();
        pending.count(self.log.line().len());
        match step {
            ReadEvent::Record(line, record) => {
                self.counts.count_valid(&record);
                if filter.matches(&record) {
                    pending.push(PendingRecord {
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
}

impl WaitingLog {
    /// Keeps what was opened, of which more has to come.
    pub(super) fn peeked(self, peeked: PeekedLog) -> Self {
        Self {
            peeked: Some(peeked),
            ..self
        }
    }

    /// Holds back a log that begins like one that is open.
    pub(super) fn hold_back(self, peeked: PeekedLog) -> Self {
        Self {
            identity: peeked.identity.clone(),
            peeked: Some(peeked).filter(PeekedLog::is_stream),
            ..self
        }
    }

    /// Holds back a log that goes on one that is being read.
    pub(super) fn hold_back_for(self, peeked: PeekedLog, log: CheckpointName) -> Self {
        Self {
            continues: Some(log),
            peeked: Some(peeked).filter(PeekedLog::is_stream),
            ..self
        }
    }

    /// What was opened of it already.
    pub(super) fn take_peeked(&mut self) -> Option<PeekedLog> {
        self.peeked.take()
    }
}

impl LogSet {
    pub(super) fn new(survey: FormatSurvey) -> Self {
        Self {
            active: Vec::new(),
            survey,
            waiting: Vec::new(),
            incomplete: Vec::new(),
        }
    }

    /// Adds logs to be opened, in order of their times.
    pub(super) fn add(&mut self, logs: Vec<(Source, usize)>, known: &mut KnownLogs<'_>) {
        let survey = &mut self.survey;
        self.waiting
            .extend(logs.into_iter().map(|(source, log_index)| {
                // What is wrong with a log is told when it is opened.
                let first = survey.look_at(&source).unwrap_or_default();
                let first_lines = first_lines_of(&source);
                known.expect(&first_lines);
                WaitingLog {
                    source,
                    log_index,
                    first,
                    first_lines,
                    identity: None,
                    continues: None,
                    peeked: None,
                }
            }));
        self.sort();
    }

    /// Puts back a log of which more has to come.
    pub(super) fn add_incomplete(&mut self, log: WaitingLog) {
        self.incomplete.push(log);
    }

    /// Whether there are logs of which more has to come.
    pub(super) fn has_incomplete(&self) -> bool {
        !self.incomplete.is_empty()
    }

    /// Looks again at logs of which more had to come.
    pub(super) fn retry_incomplete(&mut self) {
        self.waiting.append(&mut self.incomplete);
        self.sort();
    }

    fn sort(&mut self) {
        let order =
            |log: &WaitingLog| (log.source == Source::Stdin, log.first.is_none(), log.first);
        self.waiting.sort_by_key(order);
    }

    /// Puts back a log that is not to be opened yet.
    pub(super) fn put_back(&mut self, log: WaitingLog) {
        self.waiting.push(log);
        self.sort();
    }

    /// The next log that is to be opened now: no later than what is read from the others.
    pub(super) fn next_due(&mut self) -> Option<WaitingLog> {
        let reading = self.active.iter().filter(|active| active.is_reading());
        if reading.clone().count() >= MAX_READING || self.is_full() {
            return None;
        }
        let now = reading.map(|active| active.last_time).min();
        let due = self.waiting.iter().position(|log| {
            let is_due = now.is_none_or(|now| log.first.is_some_and(|first| first <= now));
            is_due && !self.is_on_hold(log)
        })?;
        Some(self.waiting.remove(due))
    }

    /// Whether so many are open that some are to be closed before others are opened.
    pub(super) fn is_full(&self) -> bool {
        self.active.len() >= MAX_OPEN
    }

    /// Takes out those that are to be closed because too many are open: of those that were read
    /// to their end, the ones whose records are the oldest.
    pub(super) fn take_surplus(&mut self) -> Vec<ActiveLog> {
        if !self.is_full() {
            return Vec::new();
        }
        let mut surplus = self.active.len() - OPEN_AFTER_CLOSING;
        let ended = self.active.iter().filter(|active| active.is_at_end);
        let mut last_times: Vec<_> = ended.map(|active| active.last_time).collect();
        last_times.sort_unstable();
        let latest = last_times.get(surplus - 1).or(last_times.last()).copied();
        let is_surplus = |active: &mut ActiveLog| {
            let is_it = surplus > 0 && active.is_at_end && Some(active.last_time) <= latest;
            surplus -= usize::from(is_it);
            is_it
        };
        self.active.extract_if(.., is_surplus).collect()
    }

    /// Whether a log that begins like this is being read, so that it may be the same one.
    pub(super) fn is_busy(&self, identity: &LogIdentity) -> bool {
        let same = |active: &&ActiveLog| active.log.identity() == identity;
        let is_busy = |active: &ActiveLog| !active.is_at_end || active.is_dirty;
        self.active.iter().filter(same).any(is_busy)
    }

    fn is_on_hold(&self, log: &WaitingLog) -> bool {
        let is_busy = |name: &CheckpointName| self.busy(None).contains(name);
        log.identity
            .as_ref()
            .is_some_and(|identity| self.is_busy(identity))
            || log.continues.as_ref().is_some_and(is_busy)
    }

    /// What is read from other sources than one of those that are open.
    pub(super) fn others(&self, but: usize) -> OtherSources {
        let active = self.active.iter().enumerate();
        let active = active.filter(|(n, active)| *n != but && active.is_busy());
        let active = active.map(|(_, active)| &active.first_lines);
        let waiting = self.waiting.iter().map(|log| &log.first_lines);
        OtherSources {
            busy: self.busy(Some(but)),
            first_lines: active.chain(waiting).cloned().collect(),
        }
    }

    /// The checkpoints of logs that are being read, but for one of the sources.
    pub(super) fn busy(&self, but: Option<usize>) -> Vec<CheckpointName> {
        let active = self.active.iter().enumerate();
        let busy = active.filter(|(n, active)| Some(*n) != but && active.is_busy());
        busy.flat_map(|(_, active)| active.log.checkpoints().iter().cloned())
            .collect()
    }

    /// Closes sources that were read to their end, where one with this place goes on their log.
    pub(super) fn close_others(&mut self, log: &CheckpointName, log_index: usize) {
        self.active.retain(|active| {
            active.log_index == log_index || !active.is_at_end || !active.log.has_checkpoint(log)
        });
    }

    /// Lets a source go on that waited for others, where none is left to be read before.
    pub(super) fn unblock(&mut self) {
        if !self.active.iter().any(ActiveLog::is_reading)
            && let Some(blocked) = self.active.iter_mut().find(|active| active.is_blocked)
        {
            blocked.is_blocked = false;
        }
    }

    /// Closes logs that begin like this, which are not busy.
    pub(super) fn close_like(&mut self, identity: &LogIdentity) {
        self.active
            .retain(|active| active.log.identity() != identity);
    }

    /// The log that is furthest behind in time, and the time up to which it is to be read.
    pub(super) fn furthest_behind(&self) -> Option<(usize, Timestamp)> {
        let reading = self.active.iter().enumerate();
        let mut reading: Vec<_> = reading
            .filter(|(_, active)| active.is_reading())
            .map(|(n, active)| (active.last_time, n))
            .collect();
        reading.sort_unstable();
        let (_, first) = *reading.first()?;
        let second = reading.get(1).map(|(last_time, _)| *last_time);
        let can_open = reading.len() < MAX_READING;
        let waiting = self
            .waiting
            .iter()
            .filter(|log| can_open && !self.is_on_hold(log));
        let waiting = waiting.filter_map(|log| log.first).min();
        let until = second.into_iter().chain(waiting).min();
        Some((first, until.unwrap_or(Timestamp::MAX)))
    }

    /// Whether all that is there has been read.
    pub(super) fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.active.iter().all(|active| active.is_at_end)
    }

    /// Whether a file waits to be opened.
    pub(super) fn has_waiting(&self, path: &Path) -> bool {
        let is_it = |log: &WaitingLog| matches!(&log.source, Source::File(file) if file == path);
        self.waiting.iter().chain(&self.incomplete).any(is_it)
    }
}

/// The first lines of a source; none where it can be read only once, or not at all.
fn first_lines_of(source: &Source) -> FirstLines {
    let is_file = matches!(source, Source::File(path) if path.is_file());
    let lines = is_file.then(|| source.lines().ok()).flatten();
    let first = lines.and_then(|mut lines| first_lines(&mut lines).ok());
    first.unwrap_or_else(|| FirstLines::from([]))
}
