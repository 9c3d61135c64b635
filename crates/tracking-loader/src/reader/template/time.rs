//! Times that a format writes in one piece or in several.

use super::LineTemplateError;
use super::field::{Field, Meaning, Part};
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
    fn pattern(&self) -> Option<&str> {
        match self {
            Self::Whole(_) => None,
            Self::Seconds => Some("%s"),
            Self::Pattern(pattern) => Some(pattern),
        }
    }
}

/// How the time is written, in the first field that tells all of it, or else in all the pieces
/// together. Fields that do not belong to it become others.
pub(super) fn composed(parts: &mut [Part]) -> Result<TimeFormat, LineTemplateError> {
    let mut whole = None;
    let mut pieces = Vec::new();
    let is_whole = |part: &Part| {
        matches!(
            part,
            Part::Field(Field {
                meaning: Meaning::Time(TimePiece::Whole(_)),
                ..
            })
        )
    };
    let has_whole = parts.iter().any(is_whole);
    for part in parts {
        let Part::Field(field) = part else { continue };
        let Meaning::Time(piece) = &field.meaning else {
            continue;
        };
        match piece {
            TimePiece::Whole(format) if whole.is_none() => whole = Some(format.clone()),
            piece if !has_whole => pieces.extend(piece.pattern().map(ToOwned::to_owned)),
            _ => field.meaning = Meaning::Other,
        }
    }
    match (whole, pieces.as_slice()) {
        (Some(whole), _) => Ok(whole),
        (None, [only]) if only == "%s" => Ok(TimeFormat::Unix),
        (None, pieces) => pattern(&pieces.join(&BETWEEN.to_string())),
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
