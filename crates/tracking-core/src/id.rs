//! Numbers that a store gives to tracks and runs.

mod parse;

use std::fmt;
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

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
    ($name:ident) => {
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
    };
}

number!(TrackId);
number!(RunId);

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
    fn nothing_follows_the_last_id() {
        assert_eq!(RunId::new(u64::MAX).unwrap().next(), None);
        assert_eq!(RunId::FIRST.next(), RunId::new(2));
    }
}
