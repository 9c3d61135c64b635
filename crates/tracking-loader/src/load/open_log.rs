//! One source that is being loaded: its lines, what they say, and the logs that they belong to.

mod joint;

use std::path::Path;

use tracking_core::{Batch, CheckpointName, Result};
use tracking_logfile::FileId;

use super::LogNote;
use super::error::OpenError;
use super::open::Reading;
use crate::position::{
    Elsewhere, Entry, FindError, FoundLog, Head, KnownLogs, LineDigest, Member, Search,
};
use crate::source::{OpenSource, Place};
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
    head: Head,
    /// The log that is being read on.
    member: Member,
    /// The logs before it in the source, of which something is not in the store yet.
    members_before: Vec<Member>,
    /// The checkpoints of all its logs so far.
    names: Vec<CheckpointName>,
    /// Where the source entered the first of them behind its start.
    is_entered_late: bool,
    search: Search,
    /// How many lines come next that were loaded before, though not at their place.
    skipped: u64,
    /// Lines of the log that are gone through again, for those that were rejected before.
    again: Option<Again>,
    /// The place where it was found that no known log begins.
    checked: Option<Place>,
    /// The place where it has waited for other sources.
    waited: Option<Place>,
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
    /// Some text that was read, and where it stands: while it is there, the file was not cut.
    witness: Option<(u64, Vec<u8>)>,
    /// The line that was read last, and where it stands.
    last: (u64, Vec<u8>),
    last_lines: bool,
    line_limit: usize,
}

/// What a source is read with.
pub(super) struct Parts {
    pub(super) source: Source,
    pub(super) lines: Lines,
    pub(super) format: Box<dyn LineFormat>,
    pub(super) head: Head,
    pub(super) search: Search,
}

/// Lines of a log that are gone through again.
#[derive(Clone, Copy, Debug)]
struct Again {
    next: u64,
    until: u64,
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
    /// So many lines that were loaded before.
    Before {
        lines: u64,
        note: Option<LogNote>,
        /// The log that is gone on now, where it is another one.
        log: Option<CheckpointName>,
    },
    /// Nothing that counts, but something is to be put into the store.
    Moved,
    /// A log comes that is being read elsewhere.
    Busy,
    /// The end for now, perhaps with a half line left.
    End {
        half_line: bool,
    },
}

/// How much of a line is kept to see whether it is still there.
const WITNESS: usize = 1024;

impl OpenLog {
    /// A source with the log that it was found to be. Gives how many lines were loaded before, too.
    pub(super) fn new(
        parts: Parts,
        reading: &Reading,
        found: Box<FoundLog>,
    ) -> Result<(Self, u64, Vec<LogNote>), OpenError> {
        let mut this = Self {
            reading: reading.fingerprint(parts.format.name()),
            names: vec![found.member.name().clone()],
            is_entered_late: found.start > 0,
            // Where a log is new, it is known that none begins with its first line.
            checked: found.member.is_new().then(|| parts.lines.place()),
            source: parts.source,
            lines: parts.lines,
            format: parts.format,
            head: parts.head,
            search: parts.search,
            member: found.member,
            members_before: Vec::new(),
            waited: None,
            skipped: found.skipped,
            again: None,
            notes: 0,
            is_over: false,
            any_format: reading.any_format,
            valid: 0,
            malformed: 0,
            digest: LineDigest::of(b""),
            witness: None,
            last: (0, Vec::new()),
            last_lines: reading.last_lines,
            line_limit: reading.line_limit,
        };
        let is_from_start = found.start == 0 && found.from == Place::default();
        let file = this.search.file.clone().filter(|_| is_from_start);
        this.member.read_from(file);
        let mut notes: Vec<_> = found.note.into_iter().collect();
        // A last line that was taken without its end comes once more, with the rest of it.
        let open_line = u64::from(this.member.position.open_ended);
        let mut before = this.lines.place().lines + open_line;
        if let Some(note) = this.read_differently() {
            notes.push(note);
            before -= this.member.position.rejected.min(before);
            this.go_through_again(found.from, found.start)?;
        }
        this.lines.release();
        this.find_witness();
        Ok((this, before, notes))
    }

    /// Says where the log was read in another way before.
    fn read_differently(&self) -> Option<LogNote> {
        let position = &self.member.position;
        let before = position.reading.as_ref()?;
        (*before != self.reading).then(|| LogNote::ReadDifferently {
            before: position.format.clone(),
            now: self.format.name().to_owned(),
            rejected: position.rejected,
        })
    }

