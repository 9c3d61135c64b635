//! Opening the logs of a load when it is their time.

use super::LoadError;
use super::active_log::ActiveLog;
use super::error::OpenError;
use super::inputs::Inputs;
use super::log_set::LogSet;
use super::monitor::LoadMonitor;
use super::options::Options;
use super::peeked_log::{OpenOutcome, PeekedLog};
use super::summary::{LoadSummary, LogState, LogSummary};
use super::waiting_log::WaitingLog;
use crate::source::is_stream;
use crate::{Source, SourceError};

/// Opens logs.
#[derive(Debug)]
pub(super) struct LogOpener<'a> {
    options: &'a Options,
    inputs: Inputs,
}

/// The start of a log.
enum Peek {
    /// Enough to tell what it is.
    Complete(PeekedLog),
    /// More has to come first.
    Incomplete(PeekedLog),
}

impl<'a> LogOpener<'a> {
    /// Opens what was given, and what is found in following it.
    pub(super) fn new(options: &'a Options, given: &[Source]) -> Self {
        let inputs = Inputs::new(given);
        Self { options, inputs }
    }

    /// What was given, with the logs in it in place of each folder.
    pub(super) fn expand(&self, given: &[Source], summary: &mut LoadSummary) -> Vec<Source> {
        let mut logs = Vec::new();
        for source in given {
            match source.logs(&self.options.only_files) {
                Ok(found) => logs.extend(found),
                // They may come.
                Err(SourceError::NoLogs { .. }) if self.options.follow => {}
                Err(error) => summary.logs.push(LogSummary::unread(source.clone(), error)),
            }
        }
        logs
    }

    /// Adds logs, to be opened when it is their time.
    pub(super) fn add(
        &self,
        sources: Vec<Source>,
        logs: &mut LogSet<'_>,
        summary: &mut LoadSummary,
    ) {
        for source in sources {
            let log_index = self.log_index(&source, summary);
            logs.add(source, log_index);
        }
    }

    /// The index of a log in the summary: the one that it had before, as long as nothing was read
    /// of it.
    fn log_index(&self, source: &Source, summary: &mut LoadSummary) -> usize {
        let logs = &mut summary.logs;
        let before = logs.iter().rposition(|log| log.source == *source);
        let unread = before.filter(|index| {
            // A pipe is one log, whoever writes to it.
            let is_unread = |log: &LogSummary| log.counts.lines == 0 || is_stream(source);
            self.options.follow && logs.get(*index).is_some_and(is_unread)
        });
        unread.unwrap_or_else(|| {
            logs.push(LogSummary::new(source.clone()));
            logs.len() - 1
        })
    }

    /// Opens the logs whose time has come.
    pub(super) fn open_due(
        &self,
        logs: &mut LogSet<'_>,
        monitor: &mut LoadMonitor<'_>,
        summary: &mut LoadSummary,
    ) -> Result<(), LoadError> {
        while let Some(mut waiting) = logs.next_due() {
            let opened = match self.peek(&mut waiting, logs, monitor) {
                Err(error) => Err(error),
                Ok(Peek::Incomplete(peeked)) => {
                    logs.add_incomplete(waiting.with_peeked(peeked));
                    continue;
                }
                Ok(Peek::Complete(peeked)) => {
                    if let Some(identity) = &peeked.identity {
                        if logs.is_busy(identity) {
                            logs.put_back(waiting.hold_back(peeked));
                            continue;
                        }
                        logs.close_like(identity);
                    }
                    self.resume(peeked, &waiting, logs)
                }
            };
            match opened {
                Ok(OpenOutcome::Busy(peeked, log)) => {
                    logs.put_back(waiting.hold_back_for(*peeked, log));
                }
                Ok(outcome) => self.add_opened(outcome, waiting, logs, monitor, summary),
                Err(OpenError::Store(error)) => {
                    if is_stream(&waiting.source) || !monitor.should_retry(&error, 1) {
                        return Err(error.into());
                    }
                    logs.put_back(waiting);
                }
                // A rotation renamed or packed it between finding and opening it.
                Err(OpenError::Source(error))
                    if self.options.follow
                        && error.is_not_found()
                        && !self.inputs.is_named(&waiting.source) => {}
                Err(OpenError::Source(error)) => {
                    let found_in_folder = self.inputs.is_found_in_folder(&waiting.source);
                    if let Some(summary) = summary.logs.get_mut(waiting.log_index) {
                        summary.not_opened(error, found_in_folder);
                    }
                }
            }
        }
        Ok(())
    }

