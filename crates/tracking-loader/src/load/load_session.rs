//! One load, from its first line to its last.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::{Error, Timestamp, TrackingStorage};

use super::error::OpenError;
use super::follower::Follower;
use super::inputs::Inputs;
use super::log_set::{ActiveLog, LogSet, WaitingLog};
use super::observer::{LoadObserver, Progress};
use super::open_log::ReadEvent;
use super::peeked_log::{OpenOutcome, PeekedLog};
use super::pending_batch::PendingBatch;
use super::sessions::{LogSessions, UserSessions};
use super::summary::{LoadSummary, LogState, LogSummary};
use super::survey::FormatSurvey;
use super::{LoadError, Options};
use crate::position::{Checkpoints, FirstLines, KnownLogs};
use crate::source::is_stream;
use crate::{Reject, Source, SourceError};

/// A load that is under way.
#[derive(Debug)]
pub(super) struct LoadSession<'a> {
    pub(super) store: &'a dyn TrackingStorage,
    pub(super) known: KnownLogs<'a>,
    pub(super) options: &'a Options,
    pub(super) observer: LoadMonitor<'a>,
    pub(super) logs: LogSet,
    pub(super) sessions: UserSessions<'a>,
    pub(super) log_sessions: LogSessions,
    pub(super) pending: PendingBatch,
    pub(super) summary: LoadSummary,
    pub(super) follower: Follower,
    inputs: Inputs,
    /// The malformed line that ends the load.
    stop: Option<Reject>,
}

/// The observer, and what it is told.
pub(super) struct LoadMonitor<'a> {
    pub(super) observer: &'a mut dyn LoadObserver,
    size: Option<u64>,
    /// The bytes of logs that are closed.
    pub(super) bytes_before: u64,
    lines: u64,
    /// Set once the load is over.
    stop: Arc<AtomicBool>,
    /// Whether the load waits for the store.
    wait_for_store: bool,
}

/// After how many lines progress is told.
const PROGRESS_INTERVAL: u64 = 4096;

impl<'a> LoadSession<'a> {
    pub(super) fn new(
        store: &'a dyn TrackingStorage,
        options: &'a Options,
        given: &'a [Source],
        observer: &'a mut dyn LoadObserver,
    ) -> Result<Self, LoadError> {
        let stop = observer.stop();
        let mut this = Self {
            store,
            known: KnownLogs::new(Checkpoints::of(store)),
            options,
            observer: LoadMonitor {
                observer,
                size: Some(0),
                bytes_before: 0,
                lines: 0,
                stop,
                wait_for_store: options.follow,
            },
            logs: LogSet::new(FormatSurvey::with(options.reading.probe())),
            sessions: UserSessions::new(store, options.gap)?,
            log_sessions: LogSessions::default(),
            pending: PendingBatch::new(store, options.dry_run)?,
            summary: LoadSummary::default(),
            follower: Follower::default(),
            inputs: Inputs::default(),
            stop: None,
        };
        this.inputs = Inputs::new(given);
        let logs = this.expand(given);
        this.observer.size = logs.iter().map(size_of).sum();
        if options.follow {
            this.follower = Follower::new(given, &logs);
        }
        this.add(logs);
        Ok(this)
    }

    /// What was given, the logs in it for each folder.
    fn expand(&mut self, given: &[Source]) -> Vec<Source> {
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
        let indexed = logs
            .into_iter()
            .map(|source| (source.clone(), self.log_index(source)));
        let indexed = indexed.collect();
        self.logs.add(indexed, &mut self.known);
    }

    /// Its place in the summary: that of the log when it was looked at before, as long as nothing
    /// was in it.
    fn log_index(&mut self, source: Source) -> usize {
        let logs = &mut self.summary.logs;
        let before = logs.iter().rposition(|log| log.source == source);
        let unread = before.filter(|log_index| {
            // A pipe is one log, whoever writes to it.
            let is_unread = |log: &LogSummary| log.counts.lines == 0 || is_stream(&source);
            self.options.follow && logs.get(*log_index).is_some_and(is_unread)
        });
        unread.unwrap_or_else(|| {
            logs.push(LogSummary::new(source));
            logs.len() - 1
        })
    }

    pub(super) fn run(mut self) -> Result<LoadSummary, LoadError> {
        loop {
            match self.fill().and_then(|()| self.commit()) {
                // It was to end while it waited for the store.
                Err(LoadError::Store(error))
                    if error.is_retryable() && self.observer.observer.is_over() =>
                {
                    return Ok(self.summary);
                }
                done => done?,
            }
            if let Some(reject) = self.stop.take() {
                let reject = Box::new(reject);
                return Err(LoadError::Rejected { reject });
            }
            self.close_ended();
            self.logs.unblock();
            let is_over = self.observer.observer.is_over();
            if is_over || (self.logs.is_done() && !self.wait_for_more()) {
                self.report_unreadable();
                self.inputs.report_folders_without_logs(&mut self.summary);
                return Ok(self.summary);
            }
        }
    }

