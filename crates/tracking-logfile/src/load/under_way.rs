//! One load, from its first line to its last.

use tracking_core::{Timestamp, TrackingStorage};

use super::error::OpenError;
use super::follow::Followed;
use super::logs::{Active, Logs};
use super::observer::{LoadObserver, Progress};
use super::open::{Begun, Opened, Step};
use super::round::Round;
use super::sessions::{Hints, Sessions};
use super::summary::{LoadSummary, LogState, LogSummary};
use super::{LoadError, Options};
use crate::position::Checkpoints;
use crate::{Reject, Source, SourceError};

/// A load that is under way.
#[derive(Debug)]
pub(super) struct UnderWay<'a> {
    pub(super) store: &'a dyn TrackingStorage,
    pub(super) checkpoints: Checkpoints<'a>,
    pub(super) options: &'a Options,
    pub(super) observer: Watch<'a>,
    pub(super) logs: Logs,
    pub(super) sessions: Sessions<'a>,
    pub(super) hints: Hints,
    pub(super) round: Round,
    pub(super) summary: LoadSummary,
    pub(super) followed: Followed,
    /// The malformed line that ends the load.
    stop: Option<Reject>,
}

/// The observer, and what it is told.
pub(super) struct Watch<'a> {
    pub(super) observer: &'a mut dyn LoadObserver,
    size: Option<u64>,
    /// The bytes of logs that are closed.
    pub(super) bytes_before: u64,
    lines: u64,
}

/// After how many lines progress is told.
const STEP: u64 = 4096;

impl<'a> UnderWay<'a> {
    pub(super) fn new(
        store: &'a dyn TrackingStorage,
        options: &'a Options,
        given: &'a [Source],
        observer: &'a mut dyn LoadObserver,
    ) -> Result<Self, LoadError> {
        let mut this = Self {
            store,
            checkpoints: Checkpoints::of(store),
            options,
            observer: Watch {
                observer,
                size: Some(0),
                bytes_before: 0,
                lines: 0,
            },
            logs: Logs::default(),
            sessions: Sessions::new(store, options.gap)?,
            hints: Hints::default(),
            round: Round::new(store, options.dry_run)?,
            summary: LoadSummary::default(),
            followed: Followed::default(),
            stop: None,
        };
        let logs = this.logs_of(given);
        this.observer.size = logs.iter().map(size_of).sum();
        if options.follow {
            this.followed = Followed::new(given, &logs);
        }
        this.add(logs);
        Ok(this)
    }

    /// What was given, the logs in it for each folder.
    fn logs_of(&mut self, given: &[Source]) -> Vec<Source> {
        let mut logs = Vec::new();
        for source in given {
            match source.logs(&self.options.only_files) {
                Ok(found) => logs.extend(found),
                // They may come.
                Err(SourceError::NoLogs { .. }) if self.options.follow => {}
                Err(error) => {
                    let mut summary = LogSummary::new(source.clone());
                    summary.error = Some(error);
                    self.summary.logs.push(summary);
                }
            }
        }
        logs
    }

    /// Has logs opened when it is their time.
    pub(super) fn add(&mut self, logs: Vec<Source>) {
        let placed = logs
            .into_iter()
            .map(|source| (source.clone(), self.place(source)));
        let placed = placed.collect();
        self.logs.add(placed, &self.options.reading.format);
    }

    /// Its place in the summary: that of the log when it was looked at before, as long as nothing
    /// was in it.
    fn place(&mut self, source: Source) -> usize {
        let logs = &mut self.summary.logs;
        let before = logs.iter().rposition(|log| log.source == source);
        let unread = before.filter(|place| {
            let is_unread = |log: &LogSummary| log.counts.lines == 0;
            self.options.follow && logs.get(*place).is_some_and(is_unread)
        });
        unread.unwrap_or_else(|| {
            logs.push(LogSummary::new(source));
            logs.len() - 1
        })
    }

    pub(super) fn run(mut self) -> Result<LoadSummary, LoadError> {
        loop {
            self.fill()?;
            self.commit()?;
            if let Some(reject) = self.stop.take() {
                let reject = Box::new(reject);
                return Err(LoadError::Rejected { reject });
            }
            self.close_ended();
            if self.observer.observer.is_over() {
                return Ok(self.summary);
            }
            if self.logs.is_done() && !self.wait_for_more() {
                return Ok(self.summary);
            }
        }
    }

    /// Reads until there is enough for a batch, or nothing left.
    fn fill(&mut self) -> Result<(), LoadError> {
        loop {
            self.open_due()?;
            let Some((n, until)) = self.logs.furthest_behind() else {
                return Ok(());
            };
            self.read(n, until);
            let is_full = self.round.is_full(self.options.batch) || self.logs.is_full();
            if is_full || self.stop.is_some() {
                return Ok(());
            }
        }
    }

