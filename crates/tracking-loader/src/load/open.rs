//! A source that is opened: what it begins with, and where it was left.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::CheckpointName;
use tracking_logfile::FileId;

use super::error::OpenError;
use super::open_log::{OpenLog, Parts};
use super::survey::FormatSurvey;
use super::{IfUnsure, LogNote};
use crate::position::{Digest, Found, HEAD_LIMIT, Head, KnownLogs, Position, Search, find};
use crate::source::{Ahead, OpenSource, ProbeOptions, is_once};
use crate::{Format, FormatOptions, LineFormat, Lines, Source, SourceError, detect};

/// How logs are read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) format: FormatOptions,
    pub(super) line_limit: usize,
    /// Whether a last line without its line end is taken.
    pub(super) last_lines: bool,
    /// Whether a log is read also where its format could not be found out.
    pub(super) any_format: bool,
    pub(super) if_unsure: IfUnsure,
}

impl Reading {
    /// A fingerprint of how lines are read in a format of this name.
    pub(super) fn fingerprint(&self, format: &str) -> String {
        let text = format!("{format} {} {}", self.line_limit, self.format.fingerprint());
        Digest::of(text.as_bytes()).to_string()
    }
}

impl Reading {
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
pub(super) struct Begun {
    input: OpenSource,
    pub(super) head: Option<Head>,
    is_within_line: bool,
}

/// What was found out when a source was opened.
#[derive(Debug)]
pub(super) enum Opened {
    /// It stands where it was left, or at its start.
    At {
        log: Box<OpenLog>,
        /// How many lines of it were loaded before.
        lines: u64,
        /// Why it is read in its format.
        why: String,
        notes: Vec<LogNote>,
    },
    /// All of its lines are lines of a log that was loaded before.
    Earlier { lines: u64, note: Option<LogNote> },
    /// There is no whole line in it yet, but perhaps a half one.
    Empty { half_line: bool },
    /// It goes on a log that is being read elsewhere.
    Busy(Box<Begun>, CheckpointName),
}

impl Begun {
    /// Opens a log and looks at its start.
    pub(super) fn new(
        source: &Source,
        reading: &Reading,
        known: &KnownLogs<'_>,
        stop: Option<&Arc<AtomicBool>>,
    ) -> Result<Self, OpenError> {
        let input = match stop {
            Some(stop) if is_once(source) => OpenSource::live(source, stop)?,
            _ => source.open()?,
        };
        let mut begun = Self {
            input,
            head: None,
            is_within_line: false,
        };
        begun.look(reading, known)?;
        Ok(begun)
    }

    /// Looks at the start, as far as it is there.
    pub(super) fn look(
        &mut self,
        reading: &Reading,
        known: &KnownLogs<'_>,
    ) -> Result<(), OpenError> {
        let input = &mut self.input;
        let has_head = |ahead: &Ahead| Head::of(&ahead.start(HEAD_LIMIT)).is_some();
        let start = input.look_ahead(HEAD_LIMIT, has_head).start(HEAD_LIMIT);
        let mut head = Head::of(&start);
        if head.is_none() {
            if let Some(failure) = input.take_failure() {
                let lines = start.split(|byte| *byte == b'\n').skip(1).count();
                return Err(SourceError::read(input.source(), lines as u64, failure).into());
            }
            if reading.last_lines {
                head = Head::of_all(&start);
            }
        }
        let head = head.map(|head| head.when_loaded(&known.checkpoints, &start));
        let head = head.transpose();
        self.head = head.map_err(|error| OpenError::of(error, input.source()))?;
        self.is_within_line = !start.is_empty() && !start.ends_with(b"\n");
        Ok(())
    }

    /// Whether more has to come before it can be told what it is.
    pub(super) fn is_to_go_on(
        &mut self,
        reading: &Reading,
        survey: &mut FormatSurvey,
    ) -> Result<bool, OpenError> {
        if !self.input.is_to_go_on() {
            return Ok(false);
        }
        let is_known = reading.format.chosen().is_some() || reading.any_format;
        let is_enough = self.head.is_some() && (is_known || survey.detect(&mut self.input)?.fits);
        Ok(!is_enough && self.input.is_to_go_on() && self.input.has_room_ahead())
    }

    /// Whether it can be opened only once.
    pub(super) fn is_once(&self) -> bool {
        self.input.is_once()
    }

    /// Goes to where it was left.
    pub(super) fn resume(
        mut self,
        reading: &Reading,
        known: &mut KnownLogs<'_>,
        busy: &[CheckpointName],
        survey: &mut FormatSurvey,
        found_in_folder: bool,
    ) -> Result<Opened, OpenError> {
        let Some(head) = self.head.clone() else {
            let half_line = self.is_within_line;
            return Ok(Opened::Empty { half_line });
        };
        let source = self.input.source().clone();
        let file = self.input.about().ok().flatten();
        let search = Search {
            if_unsure: reading.if_unsure,
            last_lines: reading.last_lines,
            file: file.map(|about| FileId::from(&about).to_string()),
        };
        self.input.set_waits(true);
        let mut lines = Lines::new(self.input).limit(reading.line_limit);
        let found = find(known, &head, busy, &mut lines, &search);
        lines.input_mut().set_waits(false);
        let found = match found.map_err(|error| OpenError::of(error, &source))? {
            Found::Within { lines, note } => return Ok(Opened::Earlier { lines, note }),
            Found::Busy(name) => {
                self.input = lines.into_input();
                return Ok(Opened::Busy(Box::new(self), name));
            }
            Found::Log(found) => found,
        };
        let position = Some(&found.member.position).filter(|_| !found.member.is_new());
        let format = choose_format(
            reading,
            lines.input_mut(),
            position,
            survey,
            found_in_folder,
        )?;
        let Some((format, why)) = format else {
            let half_line = self.is_within_line;
            return Ok(Opened::Empty { half_line });
        };
        let parts = Parts {
            source,
            lines,
            format,
            head,
            search,
        };
        let (log, lines, notes) = OpenLog::new(parts, reading, found)?;
        Ok(Opened::At {
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
    reading: &Reading,
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
    reading: &Reading,
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
