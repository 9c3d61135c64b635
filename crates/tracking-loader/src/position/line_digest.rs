//! A digest of one line, as the ledger of a log keeps it.

#![expect(
    deprecated,
    reason = "SipHash 2-4 stays the same in every version of the standard library, which \
              `DefaultHasher` does not promise"
)]

use std::hash::{Hasher, SipHasher};

/// 47 bits of the `SipHash` 2-4 of a line with its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LineDigest(u64);

/// Computes the digest of a line that comes in pieces.
#[derive(Clone, Debug)]
pub(crate) struct LineHasher(SipHasher);

/// How many bits of the hash are kept.
const BITS: u32 = 47;

impl LineDigest {
    /// The digest of a line, with its line end where it has one.
    pub(crate) fn of(line: &[u8]) -> Self {
        LineHasher::of(line).finish()
    }

    /// The digest as a number below 2^47.
    pub(crate) fn number(self) -> u64 {
        self.0
    }

    /// Takes the bits of a number that belong to a digest.
    pub(crate) fn from_number(number: u64) -> Self {
        Self(number & ((1 << BITS) - 1))
    }
}

impl LineHasher {
    pub(crate) fn new() -> Self {
        Self(SipHasher::new())
    }

    /// The start of a line.
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut hasher = Self::new();
        hasher.update(text);
        hasher
    }

    pub(crate) fn update(&mut self, text: &[u8]) {
        self.0.write(text);
    }

    pub(crate) fn finish(&self) -> LineDigest {
        LineDigest::from_number(self.0.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_for_ever() {
        // Kept in stores: these values must never change.
        assert_eq!(
            LineDigest::of(b"").number(),
            0x1e92_4b9d_7377_00d7 & ((1 << 47) - 1)
        );
        assert_eq!(LineDigest::of(b"a line\n"), LineDigest::of(b"a line\n"));
        assert_ne!(LineDigest::of(b"a line\n"), LineDigest::of(b"a line\r\n"));
    }

    #[test]
    fn it_does_not_matter_how_the_text_comes() {
        let text = b"192.0.2.1 - anna [23/Nov/2026:15:47:01 +0100]\n";
        for cut in 0..text.len() {
            let mut hasher = LineHasher::new();
            hasher.update(&text[..cut]);
            hasher.update(&text[cut..]);
            assert_eq!(hasher.finish(), LineDigest::of(text), "{cut}");
        }
    }
}
