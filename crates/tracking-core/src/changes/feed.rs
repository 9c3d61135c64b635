//! Whether a store keeps a change feed, and for how long.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Whether a store keeps a change feed, and how long it keeps the entries.
///
/// The oldest entries are forgotten when a change is committed: those that are too old by the
/// store's clock, and those that are too many. Off by default, since it costs a little with every
/// change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use]
pub struct ChangeFeed {
    is_on: bool,
    max_age: Option<Duration>,
    max_count: Option<u64>,
}

impl ChangeFeed {
    /// No feed.
    pub const OFF: Self = Self {
        is_on: false,
        max_age: None,
        max_count: None,
    };

    /// A feed that keeps every entry for ever.
    pub const UNLIMITED: Self = Self {
        is_on: true,
        ..Self::OFF
    };

    /// A feed that keeps entries for 7 days, and at most a million of them.
    pub fn on() -> Self {
        Self::UNLIMITED
            .with_max_age(Duration::from_hours(7 * 24))
            .with_max_count(1_000_000)
    }

    /// Forgets entries that are older than this.
    pub fn with_max_age(self, max_age: impl Into<Option<Duration>>) -> Self {
        let max_age = max_age.into();
        Self { max_age, ..self }
    }

    /// Keeps at most this many entries.
    pub fn with_max_count(self, max_count: impl Into<Option<u64>>) -> Self {
        let max_count = max_count.into();
        Self { max_count, ..self }
    }

    /// Whether there is a feed.
    pub const fn is_on(&self) -> bool {
        self.is_on
    }

    /// How old an entry may become.
    pub const fn max_age(&self) -> Option<Duration> {
        self.max_age
    }

    /// How many entries are kept.
    pub const fn max_count(&self) -> Option<u64> {
        self.max_count
    }

    /// Whether an entry of `time` is too old `now`.
    pub fn is_too_old(&self, time: Timestamp, now: Timestamp) -> bool {
        self.max_age.is_some_and(|max_age| {
            let age = i128::from(now.micros()) - i128::from(time.micros());
            age > i128::try_from(max_age.as_micros()).unwrap_or(i128::MAX)
        })
    }

    /// How many of the oldest entries are too many, of `count` in all.
    pub fn excess(&self, count: u64) -> u64 {
        self.max_count
            .map_or(0, |max_count| count.saturating_sub(max_count))
    }

    /// The epoch of a feed that begins `now`, after one of the epoch `before`.
    pub fn next_epoch(before: u64, now: Timestamp) -> u64 {
        let now = u64::try_from(now.micros()).unwrap_or(0);
        now.max(before.saturating_add(1))
    }
}
