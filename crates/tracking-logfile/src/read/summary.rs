//! What was read and what was not, in numbers.

use std::collections::BTreeMap;

use crate::{AccessFormat, AccessLine, Reason, Reject};

/// What was in the logs: `lines` is `blank`, `valid` and `malformed` together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadSummary {
    /// All lines.
    pub lines: u64,
    /// Lines with nothing but white space.
    pub blank: u64,
    /// Lines that became records.
    pub valid: u64,
    /// Valid lines in the Combined format; the others are in the Common one.
    pub combined: u64,
    /// Valid lines whose request has no path.
    pub without_path: u64,
    /// Lines in neither format.
    pub malformed: u64,
    /// The malformed lines by what is wrong with them.
    pub by_reason: BTreeMap<Reason, u64>,
    /// The first of the malformed lines, as many as were to be kept.
    pub rejects: Vec<Reject>,
}

impl ReadSummary {
    pub(super) fn count_valid(&mut self, line: &AccessLine<'_>) {
        self.valid += 1;
        self.combined += u64::from(line.format == AccessFormat::Combined);
        self.without_path += u64::from(line.path.is_none_or(str::is_empty));
    }

    pub(super) fn count_malformed(&mut self, reason: Reason) {
        self.malformed += 1;
        *self.by_reason.entry(reason).or_default() += 1;
    }
}
