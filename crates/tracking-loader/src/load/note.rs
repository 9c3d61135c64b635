//! Notes on how a log was recognised.

use std::fmt;

use crate::position::LineMatch;

/// A note on how a log was recognised. It displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogNote {
    /// The log begins with the same lines as a log that was loaded, and then differs. So it is another
    /// log, and was loaded from its start.
    #[non_exhaustive]
    BeginsAlike {
        /// How many lines are the same.
        lines: u64,
        /// What the other log was called.
        known: String,
    },
    /// A few lines are the same as lines at another place of a log that was loaded. They are too few to
    /// count, and were loaded.
    #[non_exhaustive]
    Alike {
        /// The first of these lines, counted from 1.
        line: u64,
        /// How many there are.
        lines: u64,
        /// What the other log was called.
        known: String,
    },
    /// Some lines had been loaded as part of another log, and were skipped.
    #[non_exhaustive]
    LoadedAsPart {
        /// The first of these lines, counted from 1.
        line: u64,
        /// How many there are.
        lines: u64,
        /// What the other log was called.
        known: String,
    },
    /// The log was read in another format before. Only lines that were rejected are read again.
    #[non_exhaustive]
    ReadDifferently {
        /// The format before.
        before: String,
        /// The format now.
        now: String,
        /// How many lines were rejected before.
        rejected: u64,
    },
}

impl LogNote {
    pub(crate) fn begins_alike(matched: &LineMatch) -> Self {
        Self::BeginsAlike {
            lines: matched.lines,
            known: matched.log.position.log.clone(),
        }
    }

    pub(crate) fn alike(matched: &LineMatch) -> Self {
        Self::Alike {
            line: matched.from.lines + 1,
            lines: matched.lines,
            known: matched.log.position.log.clone(),
        }
    }

    pub(crate) fn loaded_as_part(matched: &LineMatch) -> Self {
        Self::LoadedAsPart {
            line: matched.from.lines + 1,
            lines: matched.lines,
            known: matched.log.position.log.clone(),
        }
    }
}

impl fmt::Display for LogNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = |count: u64| match count {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        };
        match self {
            Self::BeginsAlike {
                lines: count,
                known,
            } => write!(
                f,
                "its first {} are the same as in {known}, then it differs; it was loaded as another \
                 log, from its start",
                lines(*count)
            ),
            Self::Alike {
                line,
                lines: count,
                known,
            } => write!(
                f,
                "{} from line {line} on are also in {known}; these are too few to count, and were \
                 loaded",
                lines(*count)
            ),
            Self::LoadedAsPart {
                line,
                lines: count,
                known,
            } => write!(
                f,
                "{} from line {line} on were loaded before as part of {known}, and were skipped",
                lines(*count)
            ),
            Self::ReadDifferently {
                before,
                now,
                rejected: 0,
            } => write!(
                f,
                "it was read as {before} before and is read as {now} now, with other options; \
                 lines that were loaded stay as they are"
            ),
            Self::ReadDifferently {
                before,
                now,
                rejected,
            } => write!(
                f,
                "it was read as {before} before and is read as {now} now; {} that had been \
                 rejected are read again",
                lines(*rejected)
            ),
        }
    }
}
