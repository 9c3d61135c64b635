//! A source that is opened: what it begins with, and where it was left.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::CheckpointName;
use tracking_logfile::FileId;

use super::error::OpenError;
use super::open_log::{OpenLog, OpenLogParts};
use super::survey::FormatSurvey;
use super::{IfUnsure, LogNote};
use crate::position::{
    Digest, Identified, IdentifyOptions, KnownLogs, LogIdentity, MAX_IDENTITY_BYTES, Position,
    identify,
};
use crate::source::{Lookahead, OpenSource, ProbeOptions, is_stream};
use crate::{Format, FormatOptions, LineFormat, Lines, Source, SourceError, detect};

/// How logs are read.
#[derive(Clone, Debug)]
pub(super) struct ReadOptions {
    pub(super) format: FormatOptions,
    pub(super) line_limit: usize,
    /// Whether a last line without its line end is taken.
    pub(super) last_lines: bool,
    /// Whether a log is read also where its format could not be found out.
    pub(super) any_format: bool,
    pub(super) if_unsure: IfUnsure,
}

impl ReadOptions {
    /// A fingerprint of how lines are read in a format of this name.
    pub(super) fn fingerprint(&self, format: &str) -> String {
        let text = format!("{format} {} {}", self.line_limit, self.format.fingerprint());
        Digest::of(text.as_bytes()).to_string()
    }
}

impl ReadOptions {
    /// How lines are looked at to find out the format.
    pub(super) fn probe(&self) -> ProbeOptions {
        ProbeOptions {
            format: self.format.clone(),
            line_limit: self.line_limit,
            last_lines: self.last_lines,
        }
    }
}

/// A format, and why it is this one.
type ReasonedFormat = (Box<dyn LineFormat>, String);

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
    /// It stands where it was left, or at its start.
    Ready {
        log: Box<OpenLog>,
        /// How many lines of it were loaded before.
        lines: u64,
        /// Why it is read in its format.
        why: String,
        notes: Vec<LogNote>,
    },
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
            file: file.map(|about| FileId::from(&about).to_string()),
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
        let Some((format, why)) = format else {
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
        let (log, lines, notes) = OpenLog::new(parts, reading, found)?;
        Ok(OpenOutcome::Ready {
            log: Box::new(log),
            lines,
            why,
            notes,
        })
    }
}

/// The format as it was chosen, or as it was before, or as the lines have it. A file that was
/// found in a folder must have a line in it. Nothing where there is no line yet.
fn choose_format(
    reading: &ReadOptions,
    input: &mut OpenSource,
    position: Option<&Position>,
    survey: &mut FormatSurvey,
    found_in_folder: bool,
) -> Result<Option<ReasonedFormat>, OpenError> {
    let before = position.map(|position| position.format.as_str());
    let known = before.and_then(|name| name.parse::<Format>().ok());
    let is_chosen = reading.format.chosen().is_some();
    let must_fit = found_in_folder && position.is_none();
    let (mut format, why) = match (before, known) {
        (Some(_), Some(known)) if !is_chosen => {
            let why = "it was in it before".to_owned();
            (reading.format.reader(known), why)
        }
        (Some(name), None) if !is_chosen => {
            let why = format!("it was loaded through a {name} before; give it again");
            return Err(unknown(input, why));
        }
        _ if is_chosen && !must_fit => {
            let detected = detect(&[], &reading.format);
            (detected.format, detected.why)
        }
        _ => match detected(reading, input, must_fit, survey)? {
            Some(detected) => detected,
            None => return Ok(None),
        },
    };
    if before == Some(format.name())
        && let Some(state) = position.and_then(|position| position.state.as_ref())
    {
        format.resume(state);
    }
    Ok(Some((format, why)))
}

/// The format that its lines are in.
fn detected(
    reading: &ReadOptions,
    input: &mut OpenSource,
    must_fit: bool,
    survey: &mut FormatSurvey,
) -> Result<Option<ReasonedFormat>, OpenError> {
    let detected = survey.detect(input)?;
    if detected.fits || (!must_fit && (detected.is_sure || reading.any_format)) {
        return Ok(Some((detected.format, detected.why)));
    }
    if detected.lines == 0 {
        return Ok(None);
    }
    Err(unknown(input, detected.why_not.unwrap_or(detected.why)))
}

fn unknown(input: &OpenSource, why: String) -> OpenError {
    let log = input.source().clone();
    SourceError::UnknownFormat { log, why }.into()
}
