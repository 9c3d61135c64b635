//! The logs that a store knows.

use std::collections::HashSet;
use std::rc::Rc;

use tracking_core::{CheckpointName, Precondition, Result};

use super::error::DamagedCheckpoint;
use super::known_log::{FreeCheckpoint, KnownLog};
use super::ledger::{parse_segment, parse_segment_name};
use super::ledger_scan::{FirstLines, LedgerIndex, LedgerMatches, LedgerScan};
use super::{Checkpoints, Digest, IdentifyError, LineDigest, LogIdentity, SEGMENT_LINES};

/// The logs that a store knows. What takes a look at all of them is looked up once.
#[derive(Debug)]
pub(crate) struct KnownLogs<'s> {
    pub(crate) checkpoints: Checkpoints<'s>,
    index: Option<LedgerIndex>,
    /// The first lines of sources that are going to be read.
    expected: Vec<FirstLines>,
    /// With which lines these begin.
    expected_starts: HashSet<LineDigest>,
}

impl<'s> KnownLogs<'s> {
    pub(crate) fn new(checkpoints: Checkpoints<'s>) -> Self {
        Self {
            checkpoints,
            index: None,
            expected: Vec::new(),
            expected_starts: HashSet::new(),
        }
    }

    /// The logs with this identity, and the checkpoint for one more.
    pub(crate) fn with_identity(
        &self,
        identity: &LogIdentity,
    ) -> Result<(Vec<KnownLog>, FreeCheckpoint), IdentifyError> {
        let mut logs = Vec::new();
        let mut forgotten = None;
        for n in 1.. {
            let name = identity.checkpoint(n)?;
            let Some(checkpoint) = self.checkpoints.get_own(&name)? else {
                let expected = Precondition::Missing;
                let free = forgotten.unwrap_or(FreeCheckpoint { name, expected });
                return Ok((logs, free));
            };
            if let Some(log) = KnownLog::read(&name, checkpoint.position())? {
                logs.push(log);
            } else {
                let expected = Precondition::At(checkpoint.position().clone());
                forgotten.get_or_insert(FreeCheckpoint { name, expected });
            }
        }
        let (name, expected) = (identity.checkpoint(u64::MAX)?, Precondition::Missing);
        Ok((logs, FreeCheckpoint { name, expected }))
    }

    /// The log of a checkpoint.
    pub(crate) fn log(&self, name: &CheckpointName) -> Result<Option<KnownLog>, IdentifyError> {
        match self.checkpoints.get_own(name)? {
            Some(checkpoint) => KnownLog::read(name, checkpoint.position()),
            None => Ok(None),
        }
    }

    /// Says that a source is going to be read that begins with these lines.
    pub(crate) fn expect(&mut self, lines: &FirstLines) {
        self.expected_starts.extend(lines.first());
        self.expected.push(Rc::clone(lines));
    }

    /// Tells whether a known log may begin with this line, or a source that is going to be read.
    pub(crate) fn may_begin(
        &mut self,
        digest: LineDigest,
        line: &[u8],
    ) -> Result<bool, IdentifyError> {
        if self.expected_starts.contains(&digest) {
            return Ok(true);
        }
        let index = self.index()?;
        Ok(index.starts.contains(&digest)
            || (!index.legacy_identities.is_empty()
                && index
                    .legacy_identities
                    .contains(&Digest::of(line).to_string())))
    }

    /// Remembers that a log begins with this line.
    pub(crate) fn add(&mut self, first: LineDigest) {
        if let Some(index) = &mut self.index {
            index.starts.insert(first);
        }
    }

    /// Goes through all ledgers, and looks for the first lines of all sources that are expected.
    fn scan_ledgers(&mut self) -> Result<(), IdentifyError> {
        let all = std::mem::take(&mut self.expected);
        let mut scan = LedgerScan::new(&all);
        let mut forgotten: Option<String> = None;
        for checkpoint in self.checkpoints.all()? {
            let name = checkpoint.name();
            if let Some((log, number)) = parse_segment_name(name.as_str()) {
                if forgotten.as_deref() == Some(log) {
                    continue;
                }
                let damaged = || DamagedCheckpoint(name.clone());
                let entries = parse_segment(checkpoint.position()).ok_or_else(damaged)?;
                for (entry, n) in entries.into_iter().zip(0..) {
                    scan.add_line(number * SEGMENT_LINES + n, entry.digest);
                }
            } else if let Some(identity) = LogIdentity::hash_of_checkpoint(name) {
                scan.begin_log(name.clone());
                forgotten = None;
                match KnownLog::read(name, checkpoint.position())? {
                    None => forgotten = Some(name.to_string()),
                    Some(log) if log.position.legacy.is_some() => scan.add_legacy(identity),
                    Some(_) => {}
                }
            }
        }
        let mut index = scan.finish();
        if let Some(known) = self.index.take() {
            index.matches.extend(known.matches);
        }
        self.index = Some(index);
        Ok(())
    }

    /// Where first lines stand in ledgers, but for the starts of logs.
    pub(crate) fn matches(&mut self, lines: &FirstLines) -> Result<LedgerMatches, IdentifyError> {
        let known = self.index.as_ref();
        if !known.is_some_and(|index| index.matches.contains_key(lines)) {
            self.expected.push(Rc::clone(lines));
            self.scan_ledgers()?;
        }
        let found = self.index.as_ref();
        let found = found.and_then(|index| index.matches.get(lines));
        Ok(found.cloned().unwrap_or_default())
    }

    fn index(&mut self) -> Result<&LedgerIndex, IdentifyError> {
        if self.index.is_none() {
            self.scan_ledgers()?;
        }
        Ok(self.index.get_or_insert_default())
    }
}