    /// Opens the logs whose time has come.
    fn open_due(&mut self) -> Result<(), LoadError> {
        while let Some(mut waiting) = self.logs.next_due() {
            let place = waiting.place;
            let begun = match waiting.take_begun() {
                Some(begun) => Ok(begun),
                None => Begun::new(&waiting.source, &self.options.reading, &self.checkpoints),
            };
            let opened = match begun {
                Err(error) => Err(error),
                Ok(begun) => {
                    if let Some(head) = &begun.head {
                        if self.logs.is_busy(head) {
                            self.logs.put_back(waiting.held_back(begun));
                            continue;
                        }
                        self.logs.close_like(head);
                    }
                    begun.resume(&self.options.reading, &self.checkpoints)
                }
            };
            match opened {
                Ok(opened) => self.opened(opened, place),
                Err(OpenError::Store(error)) => return Err(error.into()),
                Err(OpenError::Source(error)) => {
                    if let Some(summary) = self.summary.logs.get_mut(place) {
                        summary.error = Some(error);
                    }
                }
            }
        }
        Ok(())
    }

    fn opened(&mut self, opened: Opened, place: usize) {
        let Some(summary) = self.summary.logs.get_mut(place) else {
            return;
        };
        summary.error = None;
        let is_first = matches!(summary.state, LogState::Unread | LogState::Empty);
        let state = match opened {
            Opened::At { log, lines, why } => {
                if is_first {
                    summary.format = Some(log.format_name());
                    summary.why = why;
                    summary.lines_before = lines;
                }
                let owner = self.options.sessions_of.as_deref();
                let mut active = Active::new(*log, place, owner);
                // A rotated file that was found is read, and watched for a while.
                active.quiet = self.followed.is_rotated(&summary.source).then_some(0);
                self.logs.active.push(active);
                match lines {
                    0 => LogState::New,
                    _ => LogState::Continued,
                }
            }
            Opened::Earlier(position) => {
                summary.lines_before = position.lines;
                self.observer.bytes_before += size_of(&summary.source).unwrap_or_default();
                LogState::Earlier
            }
            Opened::Empty { half_line } => {
                summary.has_half_line = half_line;
                LogState::Empty
            }
        };
        if is_first {
            summary.state = state;
        }
    }

    /// Reads from one of the logs until it has come to a time, or there is enough.
    fn read(&mut self, n: usize, until: Timestamp) {
        let Some(active) = self.logs.active.get_mut(n) else {
            return;
        };
        loop {
            match active.next(until) {
                Ok(None) => return,
                Err(error) => {
                    (active.is_at_end, active.has_failed) = (true, true);
                    if let Some(summary) = self.summary.logs.get_mut(active.place) {
                        summary.error = Some(error);
                    }
                    return;
                }
                Ok(Some(Step::End { half_line })) => {
                    active.is_at_end = true;
                    if let Some(summary) = self.summary.logs.get_mut(active.place) {
                        summary.has_half_line = half_line;
                    }
                    self.observer.tell(&self.logs.active, n);
                    return;
                }
                Ok(Some(Step::Reject(reject))) if self.options.strict => {
                    self.stop = Some(reject);
                    return;
                }
                Ok(Some(step)) => active.take(step, &self.options.filter, &mut self.round),
            }
            self.observer.lines += 1;
            if self.observer.lines.is_multiple_of(STEP) {
                self.observer.tell(&self.logs.active, n);
                return;
            }
            if self.round.is_full(self.options.batch) {
                return;
            }
        }
    }

    /// Closes what cannot grow, is not to be followed, or is too much to be open. What grows later
    /// is opened again.
    fn close_ended(&mut self) {
        let is_over = |active: &mut Active| {
            active.is_at_end
                && (!self.options.follow || active.has_failed || !active.log.may_grow())
        };
        let mut closed: Vec<_> = self.logs.active.extract_if(.., is_over).collect();
        closed.extend(self.logs.take_surplus());
        for closed in closed {
            self.observer.bytes_before += closed.log.input().bytes_read();
        }
    }
}

impl Watch<'_> {
    /// Tells how far the load has got, in reading one of the logs.
    fn tell(&mut self, active: &[Active], n: usize) {
        let Some(current) = active.get(n) else {
            return;
        };
        let bytes = active.iter().map(|active| active.log.input().bytes_read());
        self.observer.progress(Progress {
            source: current.log.source(),
            bytes_read: self.bytes_before + bytes.sum::<u64>(),
            size: self.size,
            lines: self.lines,
        });
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("size", &self.size)
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

/// How many bytes a log has on disk, where that can be known.
fn size_of(log: &Source) -> Option<u64> {
    match log {
        Source::Stdin => None,
        // What is not there has no bytes to wait for.
        Source::File(path) => match path.metadata() {
            Ok(about) if !about.is_file() => None,
            about => Some(about.map_or(0, |about| about.len())),
        },
    }
}
