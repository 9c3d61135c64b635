//! The logs that a store knows.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tracking_core::{Checkpoint, CheckpointName, Data, ErrorKind, Expected, Result};

use super::ledger::{parse_segment, parse_segment_name};
use super::{
    Checkpoints, Digest, Forgotten, IdentifyError, LineDigest, LogIdentity, MIN_SURE_LINES,
    Position,
};

/// A log that was loaded before.
#[derive(Clone, Debug)]
pub(crate) struct KnownLog {
    pub(crate) name: CheckpointName,
    /// The position as the checkpoint has it.
    pub(crate) data: Data,
    pub(crate) position: Position,
}

/// A checkpoint of ours that holds something else than it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DamagedCheckpoint(pub(crate) CheckpointName);

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

/// What the first lines of a source are, by which it is looked for in ledgers.
pub(crate) type FirstLines = Rc<[LineDigest]>;

/// Where the first lines of a source stand in the ledgers of logs, but for their starts.
#[derive(Clone, Debug, Default)]
pub(crate) struct LedgerMatches {
    pub(crate) found: Vec<(CheckpointName, u64)>,
    /// Where only the first of them stand, the most that there are, and how many that is.
    pub(crate) part: Option<(CheckpointName, u64, usize)>,
    /// Whether there are more than can be looked at.
    pub(crate) are_too_many: bool,
}

/// What is known of all logs.
#[derive(Debug, Default)]
struct LedgerIndex {
    /// With which lines logs begin.
    starts: HashSet<LineDigest>,
    /// With which heads logs begin that have no ledger.
    heads: HashSet<String>,
    /// Where first lines stand that were asked for.
    places: HashMap<FirstLines, LedgerMatches>,
}

/// The checkpoint for one more log.
pub(crate) type FreeCheckpoint = (CheckpointName, Expected);

/// How many places are looked at.
const MAX_PLACES: usize = 4096;

impl KnownLog {
    /// Takes what a checkpoint holds; nothing where the log was forgotten.
    pub(crate) fn read(name: &CheckpointName, data: &Data) -> Result<Option<Self>, IdentifyError> {
        if Forgotten::is(data) {
            return Ok(None);
        }
        let damaged = |_| IdentifyError::Damaged(DamagedCheckpoint(name.clone()));
        let position: Position = data.read().map_err(damaged)?;
        let name = name.clone();
        let data = data.clone();
        Ok(Some(Self {
            name,
            data,
            position,
        }))
    }
}

/// A checkpoint of ours; what the store cannot read is damaged.
pub(super) fn get(
    checkpoints: &Checkpoints<'_>,
    name: &CheckpointName,
) -> Result<Option<Checkpoint>, IdentifyError> {
    checkpoints.get(name).map_err(|error| match error.kind() {
        ErrorKind::Corrupt => DamagedCheckpoint(name.clone()).into(),
        _ => error.into(),
    })
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

    /// The logs with this head, and the checkpoint for one more.
    pub(crate) fn with_identity(
        &self,
        identity: &LogIdentity,
    ) -> Result<(Vec<KnownLog>, FreeCheckpoint), IdentifyError> {
        let mut logs = Vec::new();
        let mut free = None;
        for n in 1.. {
            let name = identity.checkpoint(n)?;
            let Some(checkpoint) = get(&self.checkpoints, &name)? else {
                let free = free.unwrap_or((name, Expected::Missing));
                return Ok((logs, free));
            };
            if let Some(log) = KnownLog::read(&name, checkpoint.position())? {
                logs.push(log);
            } else {
                let forgotten = Expected::At(checkpoint.position().clone());
                free.get_or_insert((name, forgotten));
            }
        }
        Ok((logs, (identity.checkpoint(u64::MAX)?, Expected::Missing)))
    }

    /// The log of a checkpoint.
    pub(crate) fn log(&self, name: &CheckpointName) -> Result<Option<KnownLog>, IdentifyError> {
        match get(&self.checkpoints, name)? {
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
            || (!index.heads.is_empty() && index.heads.contains(&Digest::of(line).to_string())))
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
        let mut skipped: Option<String> = None;
        for checkpoint in self.checkpoints.all()? {
            let name = checkpoint.name();
            if let Some((log, number)) = parse_segment_name(name.as_str()) {
                if skipped.as_deref() == Some(log) {
                    continue;
                }
                let damaged = || IdentifyError::Damaged(DamagedCheckpoint(name.clone()));
                let entries = parse_segment(checkpoint.position()).ok_or_else(damaged)?;
                for (entry, n) in entries.into_iter().zip(0..) {
                    scan.take(number * super::SEGMENT_LINES + n, entry.digest);
                }
            } else if let Some(identity) = LogIdentity::hash_of_checkpoint(name) {
                scan.end_log();
                scan.begin_log(name.clone());
                skipped = None;
                match KnownLog::read(name, checkpoint.position())? {
                    None => skipped = Some(name.to_string()),
                    Some(log) if log.position.legacy.is_some() => {
                        scan.index.heads.insert(identity.to_owned());
                    }
                    Some(_) => {}
                }
            }
        }
        scan.end_log();
        let mut fresh = scan.index;
        if let Some(known) = self.index.take() {
            fresh.places.extend(known.places);
        }
        self.index = Some(fresh);
        Ok(())
    }

    /// Where first lines stand in ledgers, but for the starts of logs.
    pub(crate) fn places(&mut self, lines: &FirstLines) -> Result<LedgerMatches, IdentifyError> {
        let known = self.index.as_ref();
        if !known.is_some_and(|index| index.places.contains_key(lines)) {
            self.expected.push(Rc::clone(lines));
            self.scan_ledgers()?;
        }
        let found = self.index.as_ref();
        let found = found.and_then(|index| index.places.get(lines));
        Ok(found.cloned().unwrap_or_default())
    }

    fn index(&mut self) -> Result<&LedgerIndex, IdentifyError> {
        if self.index.is_none() {
            self.scan_ledgers()?;
        }
        Ok(self.index.get_or_insert_default())
    }
}

