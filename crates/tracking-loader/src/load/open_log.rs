//! One source that is being loaded: its lines, what they say, and the logs that they belong to.

mod boundary;
mod file_state;
mod half_line;

use tracking_core::{Batch, CheckpointName, Result};

pub(super) use file_state::FileState;

use super::LogNote;
use super::error::OpenError;
use super::line_parsers::LineParsers;
use super::options::ReadOptions;
use super::parse_ahead::ParseAhead;
use crate::position::{
    Entry, IdentifiedLog, IdentifyError, IdentifyOptions, KnownLogs, LineDigest, LogIdentity,
    LogProgress, OtherSources,
};
use crate::source::{OpenSource, SourceOffset};
use crate::{LineContent, LineError, LineFormat, Lines, LogRecord, Reject, Source, SourceError};

/// A source that stands where it was left. It has one log, or several that were concatenated, the
/// *members*.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something else, and all may hold"
)]
pub(super) struct OpenLog {
    source: Source,
    lines: Lines,
    format: Box<dyn LineFormat>,
    reading: String,
    identity: LogIdentity,
    /// The log that is being read on.
    progress: LogProgress,
    /// The logs before it in the source, of which something is not in the store yet.
    unsaved_before: Vec<LogProgress>,
    /// The checkpoints of all its logs so far.
    names: Vec<CheckpointName>,
    /// Where the source entered the first of them behind its start.
    starts_mid_log: bool,
    identify_options: IdentifyOptions,
    /// How many lines come next that were loaded before, though not at their place.
    skipped: u64,
    /// Lines of the log that are gone through again, for those that were rejected before.
    reread: Option<Reread>,
    /// The place where it was found that no known log begins.
    checked_at: Option<SourceOffset>,
    /// The place where it has waited for other sources.
    waited_at: Option<SourceOffset>,
    /// How often lines were new that begin a known log.
    notes: usize,
    /// Whether all that is left was loaded before.
    is_over: bool,
    /// Whether a log of which nothing can be read counts as loaded.
    any_format: bool,
    /// How many lines became records, and how many did not.
    valid: u64,
    malformed: u64,
    /// The digest of the line that came last.
    digest: LineDigest,
    ahead: ParseAhead,
    /// What the line that came last says, where it was parsed ahead.
    parsed: Option<Result<LineContent, LineError>>,
    /// Some text that was read, and where it stands: while it is there, the file was not cut.
    sample: Option<(u64, Vec<u8>)>,
    /// The line that was read last, and where it stands.
    last: (u64, Vec<u8>),
    last_lines: bool,
    line_limit: usize,
}

/// What a source is read with.
pub(super) struct OpenLogParts {
    pub(super) source: Source,
    pub(super) lines: Lines,
    pub(super) format: Box<dyn LineFormat>,
    pub(super) identity: LogIdentity,
    pub(super) identify_options: IdentifyOptions,
}

/// A log that stands where it was left, or at its start.
#[derive(Debug)]
pub(super) struct ResumedLog {
    pub(super) log: OpenLog,
    /// How many lines of it were loaded before.
    pub(super) lines_before: u64,
    pub(super) notes: Vec<LogNote>,
}

/// Lines of a log that are gone through again.
#[derive(Clone, Copy, Debug)]
struct Reread {
    next: u64,
    until: u64,
}

/// What came next in a log.
#[derive(Debug)]
pub(super) enum ReadEvent {
    Record(u64, Box<LogRecord>),
    Comment,
    Blank,
    Reject(Reject),
    /// The rest of a line that was taken before it was whole.
    Continuation,
    /// So many lines that were loaded before.
    AlreadyLoaded {
        lines: u64,
        note: Option<LogNote>,
        /// The log that is gone on now, where it is another one.
        log: Option<CheckpointName>,
    },
    /// Nothing that counts, but something is to be put into the store.
    Updated,
    /// A log comes that is being read elsewhere.
    Blocked,
    /// The end for now, perhaps with a half line left.
    End {
        half_line: bool,
    },
}

/// What to do about a line with which a known log may begin.
enum BoundaryStep {
    /// It is new.
    NewLine,
    /// It comes again, as another kind of line than it was taken for.
    ReadAgain,
    Event(ReadEvent),
}

