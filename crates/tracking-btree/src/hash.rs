//! Hashing numbers that the store itself has given.

use std::hash::{BuildHasherDefault, Hasher};

/// For maps whose keys are slots, numbers and pairs of them. Users of the store cannot choose
/// these, so nobody can make them collide; names are hashed as the standard library does it.
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
    use std::hash::BuildHasher;

    use super::*;

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
