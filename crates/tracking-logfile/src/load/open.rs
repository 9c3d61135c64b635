//! One log that is being loaded: where it was left, its lines, and what they say.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::{Batch, Checkpoint, CheckpointName, Expected, Result};

use super::error::OpenError;
use super::survey::FormatSurvey;
use crate::file_id::FileId;
use crate::position::{Checkpoints, Found, HEAD_LIMIT, Head, Position, find};
use crate::source::{Ahead, OpenSource, ProbeOptions, is_once};
use crate::{
    Format, FormatOptions, LineContent, LineError, LineFormat, Lines, LogRecord, Reject, Source,
    SourceError, detect,
};

/// How logs are read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) format: FormatOptions,
    pub(super) line_limit: usize,
    /// Whether a last line without its line end is taken.
    pub(super) last_lines: bool,
    /// Whether a log is read also where its format could not be found out.
    pub(super) any_format: bool,
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

/// A log that stands where it was left.
#[derive(Debug)]
pub(super) struct OpenLog {
    source: Source,
    lines: Lines,
    format: Box<dyn LineFormat>,
    head: Option<Head>,
    /// Its checkpoint, and what that must be; nothing where there is nothing to know it by.
    checkpoint: Option<(CheckpointName, Expected)>,
    open_ended: bool,
    /// Some text that was read, and where it stands: while it is there, the file was not cut.
    witness: Option<(u64, Vec<u8>)>,
    /// The line that was read last, and where it stands.
    last: (u64, Vec<u8>),
    last_lines: bool,
    line_limit: usize,
}

/// What was found out when a log was opened.
#[derive(Debug)]
pub(super) enum Opened {
    /// It stands where it was left, or at its start.
    At {
        log: Box<OpenLog>,
        /// How many lines of it were loaded before.
        lines: u64,
        /// Why it is read in its format.
        why: String,
    },
    /// It is the start of a log that was loaded before.
    Earlier(Position),
    /// There is no whole line in it yet, but perhaps a half one.
    Empty { half_line: bool },
}

/// Where a file is that was opened under some name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Under its name, and nothing of what was read was cut off.
    Here,
    /// Under another name, or none.
    MovedAway,
    /// Under its name, but with something else in it.
    Cut,
}

/// What came next in a log.
#[derive(Debug)]
pub(super) enum Step {
    Record(u64, Box<LogRecord>),
    Comment,
    Blank,
    Reject(Reject),
    /// The rest of a line that was taken before it was whole.
    Rest,
    /// The end for now, perhaps with a half line left.
    End {
        half_line: bool,
    },
}

/// How much of a line is kept to see whether it is still there.
const WITNESS: usize = 1024;

impl Begun {
    /// Opens a log and looks at its start.
    pub(super) fn new(
        source: &Source,
        reading: &Reading,
        checkpoints: &Checkpoints<'_>,
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
        begun.look(reading, checkpoints)?;
        Ok(begun)
    }

    /// Looks at the start, as far as it is there.
    pub(super) fn look(
        &mut self,
        reading: &Reading,
        checkpoints: &Checkpoints<'_>,
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
        let head = head
            .map(|head| head.when_loaded(checkpoints, &start))
            .transpose()?;
        self.head = head;
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
        checkpoints: &Checkpoints<'_>,
        survey: &mut FormatSurvey,
        found_in_folder: bool,
    ) -> Result<Opened, OpenError> {
        let Some(head) = self.head.take() else {
            let half_line = self.is_within_line;
            return Ok(Opened::Empty { half_line });
        };
        let source = self.input.source().clone();
        self.input.set_waits(true);
        let found = find(checkpoints, &head, &mut self.input);
        self.input.set_waits(false);
        let (position, checkpoint, prefix) = match found? {
            Found::Earlier(position) => return Ok(Opened::Earlier(position)),
            Found::New(name) => (None, (name, Expected::Missing), None),
            Found::Before {
                name,
                data,
                position,
                prefix,
            } => (Some(position), (name, Expected::At(data)), Some(prefix)),
        };
        let format = self.format(reading, position.as_ref(), survey, found_in_folder)?;
        let Some((format, why)) = format else {
            let half_line = self.is_within_line;
            return Ok(Opened::Empty { half_line });
        };
        let count = position.as_ref().map_or(0, |position| position.lines);
        let mut witness = None;
        let lines = match prefix {
            Some(prefix) => {
                let at = prefix.at().saturating_sub(WITNESS as u64);
                let text = self.input.read_at(at, prefix.at() - at);
                witness = text.ok().flatten().map(|text| (at, text));
                Lines::resumed(self.input, *prefix, count)
            }
            None => Lines::new(self.input),
        };
        let log = OpenLog {
            source,
            lines: lines.limit(reading.line_limit),
            format,
            head: Some(head),
            checkpoint: Some(checkpoint),
            open_ended: position.is_some_and(|position| position.open_ended),
            witness,
            last: (0, Vec::new()),
            last_lines: reading.last_lines,
            line_limit: reading.line_limit,
        };
        let log = Box::new(log);
        Ok(Opened::At {
            log,
            lines: count,
            why,
        })
    }

    /// The format as it was chosen, or as it was before, or as the lines have it. A file that was
    /// found in a folder must have a line in it. Nothing where there is no line yet.
    fn format(
        &mut self,
        reading: &Reading,
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
                return Err(self.unknown(why));
            }
            _ if is_chosen && !must_fit => {
                let detected = detect(&[], &reading.format);
                (detected.format, detected.why)
            }
            _ => match self.detected(reading, must_fit, survey)? {
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
        &mut self,
        reading: &Reading,
        must_fit: bool,
        survey: &mut FormatSurvey,
    ) -> Result<Option<ReasonedFormat>, OpenError> {
        let detected = survey.detect(&mut self.input)?;
        if detected.fits || (!must_fit && (detected.is_sure || reading.any_format)) {
            return Ok(Some((detected.format, detected.why)));
        }
        if detected.lines == 0 {
            return Ok(None);
        }
        Err(self.unknown(detected.why_not.unwrap_or(detected.why)))
    }