/// How much of a line is kept to see whether it is still there.
const MAX_SAMPLE_BYTES: usize = 1024;

impl OpenLog {
    /// A source with the log that it was found to be.
    pub(super) fn resume(
        parts: OpenLogParts,
        reading: &ReadOptions,
        found: Box<IdentifiedLog>,
    ) -> Result<ResumedLog, OpenError> {
        let mut this = Self {
            reading: reading.fingerprint(parts.format.name()),
            ahead: ParseAhead::new(&*parts.format),
            names: vec![found.progress.name().clone()],
            starts_mid_log: found.start > 0,
            // Where a log is new, it is known that none begins with its first line.
            checked_at: found.progress.is_new().then(|| parts.lines.offset()),
            source: parts.source,
            lines: parts.lines,
            format: parts.format,
            identity: parts.identity,
            identify_options: parts.identify_options,
            progress: found.progress,
            unsaved_before: Vec::new(),
            waited_at: None,
            skipped: found.skipped,
            reread: None,
            notes: 0,
            is_over: false,
            any_format: reading.any_format,
            valid: 0,
            malformed: 0,
            digest: LineDigest::of(b""),
            parsed: None,
            sample: None,
            last: (0, Vec::new()),
            last_lines: reading.last_lines,
            line_limit: reading.line_limit,
        };
        let is_from_start = found.start == 0 && found.from == SourceOffset::default();
        let file = this.identify_options.file.clone().filter(|_| is_from_start);
        this.progress.read_from(file);
        let mut notes: Vec<_> = found.note.into_iter().collect();
        // A last line that was taken without its end comes once more, with the rest of it.
        let open_line = u64::from(this.progress.position.open_ended);
        let mut before = this.lines.offset().lines + open_line;
        if let Some(note) = this.format_change_note() {
            notes.push(note);
            before -= this.progress.position.rejected.min(before);
            this.reread_rejected(found.from, found.start)?;
        }
        this.lines.release();
        this.take_sample()?;
        Ok(ResumedLog {
            log: this,
            lines_before: before,
            notes,
        })
    }

    /// Says where the log was read in another way before.
    fn format_change_note(&self) -> Option<LogNote> {
        let position = &self.progress.position;
        let before = position.reading.as_ref()?;
        (*before != self.reading).then(|| LogNote::ReadDifferently {
            before: position.format.clone(),
            now: self.format.name().to_owned(),
            rejected: position.rejected,
        })
    }

    /// Goes back to the start of the log, where lines of it are to be read again.
    fn reread_rejected(&mut self, from: SourceOffset, start: u64) -> Result<(), OpenError> {
        if self.progress.position.rejected > 0 {
            self.lines.rewind(from)?;
            self.reread = Some(Reread {
                next: start,
                until: self.progress.position.complete_lines(),
            });
        }
        Ok(())
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn format_name(&self) -> &'static str {
        self.format.name()
    }

    /// What it begins with.
    pub(super) fn identity(&self) -> &LogIdentity {
        &self.identity
    }

    pub(super) fn input(&self) -> &OpenSource {
        self.lines.input()
    }

    /// What comes next. It counts as read once it is [accepted](Self::accept), or something else
    /// is asked for. Other logs are being read `elsewhere`.
    pub(super) fn next(
        &mut self,
        known: &mut KnownLogs<'_>,
        others: &OtherSources,
    ) -> Result<ReadEvent, OpenError> {
        loop {
            match self.try_next(known, others) {
                Ok(None) => {}
                Ok(Some(step)) => return Ok(step),
                Err(error) => return Err(OpenError::of(error, &self.source)),
            }
        }
    }

