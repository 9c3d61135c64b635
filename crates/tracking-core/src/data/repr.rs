//! JSON as the specification prints it, which is how Python prints a dictionary.

use std::fmt::{Formatter, Result, Write};

use serde_json::Value;

/// Writes an object given as text; text that is no JSON is written as it is.
pub(super) fn write_object(f: &mut Formatter<'_>, text: &str) -> Result {
    match serde_json::from_str(text) {
        Ok(value) => write_value(f, &value),
        Err(_) => f.write_str(text),
    }
}

/// Writes a text in quotes: single ones, unless only double ones spare an escape.
pub(crate) fn write_str(f: &mut Formatter<'_>, text: &str) -> Result {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    f.write_char(quote)?;
    for c in text.chars() {
        match c {
            '\\' => f.write_str(r"\\")?,
            '\n' => f.write_str(r"\n")?,
            '\r' => f.write_str(r"\r")?,
            '\t' => f.write_str(r"\t")?,
            c if c == quote => write!(f, "\\{c}")?,
            c if c.is_control() => write!(f, "\\x{:02x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char(quote)
}

fn write_value(f: &mut Formatter<'_>, value: &Value) -> Result {
    match value {
        Value::Null => f.write_str("None"),
        Value::Bool(true) => f.write_str("True"),
        Value::Bool(false) => f.write_str("False"),
        Value::Number(number) => write!(f, "{number}"),
        Value::String(text) => write_str(f, text),
        Value::Array(items) => write_list(f, ['[', ']'], items.iter(), write_value),
        Value::Object(map) => write_list(f, ['{', '}'], map.iter(), |f, (key, item)| {
            write_str(f, key)?;
            f.write_str(": ")?;
            write_value(f, item)
        }),
    }
}

fn write_list<T>(
    f: &mut Formatter<'_>,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    mut write_item: impl FnMut(&mut Formatter<'_>, T) -> Result,
) -> Result {
    f.write_char(open)?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write_item(f, item)?;
    }
    f.write_char(close)
}
