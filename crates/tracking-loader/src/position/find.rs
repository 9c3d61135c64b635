//! Which of the logs that were loaded before a source is, at its start and further on.

use tracking_core::CheckpointName;

use super::earlier_release::{self, Compared};
use super::known::{DamagedCheckpoint, FIRST_LINES, FirstLines, FreeName, KnownLog, KnownLogs};
use super::run::{Run, RunEnd, compare_open_line, longest_run};
use super::{Entry, Head, Ledger, LineDigest, Member, SEGMENT_LINES};
use crate::source::{Lines, Place};
use crate::{IfUnsure, LogNote, SourceError};

/// What a source was found to be.
#[derive(Debug)]
pub(crate) enum Found {
    /// It is this log, and stands where it is to be read on.
    Log(Box<FoundLog>),
    /// All of its whole lines, so many, are lines of a known log.
    Within { lines: u64, note: Option<LogNote> },
    /// It goes on a log that is being read elsewhere. It stands at its start.
    Busy(CheckpointName),
}

/// A log in a source: a new one, or a known one behind which the source stands.
#[derive(Debug)]
pub(crate) struct FoundLog {
    pub(crate) member: Member,
    /// Where the log begins in the source, and with which of its lines.
    pub(crate) from: Place,
    pub(crate) start: u64,
    /// How many lines come next that were loaded before, though not as part of this log.
    pub(crate) skipped: u64,
    pub(crate) note: Option<LogNote>,
}

/// What follows within a source.
#[derive(Debug)]
pub(crate) enum Joint {
    /// All of a known log, behind which the source stands.
    Known(Box<FoundLog>),
    /// The last lines of the source, so many, are lines of a known log.
    Within { lines: u64, note: Option<LogNote> },
    /// So many lines that were loaded before; the source stands before them.
    Skipped(u64),
    /// Nothing that was loaded before, as far as can be told.
    None { note: Option<LogNote> },
    /// A log that is being read elsewhere. The source stands before it.
    Busy,
}

/// Why it could not be found out.
#[derive(Debug)]
pub(crate) enum FindError {
    Store(tracking_core::Error),
    Source(SourceError),
    Damaged(DamagedCheckpoint),
}

impl From<tracking_core::Error> for FindError {
    fn from(error: tracking_core::Error) -> Self {
        Self::Store(error)
    }
}

impl From<SourceError> for FindError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl From<DamagedCheckpoint> for FindError {
    fn from(damaged: DamagedCheckpoint) -> Self {
        Self::Damaged(damaged)
    }
}

/// How a source is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) if_unsure: IfUnsure,
    /// Whether a last line without its line end is taken.
    pub(crate) last_lines: bool,
    /// Which file it is.
    pub(crate) file: Option<String>,
}

/// Finds out what a source is that stands at its start. Logs that are `busy` are being read from
/// other sources.
pub(crate) fn find(
    known: &mut KnownLogs<'_>,
    head: &Head,
    busy: &[CheckpointName],
    lines: &mut Lines,
    search: &Search,
) -> Result<Found, FindError> {
    let start = lines.place();
    let found = find_anyway(known, head, busy, lines, search)?;
    if let Found::Log(log) = &found
        && !log.member.is_new()
        && busy.contains(log.member.name())
    {
        lines.rewind(start)?;
        return Ok(Found::Busy(log.member.name().clone()));
    }
    Ok(found)
}

