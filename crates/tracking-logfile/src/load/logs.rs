//! The logs of a load: those that are open, those that wait, and which is read next.

use std::path::Path;

use tracking_core::Timestamp;

use super::LogFilter;
use super::open::{Begun, OpenLog, Step};
use super::rotated;
use super::round::{Entry, Round};
use super::summary::LineCounts;
use super::survey::FormatSurvey;
use crate::position::Head;
use crate::{Reject, Source, SourceError};

/// A log that is open.
#[derive(Debug)]
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
    /// What it begins with, where that is known, and perhaps like another log that is open.
    head: Option<Head>,
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
    pub(super) fn new(log: OpenLog, place: usize, sessions_of: Option<&str>) -> Self {
        let scope = match (sessions_of, log.source()) {
            (Some(owner), _) => owner.to_owned(),
            (None, Source::File(path)) => rotated::base(path),
            (None, Source::Stdin) => "-".to_owned(),
        };
        Self {
            scope,
            log,
            place,
            counts: LineCounts::default(),
            rejects: Vec::new(),
            is_moved: false,
            clock: Timestamp::MIN,
            held: None,
            is_at_end: false,
            has_failed: false,
            quiet: None,
        }
    }
}

impl Active {
    /// What comes next, up to a time; nothing where it is later.
    pub(super) fn next(&mut self, until: Timestamp) -> Result<Option<Step>, SourceError> {
        let step = match self.held.take() {
            Some(held) => held,
            None => self.log.next()?,
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

    /// Takes what came next.
    pub(super) fn take(&mut self, step: Step, filter: &LogFilter, round: &mut Round) {
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
            Step::Rest => self.counts.count_as(|counts| &mut counts.rests),
            Step::End { .. } => {}
        }
        self.log.accept();
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
    pub(super) fn add(&mut self, logs: Vec<(Source, usize)>) {
        let survey = &mut self.survey;
        self.waiting.extend(logs.into_iter().map(|(source, place)| {
            // What is wrong with a log is told when it is opened.
            let first = survey.look_at(&source).unwrap_or_default();
            Waiting {
                source,
                place,
                first,
                head: None,
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
        let reading = self.active.iter().filter(|active| !active.is_at_end);
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
        let same = |active: &&Active| active.log.head() == Some(head);
        let is_busy = |active: &Active| !active.is_at_end || active.is_moved;
        self.active.iter().filter(same).any(is_busy)
    }

    fn is_held_back(&self, log: &Waiting) -> bool {
        log.head.as_ref().is_some_and(|head| self.is_busy(head))
    }

    /// Closes logs that begin like this, which are not busy.
    pub(super) fn close_like(&mut self, head: &Head) {
        self.active.retain(|active| active.log.head() != Some(head));
    }

    /// The log that is furthest behind in time, and the time up to which it is to be read.
    pub(super) fn furthest_behind(&self) -> Option<(usize, Timestamp)> {
        let reading = self.active.iter().enumerate();
        let mut reading: Vec<_> = reading
            .filter(|(_, active)| !active.is_at_end)
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
