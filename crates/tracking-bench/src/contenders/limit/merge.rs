//! Merges objects without parsing their values.

use std::borrow::Cow;
use std::fmt;

use anyhow::Result;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Keys and the text of their values, in their order.
struct Pairs<'a>(Vec<(Key<'a>, &'a RawValue)>);

#[derive(PartialEq)]
struct Key<'a>(Cow<'a, str>);

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Vec::with_capacity(8);
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

/// The text of an object after the keys of another replace its own.
pub(in crate::contenders) fn merge(old: &str, new: &str) -> Result<String> {
    let Pairs(mut merged) = serde_json::from_str(old)?;
    let Pairs(over) = serde_json::from_str(new)?;
    for (key, value) in over {
        match merged.iter_mut().find(|pair| pair.0 == key) {
            Some(pair) => pair.1 = value,
            None => merged.push((key, value)),
        }
    }
    let mut text = String::with_capacity(old.len() + new.len());
    text.push('{');
    for (index, (key, value)) in merged.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_key(&mut text, &key.0)?;
        text.push_str(value.get());
    }
    text.push('}');
    Ok(text)
}

fn push_key(text: &mut String, key: &str) -> Result<()> {
    let plain = |byte: u8| byte != b'"' && byte != b'\\' && byte >= 0x20;
    if key.bytes().all(plain) {
        text.extend(["\"", key, "\":"]);
    } else {
        text.push_str(&serde_json::to_string(key)?);
        text.push(':');
    }
    Ok(())
}

/// The value of the indexed field; nothing else is parsed.
pub(super) fn page_of(data: &str) -> Option<Cow<'_, str>> {
    #[derive(serde::Deserialize)]
    struct Page<'a> {
        #[serde(borrow, default)]
        page: Option<Cow<'a, str>>,
    }
    serde_json::from_str::<Page<'_>>(data).ok()?.page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_keeps_old_keys_and_takes_new_values() {
        let merged = merge(r#"{"a":1,"b":{"c":2}}"#, r#"{"b":3,"d\"":[4]}"#).unwrap();
        assert_eq!(merged, r#"{"a":1,"b":3,"d\"":[4]}"#);
        assert_eq!(merge("{}", "{}").unwrap(), "{}");
    }
}
