//! A search for lines in the ledgers of all logs.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tracking_core::CheckpointName;

use super::{LineDigest, MIN_SURE_LINES};

/// What the first lines of a source are, by which it is looked for in ledgers.
pub(crate) type FirstLines = Rc<[LineDigest]>;

/// Where the first lines of a source stand in the ledgers of logs, but for their starts.
#[derive(Clone, Debug, Default)]
pub(crate) struct LedgerMatches {
    pub(crate) found: Vec<LedgerLine>,
    /// Where only the first of them stand, as many as possible.
    pub(crate) partial: Option<PartialMatch>,
    /// Whether there are more than can be looked at.
    pub(crate) are_too_many: bool,
}

/// A line of a log.
#[derive(Clone, Debug)]
pub(crate) struct LedgerLine {
    /// The checkpoint of the log.
    pub(crate) log: CheckpointName,
    /// The number of the line, counted from 0.
    pub(crate) line: u64,
}

/// Where the first of some lines stand, but not all of them.
#[derive(Clone, Debug)]
pub(crate) struct PartialMatch {
    pub(crate) start: LedgerLine,
    /// How many of the lines stand there.
    lines: usize,
}

/// What is known of all logs.
#[derive(Debug, Default)]
pub(super) struct LedgerIndex {
    /// With which lines logs begin.
    pub(super) starts: HashSet<LineDigest>,
    /// The identities of logs that have no ledger.
    pub(super) legacy_identities: HashSet<String>,
    /// Where first lines stand that were asked for.
    pub(super) matches: HashMap<FirstLines, LedgerMatches>,
}

/// How many places of the same lines are remembered.
const MAX_MATCHES: usize = 4096;

/// How many lines of a source are looked for.
pub(crate) const FIRST_LINES: u64 = MIN_SURE_LINES;

/// Looks for first lines, while the ledgers of all logs go by.
pub(super) struct LedgerScan<'l> {
    wanted: &'l [FirstLines],
    index: LedgerIndex,
    log: Option<CheckpointName>,
    /// The wanted lines that are just being found.
    partial: Vec<Candidate<'l>>,
}

/// A place where some of the wanted lines stand.
#[derive(Clone, Copy)]
struct Candidate<'l> {
    lines: &'l FirstLines,
    /// The first line in the log.
    start: u64,
    /// How many of the lines were found.
    count: usize,
}

impl<'l> LedgerScan<'l> {
    pub(super) fn new(wanted: &'l [FirstLines]) -> Self {
        let mut index = LedgerIndex::default();
        for lines in wanted {
            index
                .matches
                .insert(Rc::clone(lines), LedgerMatches::default());
        }
        Self {
            wanted,
            index,
            log: None,
            partial: Vec::new(),
        }
    }

    /// The lines of a log come next.
    pub(super) fn begin_log(&mut self, log: CheckpointName) {
        self.end_log();
        self.log = Some(log);
    }

    /// A log without a ledger comes next.
    pub(super) fn add_legacy(&mut self, identity: &str) {
        self.index.legacy_identities.insert(identity.to_owned());
    }

    /// Takes a line of the log.
    pub(super) fn add_line(&mut self, line: u64, digest: LineDigest) {
        if line == 0 {
            self.index.starts.insert(digest);
        }
        for candidate in std::mem::take(&mut self.partial) {
            self.compare(candidate, digest);
        }
        if line > 0 {
            for lines in self.wanted {
                let (start, count) = (line, 0);
                let candidate = Candidate {
                    lines,
                    start,
                    count,
                };
                self.compare(candidate, digest);
            }
        }
    }

    /// All logs have been scanned.
    pub(super) fn finish(mut self) -> LedgerIndex {
        self.end_log();
        self.index
    }

    fn compare(&mut self, candidate: Candidate<'l>, digest: LineDigest) {
        let next = candidate.lines.get(candidate.count);
        if next != Some(&digest) {
            return self.add_partial(&candidate);
        }
        let count = candidate.count + 1;
        if count < candidate.lines.len() {
            self.partial.push(Candidate { count, ..candidate });
        } else {
            self.add_match(&candidate);
        }
    }

    /// Only some of the lines stand there.
    fn add_partial(&mut self, candidate: &Candidate<'l>) {
        let matches = self.index.matches.get_mut(candidate.lines);
        if let (Some(matches), Some(log)) = (matches, &self.log)
            && matches.partial.as_ref().map_or(0, |longest| longest.lines) < candidate.count
        {
            let (log, line) = (log.clone(), candidate.start);
            matches.partial = Some(PartialMatch {
                start: LedgerLine { log, line },
                lines: candidate.count,
            });
        }
    }

    /// The log is at its end: lines that it had no room for may come after it.
    fn end_log(&mut self) {
        for candidate in std::mem::take(&mut self.partial) {
            self.add_match(&candidate);
        }
    }

    fn add_match(&mut self, candidate: &Candidate<'l>) {
        let matches = self.index.matches.get_mut(candidate.lines);
        if let (Some(matches), Some(log)) = (matches, &self.log) {
            if matches.found.len() < MAX_MATCHES {
                let (log, line) = (log.clone(), candidate.start);
                matches.found.push(LedgerLine { log, line });
            } else {
                matches.are_too_many = true;
            }
        }
    }
}
