//! Numbers that a store gives to tracks and runs.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The number of a track within its store.
///
/// Track ids count from 1, are never used twice, not even after a removal, and print as at
/// least seven digits.
///
/// ```
/// use tracking_core::TrackId;
///
/// let id = TrackId::new(12).unwrap();
/// assert_eq!(id.to_string(), "0000012");
/// assert_eq!("0000012".parse::<TrackId>()?, id);
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrackId(NonZeroU64);

/// The number of a run within its store; run ids count from 1 and are never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(NonZeroU64);

macro_rules! number {
    ($name:ident, $what:literal, $example:literal) => {
        impl $name {
            /// The first one that a store gives.
            pub const FIRST: Self = Self(NonZeroU64::MIN);

            /// Takes a number for an id; 0 is none.
            pub const fn new(number: u64) -> Option<Self> {
                match NonZeroU64::new(number) {
                    Some(number) => Some(Self(number)),
                    None => None,
                }
            }

            /// The plain number.
            pub const fn number(self) -> u64 {
                self.0.get()
            }

            /// The one that is given after this one; none after `u64::MAX`.
            #[must_use]
            pub const fn next(self) -> Option<Self> {
                match self.0.checked_add(1) {
                    Some(number) => Some(Self(number)),
                    None => None,
                }
            }
        }

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

number!(TrackId, "track id", "0000001");
number!(RunId, "run id", "1");

impl fmt::Display for TrackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:07}", self.0)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_track_id_prints_at_least_seven_digits() {
        assert_eq!(TrackId::FIRST.to_string(), "0000001");
        assert_eq!(TrackId::new(12_345_678).unwrap().to_string(), "12345678");
    }

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

    #[test]
    fn nothing_follows_the_last_id() {
        assert_eq!(RunId::new(u64::MAX).unwrap().next(), None);
        assert_eq!(RunId::FIRST.next(), RunId::new(2));
    }
}
