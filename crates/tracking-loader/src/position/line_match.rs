//! A run of lines that stand both in a source and in the ledger of a log.

use super::known_log::KnownLog;
use super::{Checkpoints, IdentifyError, Ledger, LineDigest, LineHasher};
use crate::source::{Lines, SourceOffset};

/// How many lines, not all of them equal, are enough to tell that logs were concatenated.
pub(crate) const MIN_SURE_LINES: u64 = 8;

/// A run of lines of a source that are equal to lines of a log.
#[derive(Clone, Debug)]
pub(crate) struct LineMatch {
    pub(crate) log: KnownLog,
    /// The first line in the log, counted from 0.
    pub(crate) start: u64,
    /// How many lines are equal.
    pub(crate) lines: u64,
    /// Whether they are not all the same line.
    is_varied: bool,
    /// Whether there are too many places where it may stand.
    pub(crate) is_ambiguous: bool,
    pub(crate) end: MatchEnd,
    /// Whether a half line follows that is to be taken, and is not the next line of the log.
    pub(crate) is_cut: bool,
    /// Where it begins and ends in the source.
    pub(crate) from: SourceOffset,
    pub(crate) to: SourceOffset,
}

/// Why a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MatchEnd {
    /// It has the last line of the log.
    Log,
    /// It has the last whole line of the source.
    Source,
    /// The next lines differ.
    Differs,
}

impl LineMatch {
    /// A source may be the start of a log or not.
    pub(super) fn undecided(log: KnownLog, from: SourceOffset, to: SourceOffset) -> Self {
        Self {
            log,
            start: 0,
            lines: to.lines - from.lines,
            is_varied: false,
            is_ambiguous: true,
            is_cut: false,
            end: MatchEnd::Source,
            from,
            to,
        }
    }

    /// Whether it ends with the log or the source.
    pub(crate) fn is_complete(&self) -> bool {
        self.end != MatchEnd::Differs
    }

    /// Whether it is long enough, wherever it begins.
    pub(crate) fn is_sure(&self) -> bool {
        self.lines >= MIN_SURE_LINES && self.is_varied && !self.is_ambiguous
    }
}

/// One of the logs that a source is compared with.
struct Candidate {
    log: KnownLog,
    ledger: Ledger,
    start: u64,
    next: u64,
}

/// Compares a source with logs, from a line of each on. Gives the longest run, of which one that
/// is complete comes first. Where the source stands then is left open. With `last_lines` a half line
/// at its end counts as a line.
pub(crate) fn longest_match(
    checkpoints: &Checkpoints<'_>,
    logs: Vec<(KnownLog, u64)>,
    lines: &mut Lines,
    last_lines: bool,
) -> Result<Option<LineMatch>, IdentifyError> {
    let mut comparison = Comparison::new(logs, lines.offset(), last_lines);
    while comparison.step(checkpoints, lines)? {}
    Ok(comparison.complete.or(comparison.different))
}

struct Comparison {
    from: SourceOffset,
    last_lines: bool,
    candidates: Vec<Candidate>,
    first: Option<LineDigest>,
    is_varied: bool,
    complete: Option<LineMatch>,
    different: Option<LineMatch>,
}

impl Comparison {
    fn new(logs: Vec<(KnownLog, u64)>, from: SourceOffset, last_lines: bool) -> Self {
        let candidate = |(log, start): (KnownLog, u64)| Candidate {
            ledger: Ledger::new(log.name.clone(), log.position.lines),
            log,
            start,
            next: start,
        };
        Self {
            from,
            last_lines,
            candidates: logs.into_iter().map(candidate).collect(),
            first: None,
            is_varied: false,
            complete: None,
            different: None,
        }
    }