/// Looks for first lines, while the ledgers of all logs go by.
struct LedgerScan<'l> {
    wanted: &'l [FirstLines],
    index: LedgerIndex,
    log: Option<CheckpointName>,
    /// Which of the wanted lines are just being found, from which line of the log on, and how
    /// many of them were found.
    partial: Vec<(&'l FirstLines, u64, usize)>,
}

impl<'l> LedgerScan<'l> {
    fn new(wanted: &'l [FirstLines]) -> Self {
        let mut index = LedgerIndex::default();
        for lines in wanted {
            index
                .places
                .insert(Rc::clone(lines), LedgerMatches::default());
        }
        Self {
            wanted,
            index,
            log: None,
            partial: Vec::new(),
        }
    }

    fn begin_log(&mut self, log: CheckpointName) {
        self.log = Some(log);
    }

    fn take(&mut self, line: u64, digest: LineDigest) {
        if line == 0 {
            self.index.starts.insert(digest);
        }
        for (lines, start, count) in std::mem::take(&mut self.partial) {
            self.go_on(lines, start, count, digest);
        }
        if line > 0 {
            for lines in self.wanted {
                self.go_on(lines, line, 0, digest);
            }
        }
    }

    fn go_on(&mut self, lines: &'l FirstLines, start: u64, count: usize, digest: LineDigest) {
        if lines.get(count) != Some(&digest) {
            return self.diverged(lines, start, count);
        }
        if count + 1 < lines.len() {
            self.partial.push((lines, start, count + 1));
        } else {
            self.found(lines, start);
        }
    }

    /// Only so many of the lines stand there.
    fn diverged(&mut self, lines: &FirstLines, start: u64, count: usize) {
        if let (Some(places), Some(log)) = (self.index.places.get_mut(lines), &self.log)
            && places.part.as_ref().map_or(0, |(_, _, most)| *most) < count
        {
            places.part = Some((log.clone(), start, count));
        }
    }

    /// The log is at its end: lines that it had no room for may come after it.
    fn end_log(&mut self) {
        for (lines, start, _) in std::mem::take(&mut self.partial) {
            self.found(lines, start);
        }
    }

    fn found(&mut self, lines: &FirstLines, start: u64) {
        if let (Some(places), Some(log)) = (self.index.places.get_mut(lines), &self.log) {
            if places.found.len() < MAX_PLACES {
                places.found.push((log.clone(), start));
            } else {
                places.are_too_many = true;
            }
        }
    }
}

/// How many lines of a source are looked for.
pub(crate) const FIRST_LINES: u64 = MIN_SURE_LINES;
