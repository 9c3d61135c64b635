//! What stands in front of text, and text that is no UTF-8.

/// The byte order mark of UTF-8, which some programs write at the start of a file.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line's bytes without its line end, and without a byte order mark in front, nor NUL bytes after
/// that.
///
/// The mark may stand in front of any line: logs are concatenated.
pub(crate) fn text_of_line(bytes: &[u8], is_whole: bool) -> &[u8] {
    let bytes = match bytes.strip_prefix(BYTE_ORDER_MARK) {
        Some(bytes) => bytes.get(leading_nuls(bytes)..).unwrap_or_default(),
        None => bytes,
    };
    match bytes.strip_suffix(b"\n") {
        Some(text) if is_whole => text.strip_suffix(b"\r").unwrap_or(text),
        _ => bytes,
    }
}

/// How many NUL bytes stand at the start.
pub(crate) fn leading_nuls(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| *byte != 0);
    end.unwrap_or(bytes.len())
}

/// The encoding of a text that starts like this, where that is one that cannot be read: UTF-16 or
/// UTF-32, told by a byte order mark, or by NUL bytes between the letters.
///
/// NUL bytes at the very start may be left out.
pub(crate) fn foreign_encoding(start: &[u8]) -> Option<&'static str> {
    /// How many letters with a NUL byte after each are no accident.
    const LETTERS: usize = 8;
    match start {
        [0xff, 0xfe, 0, 0, ..] => return Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Some("UTF-16"),
        _ => {}
    }
    let pairs = start.get(..2 * LETTERS)?;
    let (pairs, _) = pairs.as_chunks::<2>();
    let is_wide = |pair: &[u8; 2]| pair[0] != 0 && pair[1] == 0;
    pairs.iter().all(is_wide).then_some("UTF-16")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_neither_its_end_nor_a_byte_order_mark() {
        for (bytes, text) in [
            (&b"\xef\xbb\xbfa\r\n"[..], &b"a"[..]),
            (b"a\r\r\n", b"a\r"),
            (b"\xef\xbb\xbf\n", b""),
            (b"\xef\xbb\xbf\0\0a\n", b"a"),
            (b"\xef\xbb\xbf\0\n", b""),
            (b"\xef\xbba\n", b"\xef\xbba"),
            (b"a\xef\xbb\xbf\n", b"a\xef\xbb\xbf"),
        ] {
            assert_eq!(text_of_line(bytes, true), text, "{bytes:?}");
        }
        assert_eq!(text_of_line(b"a\r", false), b"a\r");
    }

    #[test]
    fn wide_encodings_are_detected_by_their_mark_or_their_nul_bytes() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let big: Vec<u8> = "192.0.2.1 - -"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        for (start, encoding) in [
            (wide("\u{feff}a"), Some("UTF-16")),
            (b"\xfe\xff\0a".to_vec(), Some("UTF-16")),
            (b"\xff\xfe\0\0a\0\0\0".to_vec(), Some("UTF-32")),
            (wide("192.0.2.1 - -"), Some("UTF-16")),
            (big[1..].to_vec(), Some("UTF-16")),
            (b"192.0.2.1 - - [".to_vec(), None),
            (b"a\0b\0\0\0".repeat(9), None),
            (b"\xef\xbb\xbfabc".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(foreign_encoding(&start), encoding, "{start:?}");
        }
    }
}