fn find_anyway(
    known: &mut KnownLogs<'_>,
    head: &Head,
    busy: &[CheckpointName],
    lines: &mut Lines,
    search: &Search,
) -> Result<Found, FindError> {
    let start = lines.place();
    let (logs, free) = known.with_head(head)?;
    if let Some(found) = same_file(known, &logs, lines, search)? {
        return Ok(found);
    }
    lines.rewind(start)?;
    lines.hold();
    let (earlier, logs): (Vec<_>, Vec<_>) = logs
        .into_iter()
        .partition(|log| log.position.earlier.is_some());
    let from_starts = logs.into_iter().map(|log| (log, 0)).collect();
    let run = longest_run(&known.checkpoints, from_starts, lines, search.last_lines)?;
    let mut parted = None;
    match run {
        Some(run) if run.is_complete() => return at_start(run, free, lines, search),
        Some(run) => {
            let at_joint = run.log.position.joints.contains(&run.lines);
            if at_joint && run.is_sure() {
                return Decision::unsure(&run, lines, search)?.into_found(free, run, lines);
            }
            parted = Some(LogNote::parted(&run));
        }
        None => {}
    }
    lines.rewind(start)?;
    if !earlier.is_empty() {
        match earlier_release::compare(earlier, lines)? {
            Compared::Found(log, entries) => {
                return of_earlier_release(known, log, &entries, start, lines);
            }
            Compared::Undecided(log) => {
                let at = lines.place();
                let run = Run::undecided(log, start, at);
                return Decision::unsure(&run, lines, search)?.into_found(free, run, lines);
            }
            Compared::Different => lines.rewind(start)?,
        }
    }
    elsewhere(known, free, parted, busy, lines, search)
}

/// The file that was read last, where a source is that: only its last lines are compared.
fn same_file(
    known: &KnownLogs<'_>,
    logs: &[KnownLog],
    lines: &mut Lines,
    search: &Search,
) -> Result<Option<Found>, FindError> {
    let length = match lines.input().length() {
        Ok(Some(length)) if search.file.is_some() => length,
        _ => return Ok(None),
    };
    let is_it = |log: &&KnownLog| log.position.file == search.file && log.position.bytes <= length;
    let mut logs: Vec<_> = logs.iter().filter(is_it).collect();
    logs.sort_by_key(|log| std::cmp::Reverse(log.position.bytes));
    let from = lines.place();
    for log in logs {
        if log.position.earlier.is_none() && ends_here(known, log, lines)? {
            return Ok(Some(Found::Log(Box::new(FoundLog {
                member: Member::known(log.clone()),
                from,
                start: 0,
                skipped: 0,
                note: None,
            }))));
        }
    }
    Ok(None)
}

/// Whether a source has the last lines of a log where they should be. It stands behind them then.
fn ends_here(known: &KnownLogs<'_>, log: &KnownLog, lines: &mut Lines) -> Result<bool, FindError> {
    let position = &log.position;
    let Some(last) = position.lines.checked_sub(1) else {
        return Ok(false);
    };
    let segment = (last / SEGMENT_LINES).saturating_sub(1);
    let mut line = segment * SEGMENT_LINES;
    lines.jump(Place {
        bytes: if segment == last / SEGMENT_LINES {
            0
        } else {
            position.segments_at.0
        },
        lines: line,
    })?;
    let mut ledger = Ledger::new(log.name.clone(), position.lines);
    while line < position.whole_lines() {
        let is_whole = lines.next_line()?.is_some_and(|line| line.is_whole);
        let entry = ledger.entry(&known.checkpoints, line)?;
        if !is_whole || lines.digest() != entry.digest {
            return Ok(false);
        }
        lines.take_line();
        line += 1;
    }
    if !position.open_ended {
        return Ok(lines.place().bytes == position.bytes);
    }
    let entry = ledger.entry(&known.checkpoints, line)?;
    Ok(compare_open_line(lines, position.open_bytes, entry.digest)? == Some(true))
}

/// A source begins with a log, or is the start of one.
fn at_start(
    run: Run,
    free: FreeName,
    lines: &mut Lines,
    search: &Search,
) -> Result<Found, FindError> {
    if run.is_cut {
        return Decision::unsure(&run, lines, search)?.into_found(free, run, lines);
    }
    Decision::Skip(None).into_found(free, run, lines)
}

/// The ledger of a log of an earlier release is made of the source that begins with it.
fn of_earlier_release(
    known: &KnownLogs<'_>,
    log: KnownLog,
    entries: &[(LineDigest, u64)],
    from: Place,
    lines: &mut Lines,
) -> Result<Found, FindError> {
    let before = log.position.clone();
    let mut member = Member::known(KnownLog {
        position: super::Position {
            lines: 0,
            bytes: 0,
            ..log.position
        },
        ..log
    });
    for (digest, bytes) in entries {
        member.push(&known.checkpoints, Entry::new(*digest, false), *bytes)?;
    }
    let (whole, bytes) = (
        before.whole_lines(),
        entries.last().map_or(0, |(_, bytes)| *bytes),
    );
    if before.open_ended {
        member.open_last_line(bytes);
    }
    let open = if before.open_ended { bytes } else { 0 };
    lines.rewind(Place {
        bytes: from.bytes + before.bytes - open,
        lines: from.lines + whole,
    })?;
    member.is_moved = false;
    Ok(Found::Log(Box::new(FoundLog {
        member,
        from,
        start: 0,
        skipped: 0,
        note: None,
    })))
}