    /// What comes next; nothing where it is to be asked once more.
    fn try_next(
        &mut self,
        known: &mut KnownLogs<'_>,
        others: &OtherSources,
    ) -> Result<Option<ReadEvent>, IdentifyError> {
        if self.is_over {
            return Ok(Some(ReadEvent::End { half_line: false }));
        }
        if !self.lines.is_within_line() {
            self.lines.consume_line();
        }
        if self.reread.is_some() {
            return self.next_reread(known);
        }
        let place = self.lines.offset();
        let Some(line) = self.lines.next_line()? else {
            let half_line = self.lines.is_within_line() && !self.progress.position.open_ended;
            return Ok(Some(ReadEvent::End { half_line }));
        };
        let is_whole = line.is_whole;
        if self.progress.position.open_ended {
            return self.complete_half_line(known, is_whole);
        }
        if !is_whole && !self.last_lines {
            return Ok(Some(ReadEvent::End { half_line: true }));
        }
        self.take_parsed(is_whole);
        if self.skipped > 0 && is_whole {
            return self.skip(known).map(Some);
        }
        if is_whole
            && self.checked_at != Some(place)
            && known.may_begin(self.digest, self.lines.raw().1)?
        {
            match self.boundary(known, others)? {
                BoundaryStep::NewLine => {}
                BoundaryStep::ReadAgain => return Ok(None),
                BoundaryStep::Event(event) => return Ok(Some(event)),
            }
        }
        self.remember_line();
        Ok(Some(self.read()))
    }

    /// Has the lines parsed that come next.
    pub(super) fn parse_ahead(&mut self, parsers: &LineParsers) {
        if self.reread.is_none() && !self.is_over {
            if !self.lines.is_within_line() {
                self.lines.consume_line();
            }
            self.ahead
                .read_ahead(&mut self.lines, &*self.format, parsers);
        }
    }

    /// Takes the digest of the line that came last, and what it says if it was parsed ahead.
    fn take_parsed(&mut self, is_whole: bool) {
        let parsed = is_whole
            .then(|| self.ahead.take(self.lines.raw()))
            .flatten();
        (self.digest, self.parsed) = match parsed {
            Some(parsed) => (parsed.digest, Some(parsed.content)),
            None => (self.lines.digest(), None),
        };
    }

    /// Skips a line that was loaded before.
    fn skip(&mut self, known: &KnownLogs<'_>) -> Result<ReadEvent, IdentifyError> {
        // It may say something of the lines that follow.
        self.read();
        self.skipped -= 1;
        self.push(known, false)?;
        self.lines.consume_line();
        Ok(ReadEvent::AlreadyLoaded {
            lines: 1,
            note: None,
            log: None,
        })
    }

    /// The next line of those that are gone through again that was rejected before.
    fn next_reread(&mut self, known: &KnownLogs<'_>) -> Result<Option<ReadEvent>, IdentifyError> {
        let Some(again) = &mut self.reread else {
            return Ok(None);
        };
        if again.next == again.until {
            self.reread = None;
            self.progress.position.reading = Some(self.reading.clone());
            self.progress.is_dirty = true;
            return Ok(Some(ReadEvent::Updated));
        }
        if self.lines.next_line()?.is_none_or(|line| !line.is_whole) {
            // It was cut meanwhile.
            return Ok(Some(ReadEvent::End { half_line: false }));
        }
        let line = again.next;
        again.next += 1;
        let step = self.read();
        if !self.progress.is_rejected(&known.checkpoints, line)? {
            return Ok(None);
        }
        self.remember_line();
        Ok(Some(step))
    }

    /// Remembers the line that came last, and where it stands.
    fn remember_line(&mut self) {
        let (at, start) = self.lines.raw();
        let start = start.get(..MAX_SAMPLE_BYTES).unwrap_or(start);
        if self.sample.is_none() {
            self.sample = Some((at, start.to_owned()));
        }
        self.last.0 = at;
        self.last.1.clear();
        self.last.1.extend_from_slice(start);
    }

