//! Walking the keys and values of an object's text without parsing it.
//!
//! The text is canonical: no white space, and known to be JSON. So a value ends where its
//! brackets close, or at the next comma. Text that is not canonical ends the walk early, and is
//! never a panic.

/// The keys of an object, as they are written, and the texts of their values.
#[derive(Clone, Debug)]
pub(super) struct Entries<'a> {
    /// What follows the opening bracket, or the comma before the next key.
    rest: &'a str,
}

/// The entries of an object; nothing where the text is no object.
pub(super) fn entries(object: &str) -> Option<Entries<'_>> {
    object.strip_prefix('{').map(|rest| Entries { rest })
}

impl Entries<'_> {
    /// Whether the walk has come to the closing bracket, and not only to something odd.
    pub(super) fn is_complete(&self) -> bool {
        self.rest == "}"
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.rest.get(..string_end(self.rest.as_bytes())?)?;
        let after = self.rest.get(key.len()..)?.strip_prefix(':')?;
        let end = value_end(after.as_bytes())?;
        let (value, rest) = (after.get(..end)?, after.get(end..)?);
        self.rest = rest.strip_prefix(',').unwrap_or(rest);
        Some((key, value))
    }
}

/// Where a string ends, its closing quote included.
fn string_end(text: &[u8]) -> Option<usize> {
    let mut bytes = text.iter().enumerate();
    (bytes.next()?.1 == &b'"').then_some(())?;
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(index + 1),
            b'\\' => _ = bytes.next(),
            _ => {}
        }
    }
    None
}

/// Where a value ends that an object goes on or ends after.
fn value_end(text: &[u8]) -> Option<usize> {
    if text.first() == Some(&b'"') {
        return string_end(text);
    }
    let (mut index, mut depth) = (0, 0_usize);
    loop {
        match text.get(index)? {
            b'"' => index += string_end(text.get(index..)?)? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b'}' | b',' if depth == 0 => return Some(index),
            _ => {}
        }
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::Data;

    #[test]
    fn every_entry_of_an_object_is_found_as_it_is() {
        let text = r#"{"":1,"\"":"a\\\"},{","\\":[[],{}],"a":{"b":[{"c":"]}"},null],"é":-1.5e-7},"b":"","z":true}"#;
        let data: Data = text.parse().unwrap();
        let mut walk = entries(data.as_str()).unwrap();
        let found: Vec<(String, Value)> = walk
            .by_ref()
            .map(|(key, value)| {
                (
                    serde_json::from_str(key).unwrap(),
                    serde_json::from_str(value).unwrap(),
                )
            })
            .collect();
        assert!(walk.is_complete());
        assert_eq!(
            found,
            data.to_map().unwrap().into_iter().collect::<Vec<_>>()
        );
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn an_empty_object_is_complete_at_once() {
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
