//! A source that is opened: what it begins with, and where it was left.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::CheckpointName;
use tracking_logfile::FileId;

use super::LogNote;
use super::choose_format::{ChosenFormat, choose_format};
use super::error::OpenError;
use super::open_log::{OpenLog, OpenLogParts, ResumedLog};
use super::options::ReadOptions;
use super::survey::FormatSurvey;
use crate::position::{
    Identified, IdentifyOptions, KnownLogs, LogIdentity, MAX_IDENTITY_BYTES, identify,
};
use crate::source::{Lookahead, OpenSource, is_stream};
use crate::{Lines, Source, SourceError};

/// A log that is open, and what it begins with.
#[derive(Debug)]
pub(super) struct PeekedLog {
    input: OpenSource,
    pub(super) identity: Option<LogIdentity>,
    is_within_line: bool,
}

/// What was found out when a source was opened.
#[derive(Debug)]
pub(super) enum OpenOutcome {
    /// It stands where it was left, or at its start; and why it is read in its format.
    Ready(Box<ResumedLog>, String),
    /// All of its lines are lines of a log that was loaded before.
    AlreadyLoaded { lines: u64, note: Option<LogNote> },
    /// There is no whole line in it yet, but perhaps a half one.
    Empty { half_line: bool },
    /// It goes on a log that is being read elsewhere.
    Busy(Box<PeekedLog>, CheckpointName),
}

impl PeekedLog {
    /// Opens a log and looks at its start.
    pub(super) fn new(
        source: &Source,
        reading: &ReadOptions,
        known: &KnownLogs<'_>,
        stop: Option<&Arc<AtomicBool>>,
    ) -> Result<Self, OpenError> {
        let input = match stop {
            Some(stop) if is_stream(source) => OpenSource::live(source, stop)?,
            _ => source.open()?,
        };
        let mut peeked = Self {
            input,
            identity: None,
            is_within_line: false,
        };
        peeked.look(reading, known)?;
        Ok(peeked)
    }

    /// Looks at the start, as far as it is there.
    pub(super) fn look(
        &mut self,
        reading: &ReadOptions,
        known: &KnownLogs<'_>,
    ) -> Result<(), OpenError> {
        let input = &mut self.input;
        let has_identity =
            |ahead: &Lookahead| LogIdentity::from_start(&ahead.start(MAX_IDENTITY_BYTES)).is_some();
        let start = input
            .look_ahead(MAX_IDENTITY_BYTES, has_identity)
            .start(MAX_IDENTITY_BYTES);
        let mut identity = LogIdentity::from_start(&start);
        if identity.is_none() {
            if let Some(failure) = input.take_failure() {
                let lines = start.split(|byte| *byte == b'\n').skip(1).count();
                return Err(SourceError::read(input.source(), lines as u64, failure).into());
            }
            if reading.last_lines {
                identity = LogIdentity::from_whole_text(&start);
            }
        }
        let identity =
            identity.map(|identity| identity.into_first_loaded(&known.checkpoints, &start));
        let identity = identity.transpose();
        self.identity = identity.map_err(|error| OpenError::of(error, input.source()))?;
        self.is_within_line = !start.is_empty() && !start.ends_with(b"\n");
        Ok(())
    }

    /// Whether more has to come before it can be told what it is.
    pub(super) fn needs_more(
        &mut self,
        reading: &ReadOptions,
        survey: &mut FormatSurvey,
    ) -> Result<bool, OpenError> {
        if !self.input.may_continue() {
            return Ok(false);
        }
        let is_known = reading.format.chosen().is_some() || reading.any_format;
        let is_enough =
            self.identity.is_some() && (is_known || survey.detect(&mut self.input)?.fits);
        Ok(!is_enough && self.input.may_continue() && self.input.has_room_ahead())
    }

    /// Whether it can be opened only once.
    pub(super) fn is_stream(&self) -> bool {
        self.input.is_stream()
    }

    /// Goes to where it was left.
    pub(super) fn resume(
        mut self,
        reading: &ReadOptions,
        known: &mut KnownLogs<'_>,
        busy: &[CheckpointName],
        survey: &mut FormatSurvey,
        found_in_folder: bool,
    ) -> Result<OpenOutcome, OpenError> {
        let Some(identity) = self.identity.clone() else {
            let half_line = self.is_within_line;
            return Ok(OpenOutcome::Empty { half_line });
        };
        let source = self.input.source().clone();
        let file = self.input.about().ok().flatten();
        let identify_options = IdentifyOptions {
            if_unsure: reading.if_unsure,
            last_lines: reading.last_lines,
            file: file
                .filter(|_| FileId::IS_UNIQUE)
                .map(|about| FileId::from(&about).to_string()),
        };
        self.input.set_waits(true);
        let mut lines = Lines::new(self.input).limit(reading.line_limit);
        let found = identify(known, &identity, busy, &mut lines, &identify_options);
        lines.input_mut().set_waits(false);
        let found = match found.map_err(|error| OpenError::of(error, &source))? {
            Identified::Within { lines, note } => {
                return Ok(OpenOutcome::AlreadyLoaded { lines, note });
            }
            Identified::Busy(name) => {
                self.input = lines.into_input();
                return Ok(OpenOutcome::Busy(Box::new(self), name));
            }
            Identified::Log(found) => found,
        };
        let position = Some(&found.progress.position).filter(|_| !found.progress.is_new());
        let format = choose_format(
            reading,
            lines.input_mut(),
            position,
            survey,
            found_in_folder,
        )?;
        let Some(ChosenFormat { format, why }) = format else {
            let half_line = self.is_within_line;
            return Ok(OpenOutcome::Empty { half_line });
        };
        let parts = OpenLogParts {
            source,
            lines,
            format,
            identity,
            identify_options,
        };
        let resumed = OpenLog::resume(parts, reading, found)?;
        Ok(OpenOutcome::Ready(Box::new(resumed), why))
    }
}