/// Looks for the first lines of a source in the middle of ledgers: logs may have been
/// concatenated when they were loaded.
fn elsewhere(
    known: &mut KnownLogs<'_>,
    free: FreeName,
    parted: Option<LogNote>,
    busy: &[CheckpointName],
    lines: &mut Lines,
    search: &Search,
) -> Result<Found, FindError> {
    let start = lines.place();
    // What is still to come of a pipe is not waited for, where nothing is known to wait for.
    lines.input_mut().set_waits(false);
    let first = first_lines(lines)?;
    lines.rewind(start)?;
    lines.input_mut().set_waits(true);
    let new = |free, note| {
        Found::Log(Box::new(FoundLog {
            member: Member::new(free),
            from: start,
            start: 0,
            skipped: 0,
            note,
        }))
    };
    if first.is_empty() {
        return Ok(new(free, parted));
    }
    let places = known.places(&first)?;
    let mut logs = Vec::new();
    let part = places.part.iter().filter(|_| places.found.is_empty());
    let part = part.map(|(name, line, _)| (name, line));
    for (name, line) in places
        .found
        .iter()
        .map(|(name, line)| (name, line))
        .chain(part)
    {
        let log = known.log(name)?;
        logs.extend(log.map(|log| (log, *line)));
    }
    let run = longest_run(&known.checkpoints, logs, lines, search.last_lines)?;
    let Some(mut run) = run else {
        lines.rewind(start)?;
        return Ok(new(free, parted));
    };
    if run.is_complete() && busy.contains(&run.log.name) {
        lines.rewind(start)?;
        return Ok(Found::Busy(run.log.name));
    }
    run.is_ambiguous |= places.are_too_many;
    match Decision::of(&run, lines, search, run.end == RunEnd::Log)? {
        Decision::Load(note) => {
            lines.rewind(start)?;
            // Lines from the start of a log say more than lines in the middle of one.
            Ok(new(free, parted.or(note)))
        }
        skip @ Decision::Skip(_) => skip.into_found(free, run, lines),
    }
}

/// The digests of the first whole lines.
pub(crate) fn first_lines(lines: &mut Lines) -> Result<FirstLines, FindError> {
    let mut first = Vec::new();
    while (first.len() as u64) < FIRST_LINES {
        match lines.next_line()? {
            Some(line) if line.is_whole => {}
            _ => break,
        }
        first.push(lines.digest());
        lines.take_line();
    }
    Ok(first.into())
}

/// Logs that are being read, or are going to be read, from other sources.
#[derive(Clone, Debug, Default)]
pub(crate) struct Elsewhere {
    /// The checkpoints of those that are being read.
    pub(crate) busy: Vec<CheckpointName>,
    /// With which lines sources begin that are not read to their end.
    pub(crate) first_lines: Vec<FirstLines>,
}

impl Elsewhere {
    /// Whether one of these sources begins with the lines that come next.
    fn begins_with(&self, lines: &mut Lines) -> Result<bool, FindError> {
        let next = first_lines(lines)?;
        let is_it = |first: &FirstLines| !first.is_empty() && next.starts_with(first);
        Ok(self.first_lines.iter().any(is_it))
    }
}

