//! Values of JSON lines, and what is wrong with them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::reader::text::read_json;
use crate::reader::{LineError, Reason};

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

/// Reads a line as a JSON object; it is given with its text.
pub(super) fn read_object<T>(
    line: &[u8],
    read: impl FnOnce(&str, Map<String, Value>) -> Result<T, LineError>,
) -> Result<T, LineError> {
    read_json(line, |text| {
        let start = text.trim_start();
        if !start.starts_with('{') {
            let at = text.len() - start.len();
            return Err(LineError::at(text, at, Reason::Json, "a JSON object"));
        }
        let map = serde_json::from_str(text).or_else(|error| {
            let mended = with_bytes_escaped(text).and_then(|text| serde_json::from_str(&text).ok());
            mended.ok_or_else(|| no_json(text, &error))
        })?;
        read(text, map)
    })
}

/// A text in which nginx has written bytes as `\xHH`, as it does without `escape=json`, with these
/// as JSON has a backslash; nothing where there are none.
fn with_bytes_escaped(text: &str) -> Option<String> {
    let mut mended = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    let mut is_mended = false;
    while let Some(c) = characters.next() {
        mended.push(c);
        if c == '\\' {
            match characters.peek() {
                Some('x') => {
                    mended.push('\\');
                    is_mended = true;
                }
                _ => mended.extend(characters.next()),
            }
        }
    }
    is_mended.then_some(mended)
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

/// The error of a field that is not there, or is not what it should be: the place is that of what
/// was found.
pub(super) fn fault(
    text: &str,
    path: &dyn fmt::Display,
    found: Option<(usize, &Value)>,
    reason: Reason,
    expected: impl fmt::Display,
) -> LineError {
    let expected = format!("{path} with {expected}");
    match found {
        None => LineError::at(text, 0, reason, expected).finding("no such field"),
        Some((at, value)) => {
            let error = LineError::at(text, at, reason, expected);
            match value {
                Value::String(found) => error.finding_text(found),
                found => error.finding_text(&found.to_string()),
            }
        }
    }
}
