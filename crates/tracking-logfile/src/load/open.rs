//! One log that is being loaded: where it was left, its lines, and what they say.

use std::path::Path;

use tracking_core::{Batch, Checkpoint, CheckpointName, Expected, Result};

use super::error::OpenError;
use crate::file_id::FileId;
use crate::position::{Checkpoints, Found, Head, Position, find};
use crate::source::OpenSource;
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

/// A log that is open, and what it begins with.
#[derive(Debug)]
pub(super) struct Begun {
    input: OpenSource,
    pub(super) head: Option<Head>,
    first_lines: Vec<Vec<u8>>,
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

/// How much of a log is looked at before it is read, and up to how many lines.
const LOOKED_AT: usize = 2 * 1024 * 1024;
const DETECTED_FROM: usize = 20;

/// How much of a line is kept to see whether it is still there.
const WITNESS: usize = 1024;

impl Begun {
    /// Opens a log and looks at its start.
    pub(super) fn new(
        source: &Source,
        reading: &Reading,
        checkpoints: &Checkpoints<'_>,
    ) -> Result<Self, OpenError> {
        let mut input = source.open()?;
        let start = input.look_ahead(LOOKED_AT, is_enough);
        let is_all = start.len() < LOOKED_AT && !is_enough(start);
        let whole = start.split_inclusive(|byte| *byte == b'\n');
        let lines = whole.filter(|line| line.ends_with(b"\n") || !is_all || reading.last_lines);
        let first_lines = lines
            .take(DETECTED_FROM)
            .map(|line| line.trim_ascii_end().to_owned());
        let first_lines: Vec<_> = first_lines.collect();
        let head = match Head::of(start) {
            None if is_all && reading.last_lines => Head::of_all(start),
            head => head,
        };
        let head = head
            .map(|head| head.when_loaded(checkpoints, start))
            .transpose()?;
        let is_within_line = !start.is_empty() && !start.ends_with(b"\n");
        Ok(Self {
            input,
            head,
            first_lines,
            is_within_line,
        })
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
    ) -> Result<Opened, OpenError> {
        let Some(head) = self.head.take() else {
            let half_line = self.is_within_line;
            return Ok(Opened::Empty { half_line });
        };
        let source = self.input.source().clone();
        let (position, checkpoint, prefix) = match find(checkpoints, &head, &mut self.input)? {
            Found::Earlier(position) => return Ok(Opened::Earlier(position)),
            Found::New(name) => (None, (name, Expected::Missing), None),
            Found::Before {
                name,
                data,
                position,
                prefix,
            } => (Some(position), (name, Expected::At(data)), Some(prefix)),
        };
        let (format, why) = self.format(reading, position.as_ref())?;
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

    /// The format as it was chosen, or as it was before, or as the first lines have it.
    fn format(
        &self,
        reading: &Reading,
        position: Option<&Position>,
    ) -> Result<(Box<dyn LineFormat>, String), OpenError> {
        let before = position.map(|position| position.format.as_str());
        let known = before.and_then(|name| name.parse::<Format>().ok());
        let (mut format, why) = match (reading.format.chosen(), before, known) {
            (None, Some(_), Some(known)) => {
                let why = "it was in it before".to_owned();
                (reading.format.reader(known), why)
            }
            (None, Some(name), None) => {
                let why = format!("it was loaded through a {name} before; give it again");
                return Err(self.unknown(why));
            }
            _ => {
                let first_lines: Vec<_> = self.first_lines.iter().map(AsRef::as_ref).collect();
                let detected = detect(&first_lines, &reading.format);
                if !detected.is_sure && !reading.any_format {
                    return Err(self.unknown(detected.why));
                }
                (detected.format, detected.why)
            }
        };
        if before == Some(format.name())
            && let Some(state) = position.and_then(|position| position.state.as_ref())
        {
            format.resume(state);
        }
        Ok((format, why))
    }

    fn unknown(&self, why: String) -> OpenError {
        let log = self.input.source().clone();
        SourceError::UnknownFormat { log, why }.into()
    }
}

/// Whether a start tells what the log is.
fn is_enough(start: &[u8]) -> bool {
    let mut ends = start.iter().filter(|byte| **byte == b'\n');
    ends.nth(DETECTED_FROM - 1).is_some() && Head::of(start).is_some()
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
            let at = self.lines.before().at();
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
            let start = self.lines.raw();
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
        self.file_id().is_some()
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
