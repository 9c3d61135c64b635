//! Walking the keys and values of an object's text without parsing it.
//!
//! The text is canonical: no white space, and known to be JSON. So a value ends where its
//! brackets close, or at the next comma. Text that is not canonical ends the walk early, and is
//! never a panic.

use std::ops::Range;

/// The keys of an object, as they are written, and the texts of their values.
#[derive(Clone, Debug)]
pub(super) struct Entries<'a> {
    object: &'a str,
    /// What follows the opening bracket, or the comma before the next key.
    at: usize,
}

/// The entries of an object; nothing where the text is no object.
pub(super) fn entries(object: &str) -> Option<Entries<'_>> {
    object.starts_with('{').then_some(Entries { object, at: 1 })
}

impl Entries<'_> {
    /// Whether the walk has come to the closing bracket, and not only to something odd.
    pub(super) fn is_complete(&self) -> bool {
        self.object.get(self.at..) == Some("}")
    }

    /// Where the next key and its value are, for those who look at few of them.
    #[inline]
    pub(super) fn next_place(&mut self) -> Option<(Range<usize>, Range<usize>)> {
        let text = self.object.as_bytes();
        let start = self.at;
        let colon = string_end(text, start)?;
        (*text.get(colon)? == b':').then_some(())?;
        let end = value_end(text, colon + 1)?;
        self.at = end + usize::from(text.get(end) == Some(&b','));
        Some((start..colon, colon + 1..end))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.next_place()?;
        Some((self.object.get(key)?, self.object.get(value)?))
    }
}

/// Where a string ends that begins at a place, its closing quote included.
#[inline]
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    (*text.get(start)? == b'"').then_some(())?;
    let mut at = start + 1;
    loop {
        // Eight bytes at once, as long as there are so many.
        if let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) {
            let skipped = plain_bytes(u64::from_le_bytes(*word));
            at += skipped;
            if skipped == size_of::<u64>() {
                continue;
            }
        }
        match *text.get(at)? {
            b'"' => return Some(at + 1),
            // What is escaped is no end.
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// How many bytes come before the first quote or backslash in eight of them.
fn plain_bytes(word: u64) -> usize {
    const EACH: u64 = u64::MAX / 0xFF;
    // The lowest byte that is zero is found for certain; higher ones may only seem to be.
    let zeros = |word: u64| word.wrapping_sub(EACH) & !word & (EACH << 7);
    let quotes = zeros(word ^ (EACH * u64::from(b'"')));
    let backslashes = zeros(word ^ (EACH * u64::from(b'\\')));
    (quotes | backslashes).trailing_zeros() as usize / 8
}

/// Where a value ends that begins at a place, and that an object goes on or ends after.
#[inline]
fn value_end(text: &[u8], start: usize) -> Option<usize> {
    if text.get(start) == Some(&b'"') {
        return string_end(text, start);
    }
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at)? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b'}' | b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::Data;

    fn walked(data: &Data) -> Vec<(String, Value)> {
        let mut walk = entries(data.as_str()).unwrap();
        let parsed = |(key, value)| {
            let key = serde_json::from_str(key).unwrap();
            (key, serde_json::from_str(value).unwrap())
        };
        let found = walk.by_ref().map(parsed).collect();
        assert!(walk.is_complete());
        found
    }

    #[test]
    fn every_entry_of_an_object_is_found_as_it_is() {
        let text = r#"{"":1,"\"":"a\\\"},{","\\":[[],{}],"a":{"b":[{"c":"]}"},null],"é":-1.5e-7},"b":"","z":true}"#;
        let data: Data = text.parse().unwrap();
        let found = walked(&data);
        assert_eq!(
            found,
            data.to_map().unwrap().into_iter().collect::<Vec<_>>()
        );
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn what_has_to_be_escaped_is_found_at_any_place_of_a_string() {
        for special in [
            "",
            "\"",
            "\\",
            "\\\"",
            "\"\\",
            "\n",
            "\u{1}",
            "é",
            "\u{1F600}",
            "!",
            "[",
        ] {
            for (before, after) in (0..20).flat_map(|b| (0..20).map(move |a| (b, a))) {
                let text = format!("{}{special}{}", "a".repeat(before), "#".repeat(after));
                let object = serde_json::json!({ &text: &text, "~": { &text: [&text, 1] } });
                let data: Data = object.to_string().parse().unwrap();
                assert_eq!(Value::Object(walked(&data).into_iter().collect()), object);
                let field = crate::Field::path(["~", &text]);
                let value = data.as_ref().raw(&field).unwrap();
                assert_eq!(
                    serde_json::from_str::<Value>(value).unwrap(),
                    object["~"][&text]
                );
            }
        }
    }

    #[test]
    fn an_empty_object_is_complete_immediately() {
        let mut walk = entries("{}").unwrap();
        assert_eq!(walk.next(), None);
        assert!(walk.is_complete());
    }

    #[test]
    fn text_that_is_not_canonical_is_no_panic_and_never_complete() {
        for text in [
            "{",
            "{\"",
            "{\"a",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":[",
            "{\"a\":\"\\",
            "{\"a\":1",
            "{ \"a\": 1}",
            "{\"é",
        ] {
            let mut walk = entries(text).unwrap();
            walk.by_ref().for_each(drop);
            assert!(!walk.is_complete(), "{text}");
        }
        assert!(entries("").is_none());
        assert!(entries("[]").is_none());
    }
}
