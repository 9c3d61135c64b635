//! The pieces in which a log format writes a time.

use super::LineTemplateError;
use crate::TimeFormat;

/// What a field tells of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TimePiece {
    /// All of it.
    Whole(TimeFormat),
    /// Seconds since the start of 1970.
    Seconds,
    /// What a pattern as of `strftime` says, perhaps only a part.
    Pattern(String),
}

/// The regular expression of what a pattern as of `strftime` writes, with as many blanks as it has.
pub(super) fn regex(pattern: &str) -> String {
    let mut regex = String::new();
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '%' {
            regex.push_str(&regex::escape(&c.to_string()));
            continue;
        }
        let is_modifier = |c: &char| matches!(c, '-' | '_' | '0'..='9' | '.' | ':' | '#');
        while characters.next_if(is_modifier).is_some() {}
        regex.push_str(match characters.next() {
            Some('c') => r"\S+ \S+ +\S+ \S+ \S+",
            Some('r') => r"\S+ \S+",
            Some('e' | 'k' | 'l' | 'v') => r" ?\S+?",
            Some('n' | 't') => r"\s+",
            Some('%') => "%",
            _ => r"\S+?",
        });
    }
    regex
}

/// What stands between pieces that are put together.
pub(super) const BETWEEN: char = '\u{1f}';

impl TimePiece {
    pub(super) fn pattern(&self) -> Option<&str> {
        match self {
            Self::Whole(_) => None,
            Self::Seconds => Some("%s"),
            Self::Pattern(pattern) => Some(pattern),
        }
    }
}

/// A pattern, as far as it tells a time.
pub(super) fn pattern(pattern: &str) -> Result<TimeFormat, LineTemplateError> {
    let format: Result<TimeFormat, _> = pattern.parse();
    format.map_err(|error| LineTemplateError::Time {
        why: match error {
            crate::TimeFormatError::Unusable { why, .. } => why.to_owned(),
            other => other.to_string(),
        },
    })
}
