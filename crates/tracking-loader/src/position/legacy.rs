//! Logs that an earlier release has loaded: it kept no ledger, but a hash of all the text, and a
//! few bits of it at *marks*.
//!
//! Where a source begins with such a log, the ledger is made of the source. A source that is
//! shorter and agrees at all marks may be the start of the log or not, which is undecided.

use std::io::BufRead;

use super::known_log::KnownLog;
use super::{Digest, IdentifyError, LegacyHashes, LineDigest, LineHasher, RollingDigest};
use crate::SourceError;
use crate::source::Lines;

/// What came of comparing a source with such logs.
#[derive(Debug)]
pub(crate) enum LegacyComparison {
    /// It begins with this one, of these lines, each with its digest and length.
    Found(KnownLog, Vec<(LineDigest, u64)>),
    /// It may be the start of this one.
    Undecided(KnownLog),
    Different,
}

/// A log to compare with.
struct Candidate {
    log: KnownLog,
    hash: Digest,
    marks: Vec<u8>,
}

impl LegacyHashes {
    fn read(&self) -> Option<(Digest, Vec<u8>)> {
        let hash = Digest::parse(&self.hash)?;
        Some((hash, super::digest::from_hex(&self.marks)?))
    }
}

/// Compares a source that stands at its start with logs of an earlier release.
pub(crate) fn compare(
    logs: Vec<KnownLog>,
    lines: &mut Lines,
) -> Result<LegacyComparison, IdentifyError> {
    let mut left = Vec::new();
    for log in logs {
        let hashes = log.position.legacy.as_ref().and_then(LegacyHashes::read);
        let damaged = || IdentifyError::Damaged(super::error::DamagedCheckpoint(log.name.clone()));
        let (hash, marks) = hashes.ok_or_else(damaged)?;
        left.push(Candidate { log, hash, marks });
    }
    let (mut prefix, mut splitter) = (RollingDigest::new(), LineSplitter::default());
    let bytes = |candidate: &Candidate| candidate.log.position.bytes;
    // The longest that the source begins with.
    let mut found = None;
    while let Some(next) = left.iter().map(bytes).min() {
        let room = prefix.bytes_to_next_mark().min(next - prefix.at());
        let input = lines.input_mut();
        let source = input.source().clone();
        let text = input.fill_buf();
        let text = text.map_err(|error| SourceError::read(&source, 0, error))?;
        if text.is_empty() {
            break;
        }
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let text = text.get(..room).unwrap_or(text);
        let length = text.len();
        prefix.feed(text);
        splitter.feed(text);
        lines.consume_raw(length);
        left.retain(|candidate| candidate.marks.starts_with(prefix.marks()));
        if prefix.at() == next {
            let digest = prefix.digest();
            let (ended, rest) = left.into_iter().partition(|log| bytes(log) == next);
            left = rest;
            let ended: Vec<Candidate> = ended;
            if let Some(candidate) = ended.into_iter().find(|log| log.hash == digest) {
                found = Some((candidate.log, splitter.cut()));
            }
        }
    }
    Ok(match (found, left.pop()) {
        (Some((log, lines)), None) => LegacyComparison::Found(log, lines),
        (_, Some(candidate)) => LegacyComparison::Undecided(candidate.log),
        (None, None) => LegacyComparison::Different,
    })
}

/// Cuts a text into lines.
#[derive(Default)]
struct LineSplitter {
    lines: Vec<(LineDigest, u64)>,
    line: Option<(LineHasher, u64)>,
}

impl LineSplitter {
    fn feed(&mut self, text: &[u8]) {
        for part in text.split_inclusive(|byte| *byte == b'\n') {
            let (hasher, length) = self.line.get_or_insert_with(|| (LineHasher::new(), 0));
            hasher.update(part);
            *length += part.len() as u64;
            if part.ends_with(b"\n") {
                self.lines.extend(
                    self.line
                        .take()
                        .map(|(hasher, length)| (hasher.finish(), length)),
                );
            }
        }
    }

    /// The lines so far, perhaps with a half one at the end.
    fn cut(&self) -> Vec<(LineDigest, u64)> {
        let half = self
            .line
            .as_ref()
            .map(|(hasher, length)| (hasher.finish(), *length));
        self.lines.iter().copied().chain(half).collect()
    }
}
