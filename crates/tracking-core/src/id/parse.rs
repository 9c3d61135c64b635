//! Ids from text.
//!
//! This is apart from the ids because errors name ids, and reading text may fail with one.

use std::str::FromStr;

use super::{RunId, TrackId};
use crate::Error;

macro_rules! parse {
    ($name:ident, $what:literal, $example:literal) => {
        impl FromStr for $name {
            type Err = Error;

            /// Reads decimal digits, with or without leading zeros.
            fn from_str(text: &str) -> Result<Self, Error> {
                let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                let number = digits.then(|| text.parse().ok()).flatten();
                number
                    .and_then(Self::new)
                    .ok_or_else(|| Error::parse($what, text, $example))
            }
        }
    };
}

parse!(TrackId, "track id", "0000001");
parse!(RunId, "run id", "1");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "0",
            "000",
            "-1",
            "+1",
            "1.0",
            "x",
            "99999999999999999999",
        ] {
            assert!(text.parse::<TrackId>().is_err(), "{text}");
            assert!(text.parse::<RunId>().is_err(), "{text}");
        }
    }
}
