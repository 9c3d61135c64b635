//! The text of a line, also where its bytes are no UTF-8.
//!
//! A byte that is no UTF-8 reads as `\x{HH}`, with two upper case hexadecimal digits. So that this
//! can be undone, a log's own text of this form reads as `\x{5C}x{HH}`: its backslash is written
//! as a byte. Whoever replaces each `\x{HH}` by its byte has what stands in the log.

use std::borrow::Cow;

use super::{LineError, Reason};

/// What stands before the digits of a byte.
const ESCAPE: &str = r"\x{";

/// The same within a text of JSON, where a backslash is doubled.
const JSON_ESCAPE: &str = r"\\x{";

/// Reads a line as text. Errors have their columns in the line as it stands in the log.
pub(super) fn read_text<T>(
    line: &[u8],
    read: impl FnOnce(&str) -> Result<T, LineError>,
) -> Result<T, LineError> {
    located(line, ESCAPE, read)
}

/// The same of a line of JSON.
pub(super) fn read_json<T>(
    line: &[u8],
    read: impl FnOnce(&str) -> Result<T, LineError>,
) -> Result<T, LineError> {
    located(line, JSON_ESCAPE, read)
}

fn located<T>(
    line: &[u8],
    escape: &str,
    read: impl FnOnce(&str) -> Result<T, LineError>,
) -> Result<T, LineError> {
    let text = match readable(line, escape) {
        Cow::Borrowed(text) => return without_nul(text).and_then(read),
        Cow::Owned(text) => text,
    };
    without_nul(&text).and_then(read).map_err(|error| {
        let column = original_column(line, escape, error.column);
        // What cannot be read from some byte on that is no text is most probably no text at all.
        let no_text = std::str::from_utf8(line).err();
        match no_text.map(|no_text| LineError::invalid_utf8(line, no_text)) {
            Some(no_text) if no_text.column <= column => no_text,
            _ => error.in_column(column),
        }
    })
}

/// The text of a line that may be nothing but UTF-8.
pub(super) fn text_of(line: &[u8]) -> Result<&str, LineError> {
    let text = std::str::from_utf8(line).map_err(|error| LineError::invalid_utf8(line, error))?;
    without_nul(text)
}

/// The text, where it has no NUL character.
fn without_nul(text: &str) -> Result<&str, LineError> {
    // Looked for byte by byte only where there is one.
    if !text.as_bytes().contains(&0) {
        return Ok(text);
    }
    let at = text.find('\0').unwrap_or_default();
    let expected = "text without NUL characters";
    Err(LineError::at(text, at, Reason::Nul, expected))
}

/// A line as text, with escapes where they are needed.
fn readable<'a>(line: &'a [u8], escape: &str) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(line)
        && !text.contains(escape)
    {
        return Cow::Borrowed(text);
    }
    let mut readable = String::with_capacity(line.len() + escape.len());
    for chunk in line.utf8_chunks() {
        let text = chunk.valid();
        let mut from = 0;
        for (at, _) in text.match_indices(escape) {
            if is_escape(text, at, escape) {
                readable.push_str(text.get(from..at).unwrap_or_default());
                push_byte(&mut readable, escape, b'\\');
                from = at + escape.len() - "x{".len();
            }
        }
        readable.push_str(text.get(from..).unwrap_or_default());
        for byte in chunk.invalid() {
            push_byte(&mut readable, escape, *byte);
        }
    }
    Cow::Owned(readable)
}

fn push_byte(text: &mut String, escape: &str, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.push_str(escape);
    for digit in [byte >> 4, byte & 15] {
        text.push(
            DIGITS
                .get(usize::from(digit))
                .copied()
                .map_or('0', char::from),
        );
    }
    text.push('}');
}

/// Whether the log itself has what reads as a byte.
fn is_escape(text: &str, at: usize, escape: &str) -> bool {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    let digits = text.as_bytes().get(at + escape.len()..);
    matches!(digits, Some([high, low, b'}', ..]) if is_digit(high) && is_digit(low))
}

