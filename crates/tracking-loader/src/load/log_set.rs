//! The logs of a load: those that are open, those that wait, and which is read next.

use std::path::Path;

use tracking_core::{CheckpointName, Timestamp};

use super::active_log::{ActiveLog, ReadLimits, ReadStop};
use super::error::OpenError;
use super::pending_batch::PendingBatch;
use super::survey::FormatSurvey;
use super::waiting_log::WaitingLog;
use crate::Source;
use crate::position::{KnownLogs, LogIdentity, OtherSources};

/// The logs of a load, and what the store knows of logs.
#[derive(Debug)]
pub(super) struct LogSet<'a> {
    pub(super) active: Vec<ActiveLog>,
    /// In which formats they are.
    pub(super) survey: FormatSurvey,
    pub(super) known: KnownLogs<'a>,
    /// In order of their first records.
    waiting: Vec<WaitingLog>,
    /// Those of which more has to come before it can be told what they are.
    incomplete: Vec<WaitingLog>,
}

/// The log to read next.
#[derive(Clone, Copy, Debug)]
pub(super) struct NextRead {
    /// Its index among those that are open.
    pub(super) active: usize,
    /// The time up to which it is to be read.
    pub(super) until: Timestamp,
}

/// How many logs are read at a time.
const MAX_READING: usize = 64;

/// How many logs are open, with those that were read to their end. Systems may allow a program no
/// more than 256 files.
const MAX_OPEN: usize = 192;

/// How many logs stay open when there were too many.
const OPEN_AFTER_CLOSING: usize = 128;

impl<'a> LogSet<'a> {
    pub(super) fn new(survey: FormatSurvey, known: KnownLogs<'a>) -> Self {
        Self {
            active: Vec::new(),
            survey,
            known,
            waiting: Vec::new(),
            incomplete: Vec::new(),
        }
    }

    /// Adds a log to be opened, with its index in the summary, in order of their first records.
    pub(super) fn add(&mut self, source: Source, log_index: usize) {
        // What is wrong with a log is reported when it is opened.
        let first = self.survey.look_at(&source).unwrap_or_default();
        let log = WaitingLog::new(source, log_index, first);
        self.known.expect(&log.first_lines);
        self.waiting.push(log);
        self.sort();
    }

    /// Has a log that is closed opened again.
    pub(super) fn reopen(&mut self, closed: &ActiveLog) {
        self.add(closed.log.source().clone(), closed.log_index);
    }

    /// Closes an open log, and has it opened again.
    pub(super) fn reopen_active(&mut self, log_index: usize) {
        let is_it = |active: &mut ActiveLog| active.log_index == log_index;
        let closed: Vec<_> = self.active.extract_if(.., is_it).collect();
        for active in closed {
            self.reopen(&active);
        }
    }

    /// Reads one of the open logs into the next batch; nothing where there is no such log.
    pub(super) fn read(
        &mut self,
        index: usize,
        limits: &ReadLimits<'_>,
        batch: &mut PendingBatch,
    ) -> Option<Result<ReadStop, OpenError>> {
        let others = self.others(index);
        let active = self.active.get_mut(index)?;
        Some(active.read(limits, &mut self.known, &others, batch))
    }

    /// How many logs are being read now.
    pub(super) fn reading(&self) -> usize {
        let reading = self.active.iter().filter(|active| active.is_reading());
        reading.count()
    }

    /// Whether one of the open logs is not being read now, or too many are open.
    pub(super) fn has_stopped(&self) -> bool {
        self.is_full() || self.active.iter().any(|active| !active.is_reading())
    }

    /// How many bytes of the open logs were read.
    pub(super) fn bytes_read(&self) -> u64 {
        let active = self.active.iter();
        active.map(|active| active.log.input().bytes_read()).sum()
    }

    /// Whether something of a log is not in the store yet.
    pub(super) fn is_dirty(&self) -> bool {
        self.active.iter().any(|active| active.is_dirty)
    }

    /// The open log of this index in the summary.
    pub(super) fn active_of(&mut self, log_index: usize) -> Option<&mut ActiveLog> {
        let mut active = self.active.iter_mut();
        active.find(|active| active.log_index == log_index)
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
        let due = self.due()?;
        Some(self.waiting.remove(due))
    }

    /// Whether a log is to be opened now.
    pub(super) fn is_one_due(&self) -> bool {
        self.due().is_some()
    }

    fn due(&self) -> Option<usize> {
        let reading = self.active.iter().filter(|active| active.is_reading());
        if reading.clone().count() >= MAX_READING || self.is_full() {
            return None;
        }
        let now = reading.map(|active| active.last_time).min();
        self.waiting.iter().position(|log| {
            let is_due = now.is_none_or(|now| log.first.is_some_and(|first| first <= now));
            is_due && !self.is_on_hold(log)
        })
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
    pub(super) fn next_read(&self) -> Option<NextRead> {
        let reading = self.active.iter().enumerate();
        let mut reading: Vec<_> = reading
            .filter(|(_, active)| active.is_reading())
            .map(|(n, active)| (active.last_time, n))
            .collect();
        reading.sort_unstable();
        let (_, active) = *reading.first()?;
        let second = reading.get(1).map(|(last_time, _)| *last_time);
        let can_open = reading.len() < MAX_READING;
        let waiting = self
            .waiting
            .iter()
            .filter(|log| can_open && !self.is_on_hold(log));
        let waiting = waiting.filter_map(|log| log.first).min();
        let until = second.into_iter().chain(waiting).min();
        Some(NextRead {
            active,
            until: until.unwrap_or(Timestamp::MAX),
        })
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
