//! One load, from its first line to its last.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::{Error, Timestamp, TrackingStorage};

use super::error::OpenError;
use super::follow::Followed;
use super::given::Given;
use super::logs::{Active, Logs, Waiting};
use super::observer::{LoadObserver, Progress};
use super::open::{Begun, Opened};
use super::open_log::Step;
use super::round::Round;
use super::sessions::{Hints, Sessions};
use super::summary::{LoadSummary, LogState, LogSummary};
use super::survey::FormatSurvey;
use super::{LoadError, Options};
use crate::position::{Checkpoints, FirstLines, KnownLogs};
use crate::source::is_once;
use crate::{Reject, Source, SourceError};

/// A load that is under way.
#[derive(Debug)]
pub(super) struct UnderWay<'a> {
    pub(super) store: &'a dyn TrackingStorage,
    pub(super) known: KnownLogs<'a>,
    pub(super) options: &'a Options,
    pub(super) observer: Watch<'a>,
    pub(super) logs: Logs,
    pub(super) sessions: Sessions<'a>,
    pub(super) hints: Hints,
    pub(super) round: Round,
    pub(super) summary: LoadSummary,
    pub(super) followed: Followed,
    given: Given,
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
    /// Set once the load is over.
    stop: Arc<AtomicBool>,
    /// Whether the load waits for the store.
    waits_for_store: bool,
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
        let stop = observer.stop();
        let mut this = Self {
            store,
            known: KnownLogs::new(Checkpoints::of(store)),
            options,
            observer: Watch {
                observer,
                size: Some(0),
                bytes_before: 0,
                lines: 0,
                stop,
                waits_for_store: options.follow,
            },
            logs: Logs::new(FormatSurvey::with(options.reading.probe())),
            sessions: Sessions::new(store, options.gap)?,
            hints: Hints::default(),
            round: Round::new(store, options.dry_run)?,
            summary: LoadSummary::default(),
            followed: Followed::default(),
            given: Given::default(),
            stop: None,
        };
        this.given = Given::new(given);
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
        self.logs.add(placed, &mut self.known);
    }

    /// Its place in the summary: that of the log when it was looked at before, as long as nothing
    /// was in it.
    fn place(&mut self, source: Source) -> usize {
        let logs = &mut self.summary.logs;
        let before = logs.iter().rposition(|log| log.source == source);
        let unread = before.filter(|place| {
            // A pipe is one log, whoever writes to it.
            let is_unread = |log: &LogSummary| log.counts.lines == 0 || is_once(&source);
            self.options.follow && logs.get(*place).is_some_and(is_unread)
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
                self.note_unread();
                self.given.tell_of_folders_without_logs(&mut self.summary);
                return Ok(self.summary);
            }
        }
    }

    /// Notes of which logs nothing could be read.
    fn note_unread(&mut self) {
        for active in &self.logs.active {
            note_unread(active, &mut self.summary);
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
            let opened = match self.begin(&mut waiting) {
                Err(error) => Err(error),
                Ok((begun, true)) => {
                    self.logs.wait_for(waiting.begun(begun));
                    continue;
                }
                Ok((begun, false)) => {
                    if let Some(head) = &begun.head {
                        if self.logs.is_busy(head) {
                            self.logs.put_back(waiting.held_back(begun));
                            continue;
                        }
                        self.logs.close_like(head);
                    }
                    let found_in_folder = self.given.is_found_in_folder(&waiting.source);
                    let busy = self.logs.busy(None);
                    begun.resume(
                        &self.options.reading,
                        &mut self.known,
                        &busy,
                        &mut self.logs.survey,
                        found_in_folder,
                    )
                }
            };
            match opened {
                Ok(Opened::Busy(begun, log)) => {
                    self.logs.put_back(waiting.held_back_for(*begun, log));
                }
                Ok(opened) => self.opened(opened, place, waiting.first_lines),
                Err(OpenError::Store(error)) => {
                    if is_once(&waiting.source) || !self.observer.waits_for_store(&error) {
                        return Err(error.into());
                    }
                    self.logs.put_back(waiting);
                }
                Err(OpenError::Source(error)) => {
                    let found_in_folder = self.given.is_found_in_folder(&waiting.source);
                    if let Some(summary) = self.summary.logs.get_mut(place) {
                        summary.not_opened(error, found_in_folder);
                    }
                }
            }
        }
        Ok(())
    }

    /// Opens a log, and tells whether more of it has to come first.
    fn begin(&mut self, waiting: &mut Waiting) -> Result<(Begun, bool), OpenError> {
        let reading = &self.options.reading;
        let mut begun = if let Some(mut begun) = waiting.take_begun() {
            begun.look(reading, &self.known)?;
            begun
        } else {
            let stop = self.options.follow.then_some(&self.observer.stop);
            Begun::new(&waiting.source, reading, &self.known, stop)?
        };
        let is_to_go_on = begun.is_to_go_on(reading, &mut self.logs.survey)?;
        Ok((begun, is_to_go_on))
    }

    fn opened(&mut self, opened: Opened, place: usize, first_lines: FirstLines) {
        let Some(summary) = self.summary.logs.get_mut(place) else {
            return;
        };
        summary.error = None;
        let unread = [LogState::Unread, LogState::Empty, LogState::Skipped];
        let is_first = unread.contains(&summary.state);
        let state = match opened {
            Opened::At {
                log,
                lines,
                why,
                notes,
            } => {
                for name in log.checkpoints() {
                    self.logs.close_others(name, place);
                }
                summary.notes.extend(notes);
                if is_first {
                    summary.format = Some(log.format_name());
                    summary.why = why;
                    summary.lines_before = lines;
                }
                let owner = self.options.sessions_of.as_deref();
                let mut active = Active::new(*log, place, first_lines, owner);
                // A rotated file that was found is read, and watched for a while.
                active.quiet = self.followed.is_rotated(&summary.source).then_some(0);
                self.logs.active.push(active);
                match lines {
                    0 => LogState::New,
                    _ => LogState::Continued,
                }
            }
            Opened::Earlier { lines, note } => {
                summary.lines_before = lines;
                summary.notes.extend(note);
                self.observer.bytes_before += size_of(&summary.source).unwrap_or_default();
                LogState::Earlier
            }
            Opened::Empty { half_line } => {
                summary.has_half_line = half_line;
                LogState::Empty
            }
            Opened::Busy(..) => LogState::Unread,
        };
        if is_first {
            summary.state = state;
        }
    }

    /// Reads from one of the logs until it has come to a time, or there is enough.
    fn read(&mut self, n: usize, until: Timestamp) -> Result<(), LoadError> {
        let elsewhere = self.logs.elsewhere(n);
        let Some(active) = self.logs.active.get_mut(n) else {
            return Ok(());
        };
        let place = active.place;
        loop {
            let step = match active.next(until, &mut self.known, &elsewhere) {
                Ok(None) => return Ok(()),
                Ok(Some(step)) => step,
                Err(error) => return self.failed(n, error),
            };
            match step {
                Step::End { half_line } => {
                    active.is_at_end = true;
                    if let Some(summary) = self.summary.logs.get_mut(place) {
                        summary.has_half_line = half_line;
                    }
                    self.observer.tell(&self.logs.active, n);
                    return Ok(());
                }
                Step::Reject(reject) if self.options.strict => {
                    self.stop = Some(reject);
                    return Ok(());
                }
                Step::Busy => {
                    active.is_blocked = true;
                    return Ok(());
                }
                Step::Before { lines, note, log } => {
                    active.is_moved = true;
                    if let Some(summary) = self.summary.logs.get_mut(place) {
                        summary.lines_before += lines;
                        summary.notes.extend(note);
                    }
                    if let Some(log) = log {
                        // It may stand at another place in the list then.
                        self.logs.close_others(&log, place);
                        return Ok(());
                    }
                }
                step => {
                    let (filter, round) = (&self.options.filter, &mut self.round);
                    if let Err(error) = active.take(step, &self.known, filter, round) {
                        return self.failed(n, error);
                    }
                }
            }
            self.observer.lines += 1;
            if self.observer.lines.is_multiple_of(STEP) {
                self.observer.tell(&self.logs.active, n);
                return Ok(());
            }
            if self.round.is_full(self.options.batch) {
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
            if let Some(summary) = self.summary.logs.get_mut(active.place) {
                summary.error = Some(error);
            }
        }
        Ok(())
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
            note_unread(&closed, &mut self.summary);
            let input = closed.log.input();
            self.observer.bytes_before += input.bytes_read();
            if let Some(summary) = self.summary.logs.get_mut(closed.place) {
                summary.bytes_ignored = input.bytes_ignored();
            }
        }
    }
}

impl Watch<'_> {
    /// Asks the store for something, again and again as long as it cannot answer and it is to be
    /// waited for.
    pub(super) fn patiently<T>(
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
    fn waits_for_store(&mut self, error: &Error) -> bool {
        self.waits(error, 1)
    }

    fn waits(&mut self, error: &Error, attempt: u32) -> bool {
        self.waits_for_store && error.is_retryable() && self.observer.wait_for_store(error, attempt)
    }

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

/// Notes that nothing of a log could be read, where that is so.
fn note_unread(active: &Active, summary: &mut LoadSummary) {
    if active.log.is_held_back()
        && let Some(summary) = summary.logs.get_mut(active.place)
        && summary.error.is_none()
    {
        summary.error = Some(active.log.nothing_read());
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
