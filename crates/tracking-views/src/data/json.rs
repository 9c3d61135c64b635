//! JSON whose text is harmless wherever it is shown.

use std::io::{self, Write};

use serde::Serialize;

use crate::format::must_be_escaped;

/// Writes a value as JSON on one line, without a line end.
///
/// Characters that control a terminal, change the direction of text or end a script in a page are
/// written as `\uXXXX`, which means the same.
///
/// ```
/// let mut out = Vec::new();
/// tracking_views::data::write_json(&mut out, &["</script>"])?;
/// assert_eq!(out, br#"["\u003c/script\u003e"]"#);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of the writer, or of a value that cannot be serialized.
pub fn write_json<W: Write + ?Sized>(
    out: &mut W,
    value: &(impl Serialize + ?Sized),
) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string(value)?)
}

/// Writes a value as indented JSON with the same escapes, without a line end.
///
/// # Errors
///
/// Returns an error of the writer, or of a value that cannot be serialized.
pub fn write_json_pretty<W: Write + ?Sized>(
    out: &mut W,
    value: &(impl Serialize + ?Sized),
) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string_pretty(value)?)
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
    matches!(byte, b' '..=b'~' | b'\n') && !matches!(byte, b'<' | b'>' | b'&')
}

/// Line feeds occur only between strings; within strings they are escaped already.
fn needs_escape(c: char) -> bool {
    matches!(c, '<' | '>' | '&') || (c != '\n' && must_be_escaped(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_dangerous_character_is_written_and_the_value_is_the_same() {
        let value = "a\u{9b}b\u{202e}<script>&\u{e0041}\u{7f}\n é";
        let (mut long, mut short) = (Vec::new(), Vec::new());
        write_json_pretty(&mut long, &[value]).unwrap();
        write_json(&mut short, &[value]).unwrap();
        for out in [long, short] {
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.find(needs_escape), None, "{text:?}");
            assert_eq!(serde_json::from_str::<[String; 1]>(&text).unwrap(), [value]);
        }
    }
}
