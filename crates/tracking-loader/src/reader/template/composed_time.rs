//! The time of a line, put together from its pieces.

use super::LineTemplateError;
use super::field::{Field, Meaning, Part};
use super::time::{BETWEEN, TimePiece, pattern};
use crate::TimeFormat;

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
