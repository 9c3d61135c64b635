//! Finding one field's value in the text without building the rest.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Field;

/// The text of the field's value, where there is one.
pub(super) fn find<'a>(object: &'a str, field: &Field) -> Option<&'a str> {
    field.keys().try_fold(object, |text, key| {
        let found = serde_json::Deserializer::from_str(text).deserialize_map(OneKey(key));
        found.ok().flatten().map(RawValue::get)
    })
}

/// Keeps the value of one key and passes over all others.
struct OneKey<'k>(&'k str);

impl<'de> Visitor<'de> for OneKey<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(Text(key)) = map.next_key()? {
            if key == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// A key, borrowed unless it holds escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