    /// Opens a log and looks at its start.
    fn peek(
        &self,
        waiting: &mut WaitingLog,
        logs: &mut LogSet<'_>,
        monitor: &LoadMonitor<'_>,
    ) -> Result<Peek, OpenError> {
        let reading = &self.options.reading;
        let mut peeked = if let Some(mut peeked) = waiting.take_peeked() {
            peeked.look(reading, &logs.known)?;
            peeked
        } else {
            let stop = self.options.follow.then_some(monitor.stop());
            PeekedLog::new(&waiting.source, reading, &logs.known, stop)?
        };
        Ok(if peeked.needs_more(reading, &mut logs.survey)? {
            Peek::Incomplete(peeked)
        } else {
            Peek::Complete(peeked)
        })
    }

    /// Goes to where a log was left.
    fn resume(
        &self,
        peeked: PeekedLog,
        waiting: &WaitingLog,
        logs: &mut LogSet<'_>,
    ) -> Result<OpenOutcome, OpenError> {
        let busy = logs.busy(None);
        peeked.resume(
            &self.options.reading,
            &mut logs.known,
            &busy,
            &mut logs.survey,
            self.inputs.is_found_in_folder(&waiting.source),
        )
    }

    fn add_opened(
        &self,
        outcome: OpenOutcome,
        waiting: WaitingLog,
        logs: &mut LogSet<'_>,
        monitor: &mut LoadMonitor<'_>,
        summary: &mut LoadSummary,
    ) {
        let log_index = waiting.log_index;
        let Some(summary) = summary.logs.get_mut(log_index) else {
            return;
        };
        summary.error = None;
        let unread = [LogState::Unread, LogState::Empty, LogState::Skipped];
        let is_first = unread.contains(&summary.state);
        let state = match outcome {
            OpenOutcome::Ready(resumed, why) => {
                for name in resumed.log.checkpoints() {
                    logs.close_others(name, log_index);
                }
                summary.notes.extend(resumed.notes);
                if is_first {
                    summary.format = Some(resumed.log.format_name());
                    summary.why = why;
                    summary.lines_before = resumed.lines_before;
                }
                let owner = self.options.sessions_of.as_deref();
                let mut active = ActiveLog::new(resumed.log, log_index, waiting.first_lines, owner);
                // A rotated file that was found in following is read, and watched for a while.
                active.idle_polls = (!self.inputs.is_given(&summary.source)).then_some(0);
                logs.active.push(active);
                match resumed.lines_before {
                    0 => LogState::New,
                    _ => LogState::Continued,
                }
            }
            OpenOutcome::AlreadyLoaded { lines, note } => {
                summary.lines_before = lines;
                summary.notes.extend(note);
                monitor.add_closed(size_on_disk(&summary.source).unwrap_or_default());
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

    /// Reports folders in which no log was found.
    pub(super) fn report_folders_without_logs(&self, summary: &mut LoadSummary) {
        self.inputs.report_folders_without_logs(summary);
    }
}

/// How many bytes a log has on disk, where that can be known.
pub(super) fn size_on_disk(log: &Source) -> Option<u64> {
    match log {
        Source::Stdin => None,
        // What is not there has no bytes to wait for.
        Source::File(path) => match path.metadata() {
            Ok(about) if !about.is_file() => None,
            about => Some(about.map_or(0, |about| about.len())),
        },
    }
}
