//! Which of the logs that were loaded before a source is, at its start and further on.

use tracking_core::CheckpointName;

use super::known_log::{FreeCheckpoint, KnownLog};
use super::known_logs::KnownLogs;
use super::ledger_scan::{FIRST_LINES, FirstLines};
use super::legacy::{self, LegacyComparison};
use super::line_match::{LineMatch, MatchEnd, compare_open_line, longest_match};
use super::{Entry, IdentifyError, Ledger, LineDigest, LogIdentity, LogProgress, SEGMENT_LINES};
use crate::source::{Lines, SourceOffset};
use crate::{IfUnsure, LogNote, SourceError};

/// What a source was found to be.
#[derive(Debug)]
pub(crate) enum Identified {
    /// It is this log, and stands where it is to be read on.
    Log(Box<IdentifiedLog>),
    /// All of its whole lines, so many, are lines of a known log.
    Within { lines: u64, note: Option<LogNote> },
    /// It goes on a log that is being read elsewhere. It stands at its start.
    Busy(CheckpointName),
}

/// A log in a source: a new one, or a known one behind which the source stands.
#[derive(Debug)]
pub(crate) struct IdentifiedLog {
    pub(crate) progress: LogProgress,
    /// Where the log begins in the source, and with which of its lines.
    pub(crate) from: SourceOffset,
    pub(crate) start: u64,
    /// How many lines come next that were loaded before, though not as part of this log.
    pub(crate) skipped: u64,
    pub(crate) note: Option<LogNote>,
}

/// What follows within a source.
#[derive(Debug)]
pub(crate) enum Boundary {
    /// All of a known log, behind which the source stands.
    Known(Box<IdentifiedLog>),
    /// The last lines of the source, so many, are lines of a known log.
    Within { lines: u64, note: Option<LogNote> },
    /// So many lines that were loaded before; the source stands before them.
    Skipped(u64),
    /// Nothing that was loaded before, as far as can be told.
    None { note: Option<LogNote> },
    /// A log that is being read elsewhere. The source stands before it.
    Busy,
}

/// How a source is looked at.
#[derive(Clone, Debug)]
pub(crate) struct IdentifyOptions {
    pub(crate) if_unsure: IfUnsure,
    /// Whether a last line without its line end is taken.
    pub(crate) last_lines: bool,
    /// Which file it is.
    pub(crate) file: Option<String>,
}

/// Finds out what a source is that stands at its start. Logs that are `busy` are being read from
/// other sources.
pub(crate) fn identify(
    known: &mut KnownLogs<'_>,
    identity: &LogIdentity,
    busy: &[CheckpointName],
    lines: &mut Lines,
    options: &IdentifyOptions,
) -> Result<Identified, IdentifyError> {
    let start = lines.offset();
    let found = identify_any(known, identity, busy, lines, options)?;
    if let Identified::Log(log) = &found
        && !log.progress.is_new()
        && busy.contains(log.progress.name())
    {
        lines.rewind(start)?;
        return Ok(Identified::Busy(log.progress.name().clone()));
    }
    Ok(found)
}

fn identify_any(
    known: &mut KnownLogs<'_>,
    identity: &LogIdentity,
    busy: &[CheckpointName],
    lines: &mut Lines,
    options: &IdentifyOptions,
) -> Result<Identified, IdentifyError> {
    let start = lines.offset();
    let (logs, free) = known.with_identity(identity)?;
    if let Some(found) = same_file(known, &logs, lines, options)? {
        return Ok(found);
    }
    lines.rewind(start)?;
    lines.hold();
    let (earlier, logs): (Vec<_>, Vec<_>) = logs
        .into_iter()
        .partition(|log| log.position.legacy.is_some());
    let from_starts = logs.into_iter().map(|log| (log, 0)).collect();
    let matched = longest_match(&known.checkpoints, from_starts, lines, options.last_lines)?;
    let mut diverged = None;
    match matched {
        Some(matched) if matched.is_complete() => return from_start(matched, free, lines, options),
        Some(matched) => {
            let at_boundary = matched.log.position.boundaries.contains(&matched.lines);
            if at_boundary && matched.is_sure() {
                return Decision::if_unsure(&matched, lines, options)?
                    .into_found(free, matched, lines);
            }
            diverged = Some(LogNote::begins_alike(&matched));
        }
        None => {}
    }
    lines.rewind(start)?;
    if !earlier.is_empty() {
        match legacy::compare(earlier, lines)? {
            LegacyComparison::Found(log, entries) => {
                return rebuild_ledger(known, log, &entries, start, lines);
            }
            LegacyComparison::Undecided(log) => {
                let at = lines.offset();
                let matched = LineMatch::undecided(log, start, at);
                return Decision::if_unsure(&matched, lines, options)?
                    .into_found(free, matched, lines);
            }
            LegacyComparison::Different => lines.rewind(start)?,
        }
    }
    find_mid_log(known, free, diverged, busy, lines, options)
}