    fn unknown(&self, why: String) -> OpenError {
        let log = self.input.source().clone();
        SourceError::UnknownFormat { log, why }.into()
    }
}

impl OpenLog {
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn format_name(&self) -> &'static str {
        self.format.name()
    }

    /// What it begins with.
    pub(super) fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    pub(super) fn input(&self) -> &OpenSource {
        self.lines.input()
    }

    /// What comes next. It counts as read once it is [accepted](Self::accept), or something else
    /// is asked for.
    pub(super) fn next(&mut self) -> Result<Step, SourceError> {
        loop {
            if !self.lines.is_within_line() {
                self.lines.take_line();
            }
            let Some(line) = self.lines.next_line()? else {
                let half_line = self.lines.is_within_line() && !self.open_ended;
                return Ok(Step::End { half_line });
            };
            let (is_whole, is_blank) = (line.is_whole, line.bytes.trim_ascii().is_empty());
            if self.open_ended {
                if !is_whole {
                    return Ok(Step::End { half_line: false });
                }
                self.lines.take_rest_of_line();
                self.open_ended = false;
                if is_blank {
                    continue;
                }
                return Ok(Step::Rest);
            }
            if !is_whole && !self.last_lines {
                return Ok(Step::End { half_line: true });
            }
            let (at, start) = self.lines.raw();
            let start = start.get(..WITNESS).unwrap_or(start);
            if self.witness.is_none() {
                self.witness = Some((at, start.to_owned()));
            }
            self.last.0 = at;
            self.last.1.clear();
            self.last.1.extend_from_slice(start);
            return Ok(self.read());
        }
    }

    /// Reads the line that came last.
    fn read(&mut self) -> Step {
        let line = self.lines.line();
        if !line.is_cut && line.bytes.trim_ascii().is_empty() {
            return Step::Blank;
        }
        let read = if line.is_cut {
            Err(LineError::too_long(self.line_limit, line.bytes))
        } else {
            self.format.read(line.bytes)
        };
        match read {
            Ok(LineContent::Record(record)) => Step::Record(line.number, record),
            Ok(LineContent::Nothing) => Step::Comment,
            Err(error) => Step::Reject(Reject::new(
                self.source.clone(),
                line.number,
                error,
                line.bytes,
            )),
        }
    }

    /// The line that came last, as it stands in the log but without its line end.
    pub(super) fn line(&self) -> &[u8] {
        self.lines.line().bytes
    }

    /// How many NUL bytes stood in front of it.
    pub(super) fn nuls(&self) -> u64 {
        self.lines.line().nuls
    }

    /// Takes what came last for read.
    pub(super) fn accept(&mut self) {
        if self.lines.is_within_line() {
            self.open_ended = true;
        }
        self.lines.take_line();
    }

    /// Tells whether what was read last still stands in the file, so that what came after it
    /// belongs to it.
    pub(super) fn is_unchanged(&mut self) -> bool {
        let Some((at, text)) = &self.witness else {
            return true;
        };
        match self.lines.input_mut().read_at(*at, text.len() as u64) {
            Ok(Some(there)) => there == *text,
            // What is no plain file cannot be changed under way.
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Tells where the file is that is being read.
    pub(super) fn standing(&mut self, path: &Path) -> Standing {
        let Ok(there) = path.metadata() else {
            return Standing::MovedAway;
        };
        if self.file_id() != Some(FileId::of(&there)) {
            return Standing::MovedAway;
        }
        let is_shorter = there.len() < self.lines.before().at();
        if is_shorter || !self.is_unchanged() {
            return Standing::Cut;
        }
        Standing::Here
    }

    /// Which file it is, where it is a plain one.
    pub(super) fn file_id(&self) -> Option<FileId> {
        let about = self.lines.input().about().ok().flatten();
        about.map(|about| FileId::of(&about))
    }

    /// Whether more may come after its end.
    pub(super) fn may_grow(&self) -> bool {
        self.file_id().is_some() || self.input().is_to_go_on()
    }

    /// The name of its checkpoint.
    pub(super) fn checkpoint(&self) -> Option<&CheckpointName> {
        self.checkpoint.as_ref().map(|(name, _)| name)
    }

    /// Adds its new position to a batch, and gives what the checkpoint is then.
    pub(super) fn moved(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        mut batch: Batch,
    ) -> Result<(Batch, Option<Expected>)> {
        let Some((name, expected)) = self.checkpoint.clone() else {
            return Ok((batch, None));
        };
        let count = self.lines.count();
        let mut position = Position::after(self.lines.before(), count);
        position.open_ended = self.open_ended;
        self.format.name().clone_into(&mut position.format);
        position.state = self.format.state();
        position.log = self.source.to_string();
        let data = position.to_data()?;
        if expected == Expected::Missing
            && let Some(head) = &self.head
        {
            batch = head.remember(checkpoints, batch)?;
        }
        let batch = batch.moving_checkpoint(expected, Checkpoint::new(name, data.clone()));
        Ok((batch, Some(Expected::At(data))))
    }

    /// Goes on from what its checkpoint is now.
    pub(super) fn committed(&mut self, now: Option<Expected>) {
        if let Some(((_, expected), now)) = self.checkpoint.as_mut().zip(now) {
            *expected = now;
        }
        if !self.last.1.is_empty() {
            self.witness = Some(std::mem::take(&mut self.last));
        }
    }
}
