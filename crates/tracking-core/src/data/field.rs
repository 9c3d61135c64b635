//! Which field of the data is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of the data: a key, or keys that lead into nested objects.
///
/// As text the keys are joined by dots; a dot or backslash that belongs to a key has a
/// backslash before it. Every text is a field, also the empty one, which is the empty key.
///
/// ```
/// use tracking_core::Field;
///
/// let field = Field::from("verb.id");
/// assert_eq!(field.keys().collect::<Vec<_>>(), ["verb", "id"]);
/// assert_eq!(Field::key("a.b").to_string(), r"a\.b");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field(Vec<Box<str>>);

impl Field {
    /// The field of one key, whatever characters it holds.
    pub fn key(key: impl Into<String>) -> Self {
        Self(vec![key.into().into()])
    }

    /// The field at the end of a way of keys; without any, the empty key.
    pub fn path<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        let keys: Vec<Box<str>> = keys.into_iter().map(|key| key.into().into()).collect();
        if keys.is_empty() {
            Self::key("")
        } else {
            Self(keys)
        }
    }

    /// The keys that lead to it, from the outside in.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        let mut keys = Vec::new();
        let mut key = String::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '.' => keys.push(std::mem::take(&mut key).into()),
                '\\' => key.push(chars.next().unwrap_or('\\')),
                c => key.push(c),
            }
        }
        keys.push(key.into());
        Self(keys)
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for Field {
    fn from(field: &Self) -> Self {
        field.clone()
    }
}

impl FromStr for Field {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(&key.replace('\\', r"\\").replace('.', r"\."))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["", "a", "a.b", r"a\.b", r"a\\.b", "a..b", ".", r"\\"] {
            assert_eq!(Field::from(text).to_string(), text);
        }
        assert_eq!(Field::from(r"a\").to_string(), r"a\\");
        assert_eq!(Field::path(Vec::<String>::new()), Field::from(""));
    }
}
