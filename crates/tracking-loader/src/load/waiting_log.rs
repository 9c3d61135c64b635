//! A log that is not open yet.

use tracking_core::{CheckpointName, Timestamp};

use super::peeked_log::PeekedLog;
use crate::Source;
use crate::position::{FirstLines, LogIdentity, first_lines};

/// A log that is to be opened.
#[derive(Debug)]
pub(super) struct WaitingLog {
    pub(super) source: Source,
    /// Its index in the summary.
    pub(super) log_index: usize,
    /// The time of its first record, where that is known.
    pub(super) first: Option<Timestamp>,
    pub(super) first_lines: FirstLines,
    /// Its identity, where another log that is open may have the same.
    pub(super) identity: Option<LogIdentity>,
    /// The log that it continues, where another source is being read for that.
    pub(super) continues: Option<CheckpointName>,
    /// The log itself, where it can be opened only once.
    peeked: Option<PeekedLog>,
}

impl WaitingLog {
    pub(super) fn new(source: Source, log_index: usize, first: Option<Timestamp>) -> Self {
        Self {
            first_lines: first_lines_of(&source),
            source,
            log_index,
            first,
            identity: None,
            continues: None,
            peeked: None,
        }
    }

    /// Keeps what was opened, of which more has to come.
    pub(super) fn with_peeked(self, peeked: PeekedLog) -> Self {
        Self {
            peeked: Some(peeked),
            ..self
        }
    }

    /// Holds back a log that begins like one that is open.
    pub(super) fn hold_back(self, peeked: PeekedLog) -> Self {
        Self {
            identity: peeked.identity.clone(),
            peeked: Some(peeked).filter(PeekedLog::is_stream),
            ..self
        }
    }

    /// Holds back a log that continues one that another source is being read for.
    pub(super) fn hold_back_for(self, peeked: PeekedLog, log: CheckpointName) -> Self {
        Self {
            continues: Some(log),
            peeked: Some(peeked).filter(PeekedLog::is_stream),
            ..self
        }
    }

    /// What was opened of it already.
    pub(super) fn take_peeked(&mut self) -> Option<PeekedLog> {
        self.peeked.take()
    }
}

/// The first lines of a source; none where it can be read only once, or not at all.
fn first_lines_of(source: &Source) -> FirstLines {
    let is_file = matches!(source, Source::File(path) if path.is_file());
    // What is wrong with a source is reported when it is opened.
    let lines = is_file.then(|| source.lines().ok()).flatten();
    let first = lines.and_then(|mut lines| first_lines(&mut lines).ok());
    first.unwrap_or_else(|| FirstLines::from([]))
}
