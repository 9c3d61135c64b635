//! The logs of a load: those that are open, those that wait, and which is read next.

use std::path::Path;

use tracking_core::{CheckpointName, Timestamp};

use super::LogFilter;
use super::error::OpenError;
use super::open::Begun;
use super::open_log::{OpenLog, Step};
use super::rotated;
use super::round::{Entry, Round};
use super::summary::LineCounts;
use super::survey::FormatSurvey;
use crate::position::{Elsewhere, FirstLines, Head, KnownLogs, first_lines};
use crate::{Reject, Source};

/// A log that is open.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something else, and all may hold"
)]
pub(super) struct Active {
    pub(super) log: OpenLog,
    /// Its place in the summary.
    pub(super) place: usize,
    /// What was read since the last batch.
    pub(super) counts: LineCounts,
    pub(super) rejects: Vec<(Reject, Vec<u8>)>,
    /// Whether anything was.
    pub(super) is_moved: bool,
    /// The time of what was read last.
    pub(super) clock: Timestamp,
    /// That, where it is later than what is still to come of other logs.
    pub(super) held: Option<Step>,
    /// Whether there is no more to read, for now.
    pub(super) is_at_end: bool,
    /// Its first lines.
    pub(super) first_lines: FirstLines,
    /// Whether a log comes next that is being read elsewhere, so that it waits.
    pub(super) is_blocked: bool,
    /// Whether it cannot be read on.
    pub(super) has_failed: bool,
    /// How often nothing had come when it was looked at, once it was moved away.
    pub(super) quiet: Option<u32>,
    /// Whose sessions its sessions are.
    pub(super) scope: String,
}

/// A log that is to be opened.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) source: Source,
    pub(super) place: usize,
    first: Option<Timestamp>,
    pub(super) first_lines: FirstLines,
    /// What it begins with, where that is known, and perhaps like another log that is open.
    head: Option<Head>,
    /// The log that it goes on, where that is being read.
    goes_on: Option<CheckpointName>,
    /// The log itself, where it can be opened only once.
    begun: Option<Begun>,
}

#[derive(Debug)]
pub(super) struct Logs {
    pub(super) active: Vec<Active>,
    /// In which formats they are.
    pub(super) survey: FormatSurvey,
    /// By time.
    waiting: Vec<Waiting>,
    /// Those of which more has to come before it can be told what they are.
    unclear: Vec<Waiting>,
}

/// How many logs are read at a time.
const OPEN: usize = 64;

/// How many are open with those that were read to their end, before some of these are closed; and
/// how many stay open then. Systems may allow a program no more than 256 files.
const OPEN_IN_ALL: usize = 192;
const KEPT_OPEN: usize = 128;

impl Active {
    pub(super) fn new(
        log: OpenLog,
        place: usize,
        first_lines: FirstLines,
        sessions_of: Option<&str>,
    ) -> Self {
        let scope = match (sessions_of, log.source()) {
            (Some(owner), _) => owner.to_owned(),
            (None, Source::File(path)) => rotated::base(path),
            (None, Source::Stdin) => "-".to_owned(),
        };
        Self {
            scope,
            log,
            place,
            first_lines,
            counts: LineCounts::default(),
            rejects: Vec::new(),
            is_moved: false,
            clock: Timestamp::MIN,
            held: None,
            is_at_end: false,
            is_blocked: false,
            has_failed: false,
            quiet: None,
        }
    }
}

