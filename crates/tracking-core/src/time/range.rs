//! Ranges of time, inclusive at both ends.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A range of time, inclusive at both ends; one whose start lies after its end holds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeRange {
    from: Timestamp,
    to: Timestamp,
}

impl TimeRange {
    /// All of time.
    pub const ALL: Self = Self {
        from: Timestamp::MIN,
        to: Timestamp::MAX,
    };

    /// From one moment to another, both included.
    pub fn between(from: Timestamp, to: Timestamp) -> Self {
        Self { from, to }
    }

    /// From a moment on, itself included.
    pub fn since(from: Timestamp) -> Self {
        Self { from, ..Self::ALL }
    }

    /// Up to a moment, itself included.
    pub fn until(to: Timestamp) -> Self {
        Self { to, ..Self::ALL }
    }

    /// Up to a moment, itself not included; nothing lies before [`Timestamp::MIN`].
    pub fn before(end: Timestamp) -> Self {
        if end == Timestamp::MIN {
            Self {
                from: Timestamp::MAX,
                to: Timestamp::MIN,
            }
        } else {
            Self::until(end.just_before())
        }
    }

    /// Its first moment.
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// Its last moment.
    pub fn to(&self) -> Timestamp {
        self.to
    }

    /// Tells whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.from > self.to
    }

    /// Tells whether a moment lies within.
    pub fn contains(&self, time: Timestamp) -> bool {
        self.from <= time && time <= self.to
    }

    /// What lies in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        Self {
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        }
    }
}

impl From<Timestamp> for TimeRange {
    /// The one moment.
    fn from(time: Timestamp) -> Self {
        Self::between(time, time)
    }
}
