//! A place in the change feed.

mod parse;

use std::fmt;

use serde::{Serialize, Serializer};

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

impl Serialize for ChangeCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