/// Finds out whether a known log follows in a source, other than those that it had so far. The
/// source stands before the line in question.
pub(crate) fn find_within(
    known: &KnownLogs<'_>,
    head: &Head,
    but: &[CheckpointName],
    elsewhere: &Elsewhere,
    lines: &mut Lines,
    search: &Search,
) -> Result<Joint, FindError> {
    let start = lines.place();
    let (mut logs, _) = known.with_head(head)?;
    logs.retain(|log| !but.contains(&log.name));
    if let Some(log) = logs.iter().find(|log| log.position.earlier.is_some()) {
        // There is nothing to compare with, so these lines are new or refused.
        let run = Run::undecided(log.clone(), start, start);
        return match search.if_unsure {
            IfUnsure::Load => Ok(Joint::None { note: None }),
            _ => Err(unsure(&run, lines)),
        };
    }
    let from_starts = logs.into_iter().map(|log| (log, 0)).collect();
    let run = longest_run(&known.checkpoints, from_starts, lines, search.last_lines)?;
    let joint = match run {
        None => Joint::None { note: None },
        Some(run) if run.is_complete() && elsewhere.busy.contains(&run.log.name) => Joint::Busy,
        Some(run) => match (Decision::of(&run, lines, search, false)?, run.end) {
            (Decision::Load(note), _) => Joint::None { note },
            (Decision::Skip(_), RunEnd::Differs) => Joint::Skipped(run.lines),
            (Decision::Skip(note), RunEnd::Log) => {
                return into_known(run, note, lines).map(Joint::Known);
            }
            (Decision::Skip(note), RunEnd::Source) => {
                return Ok(Joint::Within {
                    note,
                    lines: run.lines,
                });
            }
        },
    };
    lines.rewind(start)?;
    if matches!(joint, Joint::None { .. }) && elsewhere.begins_with(lines)? {
        lines.rewind(start)?;
        return Ok(Joint::Busy);
    }
    lines.rewind(start)?;
    Ok(joint)
}

/// What is done about a run of lines that were loaded before.
enum Decision {
    Load(Option<LogNote>),
    Skip(Option<LogNote>),
}

impl Decision {
    /// Decides about a run that does not begin both a source and a log. Where a single line says
    /// nothing, it is new.
    fn of(run: &Run, lines: &Lines, search: &Search, one_is_new: bool) -> Result<Self, FindError> {
        if run.is_sure() && run.is_complete() && !run.is_cut {
            return Ok(Self::Skip(Some(LogNote::known(run))));
        }
        if !run.is_complete() && !run.is_sure() {
            return Ok(Self::Load(Some(LogNote::alike(run))));
        }
        if run.lines <= 1 && one_is_new {
            return Ok(Self::Load(Some(LogNote::alike(run))));
        }
        Self::unsure(run, lines, search)
    }

    /// What is done where nothing can be told.
    fn unsure(run: &Run, lines: &Lines, search: &Search) -> Result<Self, FindError> {
        match search.if_unsure {
            IfUnsure::Refuse => Err(unsure(run, lines)),
            IfUnsure::Load => Ok(Self::Load(None)),
            IfUnsure::Skip => Ok(Self::Skip(None)),
        }
    }

    /// What a source is where the run stands at its start.
    fn into_found(self, free: FreeName, run: Run, lines: &mut Lines) -> Result<Found, FindError> {
        let (skipped, note) = match self {
            Self::Load(note) => (0, note),
            Self::Skip(note) => match run.end {
                RunEnd::Log => return into_known(run, note, lines).map(Found::Log),
                RunEnd::Source => {
                    let lines = run.lines;
                    return Ok(Found::Within { lines, note });
                }
                RunEnd::Differs => (run.lines, note),
            },
        };
        lines.rewind(run.from)?;
        Ok(Found::Log(Box::new(FoundLog {
            member: Member::new(free),
            from: run.from,
            start: 0,
            skipped,
            note,
        })))
    }
}

fn unsure(run: &Run, lines: &Lines) -> FindError {
    FindError::Source(SourceError::Unsure {
        log: lines.input().source().clone(),
        line: run.from.lines + 1,
        lines: run.lines,
        known: run.log.position.log.clone(),
        checkpoint: run.log.name.to_string(),
    })
}

/// Goes behind a run that ends with its log.
fn into_known(
    run: Run,
    note: Option<LogNote>,
    lines: &mut Lines,
) -> Result<Box<FoundLog>, FindError> {
    lines.rewind(run.to)?;
    Ok(Box::new(FoundLog {
        member: Member::known(run.log),
        from: run.from,
        start: run.start,
        skipped: 0,
        note,
    }))
}
