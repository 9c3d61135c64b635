//! Hashing texts that come from outside, and numbers that the store itself has given.

use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

use siphasher::sip::SipHasher13;

/// For maps whose keys are texts: names and values, which may come from the web. `SipHash` with secret
/// keys, as in the standard library, so that nobody can choose texts that collide. The standard library
/// hashes in pieces; a text is hashed as a whole here, which takes a third fewer instructions.
#[derive(Clone, Debug)]
pub(crate) struct ByText {
    keys: (u64, u64),
}

impl Default for ByText {
    fn default() -> Self {
        let random = RandomState::new();
        Self {
            keys: (random.hash_one(0), random.hash_one(1)),
        }
    }
}

impl BuildHasher for ByText {
    type Hasher = TextHasher;

    fn build_hasher(&self) -> TextHasher {
        TextHasher {
            keys: self.keys,
            hash: 0,
        }
    }
}

/// Hashes one text.
#[derive(Debug)]
pub(crate) struct TextHasher {
    keys: (u64, u64),
    hash: u64,
}

impl Hasher for TextHasher {
    fn finish(&self) -> u64 {
        self.hash
    }

    fn write(&mut self, bytes: &[u8]) {
        let (first, second) = self.keys;
        self.hash = SipHasher13::new_with_keys(first ^ self.hash, second).hash(bytes);
    }

    /// The mark at the end of a text, which adds nothing: its length is in the hash.
    fn write_u8(&mut self, _mark: u8) {}
}

/// For maps whose keys are slots, numbers and pairs of them. Users of the store cannot choose
/// these, so nobody can make them collide.
pub(crate) type ByNumber = BuildHasherDefault<Mixer>;

/// Multiplies and rotates.
#[derive(Debug, Default)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        // The table takes its place from the low bits and its tag from the high ones.
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(26) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use tracking_core::UserName;

    use super::*;

    #[test]
    fn a_text_hashes_alike_whatever_holds_it_and_differently_in_each_map() {
        let (map, other) = (ByText::default(), ByText::default());
        for text in ["", "a", "anna", "eight by", "\u{1F600} and more than eight"] {
            let name = UserName::new(text).unwrap();
            assert_eq!(map.hash_one(&name), map.hash_one(text));
            assert_eq!(map.hash_one(Box::<str>::from(text)), map.hash_one(text));
            assert_ne!(map.hash_one(text), other.hash_one(text));
        }
    }

    #[test]
    fn texts_with_a_common_beginning_or_end_hash_differently() {
        let map = ByText::default();
        let texts: HashSet<String> = (0..100)
            .flat_map(|n| {
                [
                    "a".repeat(n),
                    "a".repeat(n) + "b",
                    "b".to_owned() + &"a".repeat(n),
                ]
            })
            .collect();
        let hashes: HashSet<u64> = texts.iter().map(|text| map.hash_one(text)).collect();
        assert_eq!(hashes.len(), texts.len());
    }

    #[test]
    fn small_pairs_spread_over_low_and_high_bits() {
        let hashes: Vec<u64> = (0..300_u32)
            .flat_map(|a| (0..300_u32).map(move |b| ByNumber::default().hash_one((a, b))))
            .collect();
        let different = |part: fn(u64) -> u64| {
            hashes
                .iter()
                .map(|hash| part(*hash))
                .collect::<HashSet<_>>()
                .len()
        };
        assert_eq!(different(|hash| hash), hashes.len());
        // Of 90,000 random numbers below 65,536, some 49,000 differ.
        assert!(different(|hash| hash & 0xFFFF) > 45_000);
        assert_eq!(different(|hash| hash >> 57), 128);
    }
}
