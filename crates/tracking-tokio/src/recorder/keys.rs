//! A key for each track.

use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use tracking_core::{Key, NameRef, Timestamp};

/// The longest text after the prefix: a hyphen and a number of 64 bits.
const MAX_SUFFIX: usize = 21;

/// Keys that no other recorder makes.
#[derive(Debug)]
pub(super) struct KeySeries {
    prefix: String,
    next: AtomicU64,
}

impl KeySeries {
    /// Keys that begin with this text; a NUL character in it, which no key may hold, is left out.
    pub(super) fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into().replace('\0', ""),
            next: AtomicU64::new(1),
        }
    }

    /// Keys that are different for each recorder, whatever the machine, process and time.
    pub(super) fn unique(now: Timestamp) -> Self {
        // The standard library's own source of randomness, 64 bits of it.
        let random = RandomState::new().hash_one((now.micros(), std::process::id()));
        Self::new(format!("{:x}-{random:x}", now.micros()))
    }

    /// The next key, for tracks that need one before they have a number.
    pub(super) fn next(&self) -> Key {
        self.key(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// The key of a number.
    pub(super) fn key(&self, number: u64) -> Key {
        let mut text = String::with_capacity(self.prefix.len() + MAX_SUFFIX);
        text.push_str(&self.prefix);
        // Text does not fail to be written to memory.
        let _written = write!(text, "-{number}");
        // It is a key: it is never empty, and no NUL character is in it.
        NameRef::from(text.as_str()).to_key()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_within_a_series_and_between_series() {
        let series: Vec<_> = (0..10)
            .map(|_| KeySeries::unique(Timestamp::EPOCH))
            .collect();
        let keys = series
            .iter()
            .flat_map(|series| (0..10).map(|_| series.next()));
        let keys: std::collections::BTreeSet<_> = keys.collect();
        assert_eq!(keys.len(), 100);
    }

    #[test]
    fn a_prefix_that_no_key_may_have_is_no_failure() {
        assert_eq!(KeySeries::new("a\0b").next().as_str(), "ab-1");
        assert_eq!(KeySeries::new("").next().as_str(), "-1");
    }
}
