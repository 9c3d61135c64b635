//! Values of JSON lines, and what is wrong with them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::reader::error::text_of;
use crate::reader::{LineError, Reason};

use super::path::FieldPath;

/// A JSON text, borrowed from the line where it has no escapes.
#[derive(Debug)]
pub(in crate::reader) struct JsonText<'a>(pub(in crate::reader) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for JsonText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Text).map(JsonText)
    }
}

/// The error of a text that is no JSON of the kind it should be.
pub(in crate::reader) fn no_json(text: &str, error: &serde_json::Error) -> LineError {
    // The position is that of the last byte read, counted from 1.
    let mut at = error.column().saturating_sub(1).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let message = error.to_string();
    let what = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(what, _)| what);
    LineError::at(
        text,
        at,
        Reason::Json,
        format!("JSON of this format ({what})"),
    )
}

/// A line as a JSON object.
pub(super) fn object(line: &[u8]) -> Result<(&str, Map<String, Value>), LineError> {
    let text = text_of(line)?;
    let start = text.trim_start();
    if !start.starts_with('{') {
        let at = text.len() - start.len();
        return Err(LineError::at(text, at, Reason::Json, "a JSON object"));
    }
    let map = serde_json::from_str(text).map_err(|error| no_json(text, &error))?;
    Ok((text, map))
}

/// A value as a name: a text, a number, true or false.
pub(in crate::reader) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(yes) => Some(Cow::Borrowed(if *yes { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The error of a field that is not there, or is not what it should be.
pub(super) fn fault(
    text: &str,
    path: &FieldPath,
    found: Option<&Value>,
    reason: Reason,
    expected: impl fmt::Display,
) -> LineError {
    let expected = format!("{path} with {expected}");
    match found {
        None => LineError::at(text, 0, reason, expected).finding("no such field"),
        Some(value) => {
            let error = LineError::at(text, path.place_in(text), reason, expected);
            match value {
                Value::String(found) => error.finding_text(found),
                found => error.finding_text(&found.to_string()),
            }
        }
    }
}
