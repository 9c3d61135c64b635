//! A place in the change feed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Error, Result};

/// A place in the change feed of a store: what comes after it has not been handled yet.
///
/// It can be kept as text, and is opaque: stores make it, consumers only give it back. It carries
/// an epoch, which changes whenever the feed restarts: because it was turned off and on, or
/// because an older copy of the store was put back. A cursor of another epoch has
/// [expired](crate::Error::ChangesExpired).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangeCursor {
    epoch: u64,
    position: u64,
}

impl ChangeCursor {
    /// The place after so many entries of an epoch.
    pub const fn new(epoch: u64, position: u64) -> Self {
        Self { epoch, position }
    }

    /// The epoch.
    pub const fn epoch(self) -> u64 {
        self.epoch
    }

    /// How many entries of the epoch lie before it.
    pub const fn position(self) -> u64 {
        self.position
    }
}

impl fmt::Display for ChangeCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.position)
    }
}

impl FromStr for ChangeCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let parts = text
            .split_once('.')
            .and_then(|(epoch, position)| Some((number(epoch)?, number(position)?)));
        match parts {
            Some((epoch, position)) => Ok(Self::new(epoch, position)),
            None => Err(Error::parse("change cursor", text, "1795448821123456.42")),
        }
    }
}

impl Serialize for ChangeCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChangeCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for cursor in [ChangeCursor::new(0, 0), ChangeCursor::new(u64::MAX, 42)] {
            assert_eq!(cursor.to_string().parse::<ChangeCursor>().unwrap(), cursor);
        }
        for text in ["", "1", "1.", ".1", "1.2.3", "+1.2", "x.1", "-1.1"] {
            assert!(text.parse::<ChangeCursor>().is_err(), "{text}");
        }
    }
}
