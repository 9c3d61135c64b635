//! Lines that could not be read.

use serde::Serialize;
use tracking_loader::{LineCounts, LoadSummary, Reject};

/// How many lines there are for a reason.
#[derive(Debug, Serialize)]
pub(crate) struct Reason {
    pub(crate) reason: &'static str,
    pub(crate) count: u64,
}

/// A malformed line: where it is, what was expected there and what was found.
#[derive(Debug, Serialize)]
pub(crate) struct Malformed {
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) column: usize,
    pub(crate) reason: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
    pub(crate) text: String,
    /// What was found, for people.
    #[serde(skip)]
    shown: String,
}

/// How many malformed lines there are in addition to the listed ones.
pub(crate) fn unlisted(summary: &LoadSummary) -> u64 {
    let listed = summary.rejects.len() as u64;
    summary.total.malformed.saturating_sub(listed)
}

/// How many lines there are for each reason.
pub(crate) fn by_reason(counts: &LineCounts) -> Vec<Reason> {
    let reason = |(reason, count): (&tracking_loader::Reason, &u64)| Reason {
        reason: reason.name(),
        count: *count,
    };
    counts.by_reason.iter().map(reason).collect()
}

impl Malformed {
    /// Where it is: file, line and column.
    pub(crate) fn location(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }

    /// What is wrong with it.
    pub(crate) fn description(&self) -> String {
        format!("expected {}, found {}", self.expected, self.shown)
    }
}

impl From<&Reject> for Malformed {
    fn from(reject: &Reject) -> Self {
        Self {
            file: reject.source().to_string(),
            line: reject.line(),
            column: reject.column(),
            reason: reject.reason().name(),
            expected: reject.expected().to_owned(),
            found: reject.found_text().to_owned(),
            shown: reject.found().to_owned(),
            text: reject.text().to_owned(),
        }
    }
}