    /// Notes of which logs nothing could be read.
    fn report_unreadable(&mut self) {
        for active in &self.logs.active {
            report_unreadable(active, &mut self.summary);
        }
    }

    /// Reads until there is enough for a batch, or nothing left.
    fn fill(&mut self) -> Result<(), LoadError> {
        loop {
            self.open_due()?;
            let Some((n, until)) = self.logs.furthest_behind() else {
                return Ok(());
            };
            self.read(n, until)?;
            let is_full = self.pending.is_full(self.options.batch) || self.logs.is_full();
            if is_full || self.stop.is_some() {
                return Ok(());
            }
        }
    }

    /// Opens the logs whose time has come.
    fn open_due(&mut self) -> Result<(), LoadError> {
        while let Some(mut waiting) = self.logs.next_due() {
            let log_index = waiting.log_index;
            let opened = match self.begin(&mut waiting) {
                Err(error) => Err(error),
                Ok((peeked, true)) => {
                    self.logs.add_incomplete(waiting.peeked(peeked));
                    continue;
                }
                Ok((peeked, false)) => {
                    if let Some(identity) = &peeked.identity {
                        if self.logs.is_busy(identity) {
                            self.logs.put_back(waiting.hold_back(peeked));
                            continue;
                        }
                        self.logs.close_like(identity);
                    }
                    let found_in_folder = self.inputs.is_found_in_folder(&waiting.source);
                    let busy = self.logs.busy(None);
                    peeked.resume(
                        &self.options.reading,
                        &mut self.known,
                        &busy,
                        &mut self.logs.survey,
                        found_in_folder,
                    )
                }
            };
            match opened {
                Ok(OpenOutcome::Busy(peeked, log)) => {
                    self.logs.put_back(waiting.hold_back_for(*peeked, log));
                }
                Ok(opened) => self.opened(opened, log_index, waiting.first_lines),
                Err(OpenError::Store(error)) => {
                    if is_stream(&waiting.source) || !self.observer.wait_for_store(&error) {
                        return Err(error.into());
                    }
                    self.logs.put_back(waiting);
                }
                Err(OpenError::Source(error)) => {
                    let found_in_folder = self.inputs.is_found_in_folder(&waiting.source);
                    if let Some(summary) = self.summary.logs.get_mut(log_index) {
                        summary.not_opened(error, found_in_folder);
                    }
                }
            }
        }
        Ok(())
    }

    /// Opens a log, and tells whether more of it has to come first.
    fn begin(&mut self, waiting: &mut WaitingLog) -> Result<(PeekedLog, bool), OpenError> {
        let reading = &self.options.reading;
        let mut peeked = if let Some(mut peeked) = waiting.take_peeked() {
            peeked.look(reading, &self.known)?;
            peeked
        } else {
            let stop = self.options.follow.then_some(&self.observer.stop);
            PeekedLog::new(&waiting.source, reading, &self.known, stop)?
        };
        let needs_more = peeked.needs_more(reading, &mut self.logs.survey)?;
        Ok((peeked, needs_more))
    }

    fn opened(&mut self, opened: OpenOutcome, log_index: usize, first_lines: FirstLines) {
        let Some(summary) = self.summary.logs.get_mut(log_index) else {
            return;
        };
        summary.error = None;
        let unread = [LogState::Unread, LogState::Empty, LogState::Skipped];
        let is_first = unread.contains(&summary.state);
        let state = match opened {
            OpenOutcome::Ready {
                log,
                lines,
                why,
                notes,
            } => {
                for name in log.checkpoints() {
                    self.logs.close_others(name, log_index);
                }
                summary.notes.extend(notes);
                if is_first {
                    summary.format = Some(log.format_name());
                    summary.why = why;
                    summary.lines_before = lines;
                }
                let owner = self.options.sessions_of.as_deref();
                let mut active = ActiveLog::new(*log, log_index, first_lines, owner);
                // A rotated file that was found is read, and watched for a while.
                active.idle_polls = self.follower.is_rotated(&summary.source).then_some(0);
                self.logs.active.push(active);
                match lines {
                    0 => LogState::New,
                    _ => LogState::Continued,
                }
            }
            OpenOutcome::AlreadyLoaded { lines, note } => {
                summary.lines_before = lines;
                summary.notes.extend(note);
                self.observer.bytes_before += size_of(&summary.source).unwrap_or_default();
                LogState::AlreadyLoaded
            }
            OpenOutcome::Empty { half_line } => {
                summary.has_half_line = half_line;
                LogState::Empty
            }
            OpenOutcome::Busy(..) => LogState::Unread,
        };
        if is_first {
            summary.state = state;
        }
    }

