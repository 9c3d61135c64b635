//! One load, from its first line to its last.

use std::rc::Rc;

use tracking_core::TrackingStorage;

use super::LoadError;
use super::active_log::{ActiveLog, ReadLimits, ReadStop};
use super::batch_writer::{BatchWriter, Written};
use super::error::OpenError;
use super::follower::Follower;
use super::line_parsers::LineParsers;
use super::log_opener::{LogOpener, size_on_disk};
use super::log_set::{LogSet, NextRead};
use super::monitor::LoadMonitor;
use super::observer::LoadObserver;
use super::options::Options;
use super::summary::LoadSummary;
use super::survey::FormatSurvey;
use crate::apply_thread::ApplyThread;
use crate::position::{Checkpoints, KnownLogs};
use crate::{Reject, Source};

/// A load that is under way. It opens the logs, reads them side by side, writes a batch each time
/// that enough was read, and follows the logs where that was asked for.
#[derive(Debug)]
pub(super) struct LoadSession<'a> {
    options: &'a Options,
    logs: LogSet<'a>,
    opener: LogOpener<'a>,
    writer: BatchWriter<'a>,
    follower: Option<Follower>,
    monitor: LoadMonitor<'a>,
    parsers: LineParsers,
    summary: LoadSummary,
    /// The malformed line that ends the load, and the index of its log in the summary.
    malformed: Option<(usize, Reject)>,
}

/// Of more logs than this at a time, lines are not parsed ahead, since that takes memory for each.
const MAX_PARSED_AHEAD: usize = 4;

impl<'a> LoadSession<'a> {
    pub(super) fn new(
        store: &'a dyn TrackingStorage,
        options: &'a Options,
        given: &[Source],
        observer: &'a mut dyn LoadObserver,
        applier: Option<Rc<ApplyThread>>,
    ) -> Result<Self, LoadError> {
        let known = KnownLogs::new(Checkpoints::of(store).after(applier.clone()));
        let mut this = Self {
            options,
            logs: LogSet::new(FormatSurvey::with(options.reading.probe()), known),
            opener: LogOpener::new(options, given),
            writer: BatchWriter::new(store, options, given, applier)?,
            follower: None,
            monitor: LoadMonitor::new(observer, options.follow),
            parsers: LineParsers::new(options.threads(), options.parse_block),
            summary: LoadSummary::default(),
            malformed: None,
        };
        let logs = this.opener.expand(given, &mut this.summary);
        this.monitor.set_size(logs.iter().map(size_on_disk).sum());
        this.follower = options.follow.then(|| Follower::new(given, &logs));
        this.opener.add(logs, &mut this.logs, &mut this.summary);
        Ok(this)
    }

    pub(super) fn run(mut self) -> Result<LoadSummary, LoadError> {
        let loaded = self.load();
        // What was loaded before an error stays loaded, too.
        let finished = self.finish_batch();
        let flushed = self.writer.flush();
        loaded?;
        finished?;
        flushed?;
        Ok(self.summary)
    }

    fn load(&mut self) -> Result<(), LoadError> {
        loop {
            match self.read_and_write() {
                // It was to end while it waited for the store.
                Err(LoadError::Store(error)) if error.is_retryable() && self.monitor.is_over() => {
                    return Ok(());
                }
                done => done?,
            }
            if let Some((_, reject)) = self.malformed.take() {
                let reject = Box::new(reject);
                return Err(LoadError::Rejected { reject });
            }
            self.close_ended();
            self.logs.unblock();
            let is_over = self.monitor.is_over();
            if is_over {
                match self.finish_batch() {
                    Err(LoadError::Store(error)) if error.is_retryable() => {}
                    finished => finished?,
                }
            }
            if is_over || (self.logs.is_done() && !self.wait_for_more()) {
                for active in &self.logs.active {
                    report_unreadable(active, &mut self.summary);
                }
                self.opener.report_folders_without_logs(&mut self.summary);
                if let Some(follower) = &mut self.follower {
                    follower.report_unreadable(&mut self.summary);
                }
                return Ok(());
            }
        }
    }

    fn read_and_write(&mut self) -> Result<(), LoadError> {
        self.read_batch()?;
        let (logs, monitor) = (&mut self.logs, &mut self.monitor);
        let written = self.writer.write(logs, monitor, &mut self.summary)?;
        if let Some(applied) = self.writer.take_applied() {
            self.parsers.free(applied);
        }
        self.forget_malformed_if(written);
        if self.malformed.is_some() || self.logs.has_stopped() {
            // What follows depends on what is in the store.
            self.finish_batch()?;
        }
        Ok(())
    }

