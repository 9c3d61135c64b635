//! Places in the change feed from text.
//!
//! This is apart from the cursor because errors name cursors, and reading text may fail with one.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use super::ChangeCursor;
use crate::{Error, Result};

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
