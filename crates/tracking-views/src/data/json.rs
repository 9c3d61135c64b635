//! JSON whose text is harmless wherever it is shown.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a value as JSON on one line. What could steer a terminal, turn the direction of
/// writing or end a script in a page is written as `\uXXXX`, which means the same.
pub(super) fn write_value<W: Write + ?Sized>(
    out: &mut W,
    value: &(impl Serialize + ?Sized),
) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string(value)?)
}

/// Such characters are within strings only, for the rest of JSON is plain.
pub(super) fn write_escaped<W: Write + ?Sized>(out: &mut W, json: &str) -> io::Result<()> {
    if json.bytes().all(is_plain) {
        return out.write_all(json.as_bytes());
    }
    let mut rest = json;
    while let Some(position) = rest.find(needs_escape) {
        let (plain, unsafe_part) = rest.split_at(position);
        out.write_all(plain.as_bytes())?;
        let mut after = unsafe_part.chars();
        let mut units = [0; 2];
        for unit in after.next().unwrap_or_default().encode_utf16(&mut units) {
            write!(out, "\\u{unit:04x}")?;
        }
        rest = after.as_str();
    }
    out.write_all(rest.as_bytes())
}

/// Whether a byte never needs an escape, which holds for most bytes.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'>' | b'&')
}

fn needs_escape(c: char) -> bool {
    matches!(c, '<' | '>' | '&') || crate::format::must_be_escaped(c)
}