    /// Waits until the last batch is in the store.
    fn finish_batch(&mut self) -> Result<(), LoadError> {
        let written = self.writer.finish(&mut self.logs, &mut self.summary)?;
        self.forget_malformed_if(written);
        Ok(())
    }

    /// Forgets the malformed line where lines before it are read again, and then that line, too.
    fn forget_malformed_if(&mut self, written: Written) {
        if written == Written::ReadAgain
            && let Some((log_index, _)) = self.malformed.take()
        {
            self.logs.reopen_active(log_index);
        }
    }

    /// Reads until there is enough for a batch, or nothing left.
    fn read_batch(&mut self) -> Result<(), LoadError> {
        loop {
            if self.logs.is_one_due() {
                self.finish_batch()?;
            }
            let (logs, monitor) = (&mut self.logs, &mut self.monitor);
            self.opener.open_due(logs, monitor, &mut self.summary)?;
            let Some(next) = self.logs.next_read() else {
                return Ok(());
            };
            self.read(next)?;
            let is_full = self.writer.is_full() || self.logs.is_full();
            if is_full || self.malformed.is_some() {
                return Ok(());
            }
        }
    }

    /// Reads from one of the logs until it has come to a time, or there is enough.
    fn read(&mut self, next: NextRead) -> Result<(), LoadError> {
        let limits = ReadLimits {
            until: next.until,
            lines: self.monitor.lines_until_report(),
            batch_lines: self.options.batch_lines,
            strict: self.options.strict,
            filter: &self.options.filter,
            parsers: (self.logs.reading() <= MAX_PARSED_AHEAD).then_some(&self.parsers),
        };
        let batch = &mut self.writer.pending;
        let Some(stopped) = self.logs.read(next.active, &limits, batch) else {
            return Ok(());
        };
        let bytes_read = self.logs.bytes_read();
        let Some(active) = self.logs.active.get_mut(next.active) else {
            return Ok(());
        };
        let log_index = active.log_index;
        let recent = active.take_recent();
        let mut is_report_due = self.monitor.count_lines(recent.lines);
        let mut summary = self.summary.logs.get_mut(log_index);
        if let Some(summary) = &mut summary {
            summary.lines_before += recent.lines_before;
            summary.notes.extend(recent.notes);
        }
        match stopped {
            Ok(ReadStop::Limit | ReadStop::Time | ReadStop::Blocked) => {}
            Ok(ReadStop::End { half_line }) => {
                is_report_due = true;
                if let Some(summary) = summary {
                    summary.has_half_line = half_line;
                }
            }
            Ok(ReadStop::Malformed(reject)) => self.malformed = Some((log_index, reject)),
            Err(OpenError::Store(error)) => return Err(error.into()),
            Err(OpenError::Source(error)) => {
                // What was read of it before is loaded.
                (active.is_at_end, active.has_failed) = (true, true);
                if let Some(summary) = summary {
                    summary.error = Some(error);
                }
            }
            Ok(ReadStop::NextLog(log)) => {
                self.finish_batch()?;
                // This log may have another index among the open ones then.
                self.logs.close_others(&log, log_index);
                return Ok(());
            }
        }
        if is_report_due {
            let source = active.log.source();
            self.monitor.report_progress(source, bytes_read);
        }
        Ok(())
    }

    /// Closes logs that cannot grow, are not to be followed, or are too many to be open. What
    /// grows later is opened again.
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
            self.monitor.add_closed(input.bytes_read());
            if let Some(summary) = self.summary.logs.get_mut(closed.log_index) {
                summary.bytes_ignored = input.bytes_ignored();
            }
        }
    }

    /// Waits where logs are followed, and tells whether there may be more now.
    fn wait_for_more(&mut self) -> bool {
        let Some(follower) = &mut self.follower else {
            return false;
        };
        if !follower.may_find_more(&self.logs) || !self.monitor.wait(&self.summary) {
            return false;
        }
        let (only_files, monitor) = (&self.options.only_files, &mut self.monitor);
        let changed = follower.poll(&mut self.logs, only_files, monitor);
        self.opener.add(changed, &mut self.logs, &mut self.summary);
        true
    }
}

/// Makes it the error of a log that none of its lines could be read, where that is so.
fn report_unreadable(active: &ActiveLog, summary: &mut LoadSummary) {
    if active.log.is_unreadable()
        && let Some(summary) = summary.logs.get_mut(active.log_index)
        && summary.error.is_none()
    {
        summary.error = Some(active.log.unreadable_error());
    }
}