/// The file that was read last, where a source is that: only its last lines are compared.
fn same_file(
    known: &KnownLogs<'_>,
    logs: &[KnownLog],
    lines: &mut Lines,
    options: &IdentifyOptions,
) -> Result<Option<Identified>, IdentifyError> {
    let length = match lines.input().length() {
        Ok(Some(length)) if options.file.is_some() => length,
        _ => return Ok(None),
    };
    let is_it = |log: &&KnownLog| log.position.file == options.file && log.position.bytes <= length;
    let mut logs: Vec<_> = logs.iter().filter(is_it).collect();
    logs.sort_by_key(|log| std::cmp::Reverse(log.position.bytes));
    let from = lines.offset();
    for log in logs {
        if log.position.legacy.is_none() && matches_tail(known, log, lines)? {
            return Ok(Some(Identified::Log(Box::new(IdentifiedLog {
                progress: LogProgress::known(log.clone()),
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
fn matches_tail(
    known: &KnownLogs<'_>,
    log: &KnownLog,
    lines: &mut Lines,
) -> Result<bool, IdentifyError> {
    let position = &log.position;
    let Some(last) = position.lines.checked_sub(1) else {
        return Ok(false);
    };
    let segment = (last / SEGMENT_LINES).saturating_sub(1);
    let mut line = segment * SEGMENT_LINES;
    lines.jump(SourceOffset {
        bytes: if segment == last / SEGMENT_LINES {
            0
        } else {
            position.segments_at.0
        },
        lines: line,
    })?;
    let mut ledger = Ledger::new(log.name.clone(), position.lines);
    while line < position.complete_lines() {
        let is_whole = lines.next_line()?.is_some_and(|line| line.is_whole);
        let entry = ledger.entry(&known.checkpoints, line)?;
        if !is_whole || lines.digest() != entry.digest {
            return Ok(false);
        }
        lines.consume_line();
        line += 1;
    }
    if !position.open_ended {
        return Ok(lines.offset().bytes == position.bytes);
    }
    let entry = ledger.entry(&known.checkpoints, line)?;
    Ok(compare_open_line(lines, position.open_bytes, entry.digest)? == Some(true))
}

/// A source begins with a log, or is the start of one.
fn from_start(
    matched: LineMatch,
    free: FreeCheckpoint,
    lines: &mut Lines,
    options: &IdentifyOptions,
) -> Result<Identified, IdentifyError> {
    if matched.is_cut {
        return Decision::if_unsure(&matched, lines, options)?.into_found(free, matched, lines);
    }
    Decision::Skip(None).into_found(free, matched, lines)
}

/// The ledger of a log of an earlier release is made of the source that begins with it.
fn rebuild_ledger(
    known: &KnownLogs<'_>,
    log: KnownLog,
    entries: &[(LineDigest, u64)],
    from: SourceOffset,
    lines: &mut Lines,
) -> Result<Identified, IdentifyError> {
    let before = log.position.clone();
    let mut progress = LogProgress::known(KnownLog {
        position: super::Position {
            lines: 0,
            bytes: 0,
            ..log.position
        },
        ..log
    });
    for (digest, bytes) in entries {
        progress.push(&known.checkpoints, Entry::new(*digest, false), *bytes)?;
    }
    let (whole, bytes) = (
        before.complete_lines(),
        entries.last().map_or(0, |(_, bytes)| *bytes),
    );
    if before.open_ended {
        progress.open_last_line(bytes);
    }
    let open = if before.open_ended { bytes } else { 0 };
    lines.rewind(SourceOffset {
        bytes: from.bytes + before.bytes - open,
        lines: from.lines + whole,
    })?;
    progress.is_dirty = false;
    Ok(Identified::Log(Box::new(IdentifiedLog {
        progress,
        from,
        start: 0,
        skipped: 0,
        note: None,
    })))
}

/// Looks for the first lines of a source in the middle of ledgers: logs may have been
/// concatenated when they were loaded.
fn find_mid_log(
    known: &mut KnownLogs<'_>,
    free: FreeCheckpoint,
    diverged: Option<LogNote>,
    busy: &[CheckpointName],
    lines: &mut Lines,
    options: &IdentifyOptions,
) -> Result<Identified, IdentifyError> {
    let start = lines.offset();
    // What is still to come of a pipe is not waited for, where nothing is known to wait for.
    lines.input_mut().set_waits(false);
    let first = first_lines(lines)?;
    lines.rewind(start)?;
    lines.input_mut().set_waits(true);
    let new = |free, note| {
        Identified::Log(Box::new(IdentifiedLog {
            progress: LogProgress::new(free),
            from: start,
            start: 0,
            skipped: 0,
            note,
        }))
    };
    if first.is_empty() {
        return Ok(new(free, diverged));
    }
    let places = known.matches(&first)?;
    let partial = places.partial.as_ref().map(|partial| &partial.start);
    let partial = partial.filter(|_| places.found.is_empty());
    let mut logs = Vec::new();
    for place in places.found.iter().chain(partial) {
        let log = known.log(&place.log)?;
        logs.extend(log.map(|log| (log, place.line)));
    }
    let matched = longest_match(&known.checkpoints, logs, lines, options.last_lines)?;
    let Some(mut matched) = matched else {
        lines.rewind(start)?;
        return Ok(new(free, diverged));
    };
    if matched.is_complete() && busy.contains(&matched.log.name) {
        lines.rewind(start)?;
        return Ok(Identified::Busy(matched.log.name));
    }
    matched.is_ambiguous |= places.are_too_many;
    match Decision::of(&matched, lines, options, matched.end == MatchEnd::Log)? {
        Decision::Load(note) => {
            lines.rewind(start)?;
            // Lines from the start of a log say more than lines in the middle of one.
            Ok(new(free, diverged.or(note)))
        }
        skip @ Decision::Skip(_) => skip.into_found(free, matched, lines),
    }
}

/// The digests of the first whole lines.
pub(crate) fn first_lines(lines: &mut Lines) -> Result<FirstLines, IdentifyError> {
    let mut first = Vec::new();
    while (first.len() as u64) < FIRST_LINES {
        match lines.next_line()? {
            Some(line) if line.is_whole => {}
            _ => break,
        }
        first.push(lines.digest());
        lines.consume_line();
    }
    Ok(first.into())
}

/// Logs that are being read, or are going to be read, from other sources.
#[derive(Clone, Debug, Default)]
pub(crate) struct OtherSources {
    /// The checkpoints of those that are being read.
    pub(crate) busy: Vec<CheckpointName>,
    /// With which lines sources begin that are not read to their end.
    pub(crate) first_lines: Vec<FirstLines>,
}

impl OtherSources {
    /// Whether one of these sources begins with the lines that come next.
    fn begins_with(&self, lines: &mut Lines) -> Result<bool, IdentifyError> {
        let next = first_lines(lines)?;
        let is_it = |first: &FirstLines| !first.is_empty() && next.starts_with(first);
        Ok(self.first_lines.iter().any(is_it))
    }
}

/// Finds out whether a known log follows in a source, other than those that it had so far. The
/// source stands before the line in question.
pub(crate) fn identify_at_boundary(
    known: &KnownLogs<'_>,
    identity: &LogIdentity,
    but: &[CheckpointName],
    others: &OtherSources,
    lines: &mut Lines,
    options: &IdentifyOptions,
) -> Result<Boundary, IdentifyError> {
    let start = lines.offset();
    let (mut logs, _) = known.with_identity(identity)?;
    logs.retain(|log| !but.contains(&log.name));
    if let Some(log) = logs.iter().find(|log| log.position.legacy.is_some()) {
        // There is nothing to compare with, so these lines are new or refused.
        let matched = LineMatch::undecided(log.clone(), start, start);
        return match options.if_unsure {
            IfUnsure::Load => Ok(Boundary::None { note: None }),
            _ => Err(undecided_error(&matched, lines)),
        };
    }
    let from_starts = logs.into_iter().map(|log| (log, 0)).collect();
    let matched = longest_match(&known.checkpoints, from_starts, lines, options.last_lines)?;
    let boundary = match matched {
        None => Boundary::None { note: None },
        Some(matched) if matched.is_complete() && others.busy.contains(&matched.log.name) => {
            Boundary::Busy
        }
        Some(matched) => match (Decision::of(&matched, lines, options, false)?, matched.end) {
            (Decision::Load(note), _) => Boundary::None { note },
            (Decision::Skip(_), MatchEnd::Differs) => Boundary::Skipped(matched.lines),
            (Decision::Skip(note), MatchEnd::Log) => {
                return resume_after(matched, note, lines).map(Boundary::Known);
            }
            (Decision::Skip(note), MatchEnd::Source) => {
                return Ok(Boundary::Within {
                    note,
                    lines: matched.lines,
                });
            }
        },
    };
    lines.rewind(start)?;
    if matches!(boundary, Boundary::None { .. }) && others.begins_with(lines)? {
        lines.rewind(start)?;
        return Ok(Boundary::Busy);
    }
    lines.rewind(start)?;
    Ok(boundary)
}

/// What is done about a run of lines that were loaded before.
enum Decision {
    Load(Option<LogNote>),
    Skip(Option<LogNote>),
}

impl Decision {
    /// Decides about a run that does not begin both a source and a log. Where a single line says
    /// nothing, it is new.
    fn of(
        matched: &LineMatch,
        lines: &Lines,
        options: &IdentifyOptions,
        one_is_new: bool,
    ) -> Result<Self, IdentifyError> {
        if matched.is_sure() && matched.is_complete() && !matched.is_cut {
            return Ok(Self::Skip(Some(LogNote::loaded_as_part(matched))));
        }
        if !matched.is_complete() && !matched.is_sure() {
            return Ok(Self::Load(Some(LogNote::alike(matched))));
        }
        if matched.lines <= 1 && one_is_new {
            return Ok(Self::Load(Some(LogNote::alike(matched))));
        }
        Self::if_unsure(matched, lines, options)
    }

    /// What is done where nothing can be told.
    fn if_unsure(
        matched: &LineMatch,
        lines: &Lines,
        options: &IdentifyOptions,
    ) -> Result<Self, IdentifyError> {
        match options.if_unsure {
            IfUnsure::Refuse => Err(undecided_error(matched, lines)),
            IfUnsure::Load => Ok(Self::Load(None)),
            IfUnsure::Skip => Ok(Self::Skip(None)),
        }
    }

    /// What a source is where the run stands at its start.
    fn into_found(
        self,
        free: FreeCheckpoint,
        matched: LineMatch,
        lines: &mut Lines,
    ) -> Result<Identified, IdentifyError> {
        let (skipped, note) = match self {
            Self::Load(note) => (0, note),
            Self::Skip(note) => match matched.end {
                MatchEnd::Log => return resume_after(matched, note, lines).map(Identified::Log),
                MatchEnd::Source => {
                    let lines = matched.lines;
                    return Ok(Identified::Within { lines, note });
                }
                MatchEnd::Differs => (matched.lines, note),
            },
        };
        lines.rewind(matched.from)?;
        Ok(Identified::Log(Box::new(IdentifiedLog {
            progress: LogProgress::new(free),
            from: matched.from,
            start: 0,
            skipped,
            note,
        })))
    }
}

fn undecided_error(matched: &LineMatch, lines: &Lines) -> IdentifyError {
    IdentifyError::Source(SourceError::Unsure {
        log: lines.input().source().clone(),
        line: matched.from.lines + 1,
        lines: matched.lines,
        known: matched.log.position.log.clone(),
        checkpoint: matched.log.name.to_string(),
    })
}

/// Goes behind a run that ends with its log.
fn resume_after(
    matched: LineMatch,
    note: Option<LogNote>,
    lines: &mut Lines,
) -> Result<Box<IdentifiedLog>, IdentifyError> {
    lines.rewind(matched.to)?;
    Ok(Box::new(IdentifiedLog {
        progress: LogProgress::known(matched.log),
        from: matched.from,
        start: matched.start,
        skipped: 0,
        note,
    }))
}