    /// Compares one more line, and tells whether there are more to compare.
    fn step(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        lines: &mut Lines,
    ) -> Result<bool, IdentifyError> {
        self.end_logs(checkpoints, lines)?;
        if self.candidates.is_empty() {
            return Ok(false);
        }
        let to = lines.offset();
        let half_line = match lines.next_line()? {
            Some(line) if line.is_whole => None,
            line => Some(line.is_some()),
        };
        if let Some(half_line) = half_line {
            self.end_source(checkpoints, lines, half_line, to)?;
            return Ok(false);
        }
        let digest = lines.digest();
        for mut candidate in std::mem::take(&mut self.candidates) {
            if candidate.ledger.entry(checkpoints, candidate.next)?.digest == digest {
                candidate.next += 1;
                self.candidates.push(candidate);
            } else if candidate.next > candidate.start {
                self.different = Some(self.line_match(candidate, MatchEnd::Differs, to));
            }
        }
        if !self.candidates.is_empty() {
            self.is_varied |= self.first.is_some_and(|first| first != digest);
            self.first = self.first.or(Some(digest));
            lines.consume_line();
        }
        Ok(!self.candidates.is_empty())
    }

    /// The source has no more whole lines, but perhaps a half one.
    fn end_source(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        lines: &Lines,
        half_line: bool,
        to: SourceOffset,
    ) -> Result<(), IdentifyError> {
        // A log that ends just here comes first.
        if self
            .complete
            .as_ref()
            .is_some_and(|matched| matched.to == to)
        {
            return Ok(());
        }
        let half_line = half_line && self.last_lines;
        for mut candidate in std::mem::take(&mut self.candidates) {
            let next = candidate.ledger.entry(checkpoints, candidate.next)?.digest;
            let ends: [&[u8]; 3] = [b"", b"\n", b"\r\n"];
            let is_next = ends.iter().any(|end| lines.digest_with(end) == next);
            let mut matched = self.line_match(candidate, MatchEnd::Source, to);
            matched.is_cut = half_line && !is_next;
            if self
                .complete
                .as_ref()
                .is_none_or(|known| known.to != to || known.is_cut)
            {
                self.complete = Some(matched);
            }
        }
        Ok(())
    }

    /// Takes out the logs that are at their end.
    fn end_logs(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        lines: &mut Lines,
    ) -> Result<(), IdentifyError> {
        let to = lines.offset();
        for mut candidate in std::mem::take(&mut self.candidates) {
            let position = &candidate.log.position;
            if candidate.next < position.complete_lines() {
                self.candidates.push(candidate);
                continue;
            }
            if !position.open_ended {
                self.complete = Some(self.line_match(candidate, MatchEnd::Log, to));
                continue;
            }
            let digest = candidate.ledger.entry(checkpoints, candidate.next)?.digest;
            let bytes = candidate.log.position.open_bytes;
            match compare_open_line(lines, bytes, digest)? {
                Some(true) => self.complete = Some(self.line_match(candidate, MatchEnd::Log, to)),
                Some(false) => {
                    self.different = Some(self.line_match(candidate, MatchEnd::Differs, to));
                }
                // The source ends before its end.
                None => self.candidates.push(candidate),
            }
        }
        Ok(())
    }

    fn line_match(&self, candidate: Candidate, end: MatchEnd, to: SourceOffset) -> LineMatch {
        LineMatch {
            log: candidate.log,
            start: candidate.start,
            lines: candidate.next - candidate.start,
            is_varied: self.is_varied,
            is_ambiguous: false,
            is_cut: false,
            end,
            from: self.from,
            to,
        }
    }
}

/// Tells whether the next bytes of a source are a line that was taken without its line end;
/// nothing where the source has fewer. The source stands where it stood.
pub(super) fn compare_open_line(
    lines: &mut Lines,
    bytes: u64,
    digest: LineDigest,
) -> Result<Option<bool>, IdentifyError> {
    let from = lines.offset();
    let mut hasher = LineHasher::new();
    let mut is_within = false;
    let read = lines.read_raw(bytes, |text| {
        // NUL bytes in front of a line are no part of it.
        let nuls = text.iter().take_while(|byte| **byte == 0).count();
        let nuls = if is_within { 0 } else { nuls };
        is_within |= nuls < text.len();
        hasher.update(text.get(nuls..).unwrap_or_default());
    })?;
    lines.rewind(from)?;
    Ok((read == bytes).then(|| hasher.finish() == digest))
}