    /// Reads from one of the logs until it has come to a time, or there is enough.
    fn read(&mut self, n: usize, until: Timestamp) -> Result<(), LoadError> {
        let others = self.logs.others(n);
        let Some(active) = self.logs.active.get_mut(n) else {
            return Ok(());
        };
        let log_index = active.log_index;
        loop {
            let step = match active.next(until, &mut self.known, &others) {
                Ok(None) => return Ok(()),
                Ok(Some(step)) => step,
                Err(error) => return self.failed(n, error),
            };
            match step {
                ReadEvent::End { half_line } => {
                    active.is_at_end = true;
                    if let Some(summary) = self.summary.logs.get_mut(log_index) {
                        summary.has_half_line = half_line;
                    }
                    self.observer.report_progress(&self.logs.active, n);
                    return Ok(());
                }
                ReadEvent::Reject(reject) if self.options.strict => {
                    self.stop = Some(reject);
                    return Ok(());
                }
                ReadEvent::Blocked => {
                    active.is_blocked = true;
                    return Ok(());
                }
                ReadEvent::AlreadyLoaded { lines, note, log } => {
                    active.is_dirty = true;
                    if let Some(summary) = self.summary.logs.get_mut(log_index) {
                        summary.lines_before += lines;
                        summary.notes.extend(note);
                    }
                    if let Some(log) = log {
                        // It may stand at another place in the list then.
                        self.logs.close_others(&log, log_index);
                        return Ok(());
                    }
                }
                step => {
                    let (filter, pending) = (&self.options.filter, &mut self.pending);
                    if let Err(error) = active.take(step, &self.known, filter, pending) {
                        return self.failed(n, error);
                    }
                }
            }
            self.observer.lines += 1;
            if self.observer.lines.is_multiple_of(PROGRESS_INTERVAL) {
                self.observer.report_progress(&self.logs.active, n);
                return Ok(());
            }
            if self.pending.is_full(self.options.batch) {
                return Ok(());
            }
        }
    }

    /// One of the logs cannot be read on. What was read of it before is loaded.
    fn failed(&mut self, n: usize, error: OpenError) -> Result<(), LoadError> {
        let error = match error {
            OpenError::Store(error) => return Err(error.into()),
            OpenError::Source(error) => error,
        };
        if let Some(active) = self.logs.active.get_mut(n) {
            (active.is_at_end, active.has_failed) = (true, true);
            if let Some(summary) = self.summary.logs.get_mut(active.log_index) {
                summary.error = Some(error);
            }
        }
        Ok(())
    }

    /// Closes what cannot grow, is not to be followed, or is too much to be open. What grows later
    /// is opened again.
    fn close_ended(&mut self) {
        let is_over = |active: &mut ActiveLog| {
            active.is_at_end
                && (!self.options.follow || active.has_failed || !active.log.may_grow())
        };
        let mut closed: Vec<_> = self.logs.active.extract_if(.., is_over).collect();
        closed.extend(self.logs.take_surplus());
        for closed in closed {
            report_unreadable(&closed, &mut self.summary);
            let input = closed.log.input();
            self.observer.bytes_before += input.bytes_read();
            if let Some(summary) = self.summary.logs.get_mut(closed.log_index) {
                summary.bytes_ignored = input.bytes_ignored();
            }
        }
    }
}

impl LoadMonitor<'_> {
    /// Asks the store for something, again and again as long as it cannot answer and it is to be
    /// waited for.
    pub(super) fn retry_while_busy<T>(
        &mut self,
        mut ask: impl FnMut() -> tracking_core::Result<T>,
    ) -> tracking_core::Result<T> {
        for attempt in 1_u32.. {
            match ask() {
                Err(error) if self.waits(&error, attempt) => {}
                answer => return answer,
            }
        }
        ask()
    }

    /// Waits for a store that cannot answer, and tells whether to ask it again.
    fn wait_for_store(&mut self, error: &Error) -> bool {
        self.waits(error, 1)
    }

    fn waits(&mut self, error: &Error, attempt: u32) -> bool {
        self.wait_for_store && error.is_retryable() && self.observer.wait_for_store(error, attempt)
    }

    /// Tells how far the load has got, in reading one of the logs.
    fn report_progress(&mut self, active: &[ActiveLog], n: usize) {
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

impl std::fmt::Debug for LoadMonitor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadMonitor")
            .field("size", &self.size)
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

/// Notes that nothing of a log could be read, where that is so.
fn report_unreadable(active: &ActiveLog, summary: &mut LoadSummary) {
    if active.log.is_on_hold()
        && let Some(summary) = summary.logs.get_mut(active.log_index)
        && summary.error.is_none()
    {
        summary.error = Some(active.log.unreadable_error());
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