    /// Reads the line that came last.
    fn read(&mut self) -> ReadEvent {
        let parsed = self.parsed.take();
        let line = self.lines.line();
        if !line.is_cut && line.bytes.trim_ascii().is_empty() {
            return ReadEvent::Blank;
        }
        let read = if line.is_cut {
            Err(LineError::too_long(self.line_limit, line.bytes))
        } else {
            parsed.unwrap_or_else(|| self.format.read(line.bytes))
        };
        match read {
            Ok(LineContent::Record(record)) => ReadEvent::Record(line.number, record),
            Ok(LineContent::Nothing) => ReadEvent::Comment,
            Err(error) => ReadEvent::Reject(Reject::new(
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

    /// Takes what came last for read, and whether it was rejected.
    pub(super) fn accept(
        &mut self,
        known: &KnownLogs<'_>,
        is_record: bool,
        is_rejected: bool,
    ) -> Result<(), OpenError> {
        self.valid += u64::from(is_record);
        self.malformed += u64::from(is_rejected);
        let accepted = match self.reread {
            Some(again) if is_rejected => Ok(again.next),
            Some(again) => {
                let line = again.next.saturating_sub(1);
                let progress = &mut self.progress;
                progress
                    .no_longer_rejected(&known.checkpoints, line)
                    .map(|()| line)
            }
            None => self.push(known, is_rejected).map(|()| 0),
        };
        accepted.map_err(|error| OpenError::of(error, &self.source))?;
        // A line without its end may still get one.
        if !self.lines.is_within_line() {
            self.lines.consume_line();
        }
        Ok(())
    }

    /// Adds the line that came last to the log.
    fn push(&mut self, known: &KnownLogs<'_>, is_rejected: bool) -> Result<(), IdentifyError> {
        let (entry, length) = (Entry::new(self.digest, is_rejected), self.lines.length());
        self.progress.push(&known.checkpoints, entry, length)?;
        if self.lines.is_within_line() {
            self.progress.open_last_line(length);
        }
        Ok(())
    }

    /// Whether more may come after its end.
    pub(super) fn may_grow(&self) -> bool {
        self.file_id().is_some() || self.input().may_continue()
    }

    /// Whether this is the checkpoint of one of its logs.
    pub(super) fn has_checkpoint(&self, name: &CheckpointName) -> bool {
        self.names.contains(name)
    }

    /// The checkpoints of its logs so far.
    pub(super) fn checkpoints(&self) -> &[CheckpointName] {
        &self.names
    }

    /// Whether nothing of it could be read so far, so that it does not count as loaded.
    pub(super) fn is_unreadable(&self) -> bool {
        self.progress.is_new() && self.valid == 0 && self.malformed > 0 && !self.any_format
    }

    /// That nothing of it could be read.
    pub(super) fn unreadable_error(&self) -> SourceError {
        SourceError::NothingRead {
            log: self.source.clone(),
            lines: self.malformed,
            format: self.format.name(),
        }
    }

    /// Says how the lines of the log were read.
    fn update_position(&mut self) {
        let is_first = self.names.first() == Some(self.progress.name());
        let position = &mut self.progress.position;
        self.format.name().clone_into(&mut position.format);
        position.state = self.format.state();
        if self.reread.is_none() {
            position.reading = Some(self.reading.clone());
        }
        if is_first || position.log.is_empty() {
            position.log = self.source.to_string();
        }
    }

    /// Adds its new positions to a batch.
    pub(super) fn add_positions(
        &mut self,
        known: &mut KnownLogs<'_>,
        mut batch: Batch,
    ) -> Result<Batch, OpenError> {
        if self.progress.is_dirty && !self.is_unreadable() {
            self.update_position();
            batch = self.register_new(known, batch)?;
            batch = self.progress.write(batch)?;
        }
        for progress in &mut self.unsaved_before {
            batch = progress.write(batch)?;
        }
        Ok(batch)
    }

    /// Has a batch remember what it takes to find a new log again.
    fn register_new(
        &mut self,
        known: &mut KnownLogs<'_>,
        batch: Batch,
    ) -> Result<Batch, OpenError> {
        if !self.progress.is_new() {
            return Ok(batch);
        }
        if let Some(first) = self.progress.first(&known.checkpoints) {
            known.add(first);
        }
        let remembered = self.identity.register(&known.checkpoints, batch);
        remembered.map_err(|error| OpenError::of(error, &self.source))
    }

    /// The batch is in the store.
    pub(super) fn committed(&mut self) {
        self.unsaved_before.clear();
        self.progress.written();
        if !self.last.1.is_empty() {
            self.sample = Some(std::mem::take(&mut self.last));
        }
    }
}