/// The column in the log of a column in the readable text. A run of bytes that are no character
/// counts as one, as programs show it.
fn original_column(line: &[u8], escape: &str, column: usize) -> usize {
    let width = escape.len() + "5C}".len();
    let (mut readable, mut original) = (1, 1);
    for chunk in line.utf8_chunks() {
        let text = chunk.valid();
        let mut characters = text.char_indices();
        while let Some((at, _)) = characters.next() {
            let is_escaped = text.get(at..).is_some_and(|rest| rest.starts_with(escape))
                && is_escape(text, at, escape);
            let (taken, shown) = if is_escaped {
                // As many backslashes as there are, in the place of one byte.
                (escape.len() - "x{".len(), width)
            } else {
                (1, 1)
            };
            if readable + shown > column {
                return original;
            }
            readable += shown;
            original += taken;
            for _ in 1..taken {
                characters.next();
            }
        }
        if !chunk.invalid().is_empty() {
            readable += width * chunk.invalid().len();
            if readable > column {
                return original;
            }
            original += 1;
        }
    }
    original
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(line: &[u8]) -> String {
        readable(line, ESCAPE).into_owned()
    }

    /// The other way round, as the page on formats tells it.
    fn undone(text: &str) -> Vec<u8> {
        let (mut bytes, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find(ESCAPE) {
            bytes.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at..];
            if is_escape(rest, 0, ESCAPE) {
                bytes.push(u8::from_str_radix(&rest[3..5], 16).unwrap());
                rest = &rest[6..];
            } else {
                bytes.extend_from_slice(ESCAPE.as_bytes());
                rest = &rest[3..];
            }
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes
    }

    #[test]
    fn bytes_that_are_no_text_can_be_read() {
        assert_eq!(text(b"/caf\xe9"), r"/caf\x{E9}");
        assert_eq!(text(b"/caf\xc3\xa9 \\xe9 %E9"), r"/café \xe9 %E9");
        assert_eq!(text(br"\x{E9}\x{e9}\x{"), r"\x{5C}x{E9}\x{e9}\x{");
        assert_eq!(
            readable(b"\\\\x{E9}\xff", JSON_ESCAPE),
            r"\\x{5C}x{E9}\\x{FF}"
        );
    }

    #[test]
    fn an_error_has_the_position_of_its_line_in_the_log() {
        for (line, at, column, reason) in [
            (&b"\xe9\xe9a"[..], 12, 1, Reason::InvalidUtf8),
            (b"a\xe9b", 7, 2, Reason::InvalidUtf8),
            (b"ab\xe9b", 1, 2, Reason::Pattern),
            ("é\x5cx{E9}a".as_bytes(), 13, 8, Reason::Pattern),
        ] {
            let error = read_text(line, |text| {
                Err::<(), _>(LineError::at(text, at, Reason::Pattern, "x"))
            });
            let error = error.unwrap_err();
            assert_eq!((error.column, error.reason), (column, reason), "{line:?}");
        }
    }

    #[test]
    fn columns_count_what_is_shown() {
        let column = |line: &[u8], column| original_column(line, ESCAPE, column);
        assert_eq!(column(b"\xe9\xe9a", 13), 3);
        assert_eq!(column(b"\xe4\xb8a", 13), 2);
        assert_eq!(column(b"a\xe9b", 2), 2);
        assert_eq!(column(br"\x{E9}a", 12), 7);
        assert_eq!(column(b"\xff", 7), 2);
    }

    proptest! {
        #[test]
        fn it_can_be_undone(
            pieces in prop::collection::vec(prop_oneof![
                prop::collection::vec(any::<u8>(), 0..4),
                prop::sample::select(vec!["\\", "x{", "5C", "}", "E9", "é"])
                    .prop_map(|text| text.as_bytes().to_vec()),
            ], 0..12),
        ) {
            let line = pieces.concat();
            prop_assert_eq!(undone(&text(&line)), line);
        }

        #[test]
        fn within_json_it_says_the_same(line in prop::collection::vec(any::<u8>(), 0..20)) {
            let line: Vec<u8> = line.into_iter().filter(|b| *b >= 0x20 && *b != b'"' && *b != b'\\').collect();
            let json = [b"\"".as_slice(), &line, b"\""].concat();
            let read: String = serde_json::from_str(&readable(&json, JSON_ESCAPE)).unwrap();
            prop_assert_eq!(undone(&read), line);
        }
    }
}
