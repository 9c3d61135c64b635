//! A value for a data field, as in `tracking save --data page=3`.

use anyhow::{Result, bail};
use serde_json::Value;
use tracking_core::Field;

/// A field and its new value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DataValue {
    pub(crate) field: Field,
    pub(crate) value: Value,
}

/// Reads `KEY=VALUE`: keys of nested objects are joined by dots, and the value is JSON, or else
/// a text.
pub(super) fn data_value(text: &str) -> Result<DataValue> {
    let Some((key, value)) = split(text) else {
        bail!("write KEY=VALUE, like status=404 or verb.id=played");
    };
    let field = Field::from(key.as_str());
    let value = json_or_text(value);
    Ok(DataValue { field, value })
}

/// A value as people write it: JSON, or else a text.
pub(super) fn json_or_text(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))
}

/// The text before and after the first `=` that has no backslash before it.
///
/// A backslash before `=` is dropped; what a field makes of the other ones is its own matter.
fn split(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '=' => return Some((key, text.get(at + 1..)?)),
            '\\' => match chars.next() {
                Some((_, '=')) => key.push('='),
                Some((_, next)) => key.extend(['\\', next]),
                None => key.push('\\'),
            },
            c => key.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_json_or_else_text() {
        for (text, field, value) in [
            ("status=404", "status", json!(404)),
            ("status=\"404\"", "status", json!("404")),
            ("method=GET", "method", json!("GET")),
            ("ok=true", "ok", json!(true)),
            ("verb.id=played", "verb.id", json!("played")),
            (r"a\.b=[1,null]", r"a\.b", json!([1, null])),
            ("query=a=b", "query", json!("a=b")),
            (r"a\=b=c", "a=b", json!("c")),
            ("empty=", "empty", json!("")),
        ] {
            let read = data_value(text).unwrap();
            assert_eq!(
                (read.field, read.value),
                (Field::from(field), value),
                "{text}"
            );
        }
        assert!(data_value("status").is_err());
    }
}