impl Active {
    /// What comes next, up to a time; nothing where it is later. Other logs are being read
    /// `elsewhere`.
    pub(super) fn next(
        &mut self,
        until: Timestamp,
        known: &mut KnownLogs<'_>,
        elsewhere: &Elsewhere,
    ) -> Result<Option<Step>, OpenError> {
        let step = match self.held.take() {
            Some(held) => held,
            None => self.log.next(known, elsewhere)?,
        };
        if let Step::Record(_, record) = &step {
            self.clock = record.time();
            if self.clock > until {
                self.held = Some(step);
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
        self.is_reading() || self.is_moved
    }

    /// Takes what came next.
    pub(super) fn take(
        &mut self,
        step: Step,
        known: &KnownLogs<'_>,
        filter: &LogFilter,
        round: &mut Round,
    ) -> Result<(), OpenError> {
        let (is_record, is_rejected) = (
            matches!(step, Step::Record(..)),
            matches!(step, Step::Reject(_)),
        );
        self.is_moved = true;
        self.counts.nul_bytes += self.log.nuls();
        round.count(self.log.line().len());
        match step {
            Step::Record(line, record) => {
                self.counts.count_valid(&record);
                if filter.matches(&record) {
                    round.push(Entry {
                        place: self.place,
                        line,
                        text: record.key().map(|_| self.log.line().into()),
                        record: *record,
                    });
                } else {
                    self.counts.left_out += 1;
                }
            }
            Step::Reject(reject) => {
                self.counts.count_malformed(reject.reason());
                self.rejects.push((reject, self.log.line().to_owned()));
            }
            Step::Comment => self.counts.count_as(|counts| &mut counts.comments),
            Step::Blank => self.counts.count_as(|counts| &mut counts.blank),
            Step::Rest => {
                self.counts.count_as(|counts| &mut counts.rests);
                return Ok(());
            }
            Step::Before { .. } | Step::Moved | Step::Busy | Step::End { .. } => return Ok(()),
        }
        self.log.accept(known, is_record, is_rejected)
    }
}

impl Waiting {
    /// Keeps what was opened, of which more has to come.
    pub(super) fn begun(self, begun: Begun) -> Self {
        Self {
            begun: Some(begun),
            ..self
        }
    }

    /// Holds back a log that begins like one that is open.
    pub(super) fn held_back(self, begun: Begun) -> Self {
        Self {
            head: begun.head.clone(),
            begun: Some(begun).filter(Begun::is_once),
            ..self
        }
    }

    /// Holds back a log that goes on one that is being read.
    pub(super) fn held_back_for(self, begun: Begun, log: CheckpointName) -> Self {
        Self {
            goes_on: Some(log),
            begun: Some(begun).filter(Begun::is_once),
            ..self
        }
    }

    /// What was opened of it already.
    pub(super) fn take_begun(&mut self) -> Option<Begun> {
        self.begun.take()
    }
}

impl Logs {
    pub(super) fn new(survey: FormatSurvey) -> Self {
        Self {
            active: Vec::new(),
            survey,
            waiting: Vec::new(),
            unclear: Vec::new(),
        }
    }

    /// Adds logs to be opened, in order of their times.
    pub(super) fn add(&mut self, logs: Vec<(Source, usize)>, known: &mut KnownLogs<'_>) {
        let survey = &mut self.survey;
        self.waiting.extend(logs.into_iter().map(|(source, place)| {
            // What is wrong with a log is told when it is opened.
            let first = survey.look_at(&source).unwrap_or_default();
            let first_lines = first_lines_of(&source);
            known.expect(&first_lines);
            Waiting {
                source,
                place,
                first,
                first_lines,
                head: None,
                goes_on: None,
                begun: None,
            }
        }));
        self.sort();
    }

    /// Puts back a log of which more has to come.
    pub(super) fn wait_for(&mut self, log: Waiting) {
        self.unclear.push(log);
    }

    /// Whether there are logs of which more has to come.
    pub(super) fn has_unclear(&self) -> bool {
        !self.unclear.is_empty()
    }

    /// Looks again at logs of which more had to come.
    pub(super) fn retry_unclear(&mut self) {
        self.waiting.append(&mut self.unclear);
        self.sort();
    }

    fn sort(&mut self) {
        let order = |log: &Waiting| (log.source == Source::Stdin, log.first.is_none(), log.first);
        self.waiting.sort_by_key(order);
    }

    /// Puts back a log that is not to be opened yet.
    pub(super) fn put_back(&mut self, log: Waiting) {
        self.waiting.push(log);
        self.sort();
    }

    /// The next log that is to be opened now: no later than what is read from the others.
    pub(super) fn next_due(&mut self) -> Option<Waiting> {
        let reading = self.active.iter().filter(|active| active.is_reading());
        if reading.clone().count() >= OPEN || self.is_full() {
            return None;
        }
        let now = reading.map(|active| active.clock).min();
        let due = self.waiting.iter().position(|log| {
            let is_due = now.is_none_or(|now| log.first.is_some_and(|first| first <= now));
            is_due && !self.is_held_back(log)
        })?;
        Some(self.waiting.remove(due))
    }

    /// Whether so many are open that some are to be closed before others are opened.
    pub(super) fn is_full(&self) -> bool {
        self.active.len() >= OPEN_IN_ALL
    }

    /// Takes out those that are to be closed because too many are open: of those that were read
    /// to their end, the ones whose records are the oldest.
    pub(super) fn take_surplus(&mut self) -> Vec<Active> {
        if !self.is_full() {
            return Vec::new();
        }
        let mut surplus = self.active.len() - KEPT_OPEN;
        let ended = self.active.iter().filter(|active| active.is_at_end);
        let mut clocks: Vec<_> = ended.map(|active| active.clock).collect();
        clocks.sort_unstable();
        let latest = clocks.get(surplus - 1).or(clocks.last()).copied();
        let is_surplus = |active: &mut Active| {
            let is_it = surplus > 0 && active.is_at_end && Some(active.clock) <= latest;
            surplus -= usize::from(is_it);
            is_it
        };
        self.active.extract_if(.., is_surplus).collect()
    }

    /// Whether a log that begins like this is being read, so that it may be the same one.
    pub(super) fn is_busy(&self, head: &Head) -> bool {
        let same = |active: &&Active| active.log.head() == head;
        let is_busy = |active: &Active| !active.is_at_end || active.is_moved;
        self.active.iter().filter(same).any(is_busy)
    }

    fn is_held_back(&self, log: &Waiting) -> bool {
        let is_busy = |name: &CheckpointName| self.busy(None).contains(name);
        log.head.as_ref().is_some_and(|head| self.is_busy(head))
            || log.goes_on.as_ref().is_some_and(is_busy)
    }

    /// What is read from other sources than one of those that are open.
    pub(super) fn elsewhere(&self, but: usize) -> Elsewhere {
        let active = self.active.iter().enumerate();
        let active = active.filter(|(n, active)| *n != but && active.is_busy());
        let active = active.map(|(_, active)| &active.first_lines);
        let waiting = self.waiting.iter().map(|log| &log.first_lines);
        Elsewhere {
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
    pub(super) fn close_others(&mut self, log: &CheckpointName, place: usize) {
        self.active.retain(|active| {
            active.place == place || !active.is_at_end || !active.log.has_checkpoint(log)
        });
    }

    /// Lets a source go on that waited for others, where none is left to be read before.
    pub(super) fn unblock(&mut self) {
        if !self.active.iter().any(Active::is_reading)
            && let Some(blocked) = self.active.iter_mut().find(|active| active.is_blocked)
        {
            blocked.is_blocked = false;
        }
    }

    /// Closes logs that begin like this, which are not busy.
    pub(super) fn close_like(&mut self, head: &Head) {
        self.active.retain(|active| active.log.head() != head);
    }

    /// The log that is furthest behind in time, and the time up to which it is to be read.
    pub(super) fn furthest_behind(&self) -> Option<(usize, Timestamp)> {
        let reading = self.active.iter().enumerate();
        let mut reading: Vec<_> = reading
            .filter(|(_, active)| active.is_reading())
            .map(|(n, active)| (active.clock, n))
            .collect();
        reading.sort_unstable();
        let (_, first) = *reading.first()?;
        let second = reading.get(1).map(|(clock, _)| *clock);
        let can_open = reading.len() < OPEN;
        let waiting = self
            .waiting
            .iter()
            .filter(|log| can_open && !self.is_held_back(log));
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
        let is_it = |log: &Waiting| matches!(&log.source, Source::File(file) if file == path);
        self.waiting.iter().chain(&self.unclear).any(is_it)
    }
}

/// The first lines of a source; none where it can be read only once, or not at all.
fn first_lines_of(source: &Source) -> FirstLines {
    let is_file = matches!(source, Source::File(path) if path.is_file());
    let lines = is_file.then(|| source.lines().ok()).flatten();
    let first = lines.and_then(|mut lines| first_lines(&mut lines).ok());
    first.unwrap_or_else(|| FirstLines::from([]))
}