    /// Goes back to the start of the log, where lines of it are to be read again.
    fn go_through_again(&mut self, from: Place, start: u64) -> Result<(), OpenError> {
        if self.member.position.rejected > 0 {
            self.lines.rewind(from)?;
            self.again = Some(Again {
                next: start,
                until: self.member.position.whole_lines(),
            });
        }
        Ok(())
    }

    /// Keeps some text that was read before, where it can be looked at again.
    fn find_witness(&mut self) {
        let end = self.lines.place().bytes;
        let at = end.saturating_sub(WITNESS as u64);
        if end > 0 {
            let text = self.lines.input_mut().read_at(at, end - at);
            self.witness = text.ok().flatten().map(|text| (at, text));
        }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn format_name(&self) -> &'static str {
        self.format.name()
    }

    /// What it begins with.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    pub(super) fn input(&self) -> &OpenSource {
        self.lines.input()
    }

    /// What comes next. It counts as read once it is [accepted](Self::accept), or something else
    /// is asked for. Other logs are being read `elsewhere`.
    pub(super) fn next(
        &mut self,
        known: &mut KnownLogs<'_>,
        elsewhere: &Elsewhere,
    ) -> Result<Step, OpenError> {
        loop {
            match self.try_next(known, elsewhere) {
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
        elsewhere: &Elsewhere,
    ) -> Result<Option<Step>, FindError> {
        if self.is_over {
            return Ok(Some(Step::End { half_line: false }));
        }
        if !self.lines.is_within_line() {
            self.lines.take_line();
        }
        if self.again.is_some() {
            return self.next_again(known);
        }
        let place = self.lines.place();
        let Some(line) = self.lines.next_line()? else {
            let half_line = self.lines.is_within_line() && !self.member.position.open_ended;
            return Ok(Some(Step::End { half_line }));
        };
        let is_whole = line.is_whole;
        if self.member.position.open_ended {
            return self.rest(known, is_whole);
        }
        if !is_whole && !self.last_lines {
            return Ok(Some(Step::End { half_line: true }));
        }
        self.digest = self.lines.digest();
        if self.skipped > 0 && is_whole {
            return self.skip(known).map(Some);
        }
        if is_whole
            && self.checked != Some(place)
            && known.may_begin(self.digest, self.lines.raw().1)?
            && let Some(step) = self.joint(known, elsewhere)?
        {
            return Ok(step);
        }
        self.remember();
        Ok(Some(self.read()))
    }

    /// What comes of a line that was taken before it had its end.
    fn rest(&mut self, known: &KnownLogs<'_>, is_whole: bool) -> Result<Option<Step>, FindError> {
        if !is_whole {
            return Ok(Some(Step::End { half_line: false }));
        }
        let open = self.member.position.open_bytes.saturating_sub(self.nuls());
        let open = usize::try_from(open).unwrap_or(usize::MAX);
        let rest = self.lines.raw().1.get(open..);
        let is_blank = rest.is_some_and(|rest| rest.trim_ascii().is_empty());
        let (digest, length) = (self.lines.digest(), self.lines.length());
        self.member
            .close_last_line(&known.checkpoints, digest, length)?;
        self.lines.take_line();
        Ok(Some(if is_blank { Step::Moved } else { Step::Rest }))
    }

    /// Skips a line that was loaded before.
    fn skip(&mut self, known: &KnownLogs<'_>) -> Result<Step, FindError> {
        // It may say something of the lines that follow.
        self.read();
        self.skipped -= 1;
        self.push(known, false)?;
        self.lines.take_line();
        Ok(Step::Before {
            lines: 1,
            note: None,
            log: None,
        })
    }

    /// The next line of those that are gone through again that was rejected before.
    fn next_again(&mut self, known: &KnownLogs<'_>) -> Result<Option<Step>, FindError> {
        let Some(again) = &mut self.again else {
            return Ok(None);
        };
        if again.next == again.until {
            self.again = None;
            self.member.position.reading = Some(self.reading.clone());
            self.member.is_moved = true;
            return Ok(Some(Step::Moved));
        }
        if self.lines.next_line()?.is_none_or(|line| !line.is_whole) {
            // It was cut meanwhile.
            return Ok(Some(Step::End { half_line: false }));
        }
        let line = again.next;
        again.next += 1;
        let step = self.read();
        if !self.member.is_rejected(&known.checkpoints, line)? {
            return Ok(None);
        }
        self.remember();
        Ok(Some(step))
    }

    /// Remembers the line that came last, and where it stands.
    fn remember(&mut self) {
        let (at, start) = self.lines.raw();
        let start = start.get(..WITNESS).unwrap_or(start);
        if self.witness.is_none() {
            self.witness = Some((at, start.to_owned()));
        }
        self.last.0 = at;
        self.last.1.clear();
        self.last.1.extend_from_slice(start);
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

    /// Takes what came last for read, and whether it was rejected.
    pub(super) fn accept(
        &mut self,
        known: &KnownLogs<'_>,
        is_record: bool,
        is_rejected: bool,
    ) -> Result<(), OpenError> {
        self.valid += u64::from(is_record);
        self.malformed += u64::from(is_rejected);
        let accepted = match self.again {
            Some(again) if is_rejected => Ok(again.next),
            Some(again) => {
                let line = again.next.saturating_sub(1);
                let member = &mut self.member;
                member
                    .no_longer_rejected(&known.checkpoints, line)
                    .map(|()| line)
            }
            None => self.push(known, is_rejected).map(|()| 0),
        };
        accepted.map_err(|error| OpenError::of(error, &self.source))?;
        // A line without its end may still get one.
        if !self.lines.is_within_line() {
            self.lines.take_line();
        }
        Ok(())
    }

    /// Adds the line that came last to the log.
    fn push(&mut self, known: &KnownLogs<'_>, is_rejected: bool) -> Result<(), FindError> {
        let (entry, length) = (Entry::new(self.digest, is_rejected), self.lines.length());
        self.member.push(&known.checkpoints, entry, length)?;
        if self.lines.is_within_line() {
            self.member.open_last_line(length);
        }
        Ok(())
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
        if self.file_id() != Some(FileId::from(&there)) {
            return Standing::MovedAway;
        }
        let is_shorter = there.len() < self.lines.place().bytes;
        if is_shorter || !self.is_unchanged() {
            return Standing::Cut;
        }
        Standing::Here
    }

    /// Which file it is, where it is a plain one.
    pub(super) fn file_id(&self) -> Option<FileId> {
        let about = self.lines.input().about().ok().flatten();
        about.map(|about| FileId::from(&about))
    }

    /// Whether more may come after its end.
    pub(super) fn may_grow(&self) -> bool {
        self.file_id().is_some() || self.input().is_to_go_on()
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
    pub(super) fn is_held_back(&self) -> bool {
        self.member.is_new() && self.valid == 0 && self.malformed > 0 && !self.any_format
    }

    /// That nothing of it could be read.
    pub(super) fn nothing_read(&self) -> SourceError {
        SourceError::NothingRead {
            log: self.source.clone(),
            lines: self.malformed,
            format: self.format.name(),
        }
    }

    /// Says how the lines of the log were read.
    fn settle(&mut self) {
        let is_first = self.names.first() == Some(self.member.name());
        let position = &mut self.member.position;
        self.format.name().clone_into(&mut position.format);
        position.state = self.format.state();
        if self.again.is_none() {
            position.reading = Some(self.reading.clone());
        }
        if is_first || position.log.is_empty() {
            position.log = self.source.to_string();
        }
    }

    /// Adds its new positions to a batch.
    pub(super) fn moved(
        &mut self,
        known: &mut KnownLogs<'_>,
        mut batch: Batch,
    ) -> Result<Batch, OpenError> {
        if self.member.is_moved && !self.is_held_back() {
            self.settle();
            batch = self.remember_new(known, batch)?;
            batch = self.member.write(batch)?;
        }
        for member in &mut self.members_before {
            batch = member.write(batch)?;
        }
        Ok(batch)
    }

    /// Has a batch remember what it takes to find a new log again.
    fn remember_new(
        &mut self,
        known: &mut KnownLogs<'_>,
        batch: Batch,
    ) -> Result<Batch, OpenError> {
        if !self.member.is_new() {
            return Ok(batch);
        }
        if let Some(first) = self.member.first(&known.checkpoints) {
            known.add(first);
        }
        let remembered = self.head.remember(&known.checkpoints, batch);
        remembered.map_err(|error| OpenError::of(error, &self.source))
    }

    /// The batch is in the store.
    pub(super) fn committed(&mut self) {
        self.members_before.clear();
        self.member.written();
        if !self.last.1.is_empty() {
            self.witness = Some(std::mem::take(&mut self.last));
        }
    }
}
