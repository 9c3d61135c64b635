//! A hash of some text.

use std::fmt;

use blake3::Hasher;

/// A hash of some text: 128 bits of BLAKE3.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 16]);

impl Digest {
    /// The hash of a text.
    pub(crate) fn of(text: &[u8]) -> Self {
        Self::from_hash(&blake3::hash(text))
    }

    /// The hash of what a hasher was given.
    pub(super) fn from_hasher(hasher: &Hasher) -> Self {
        Self::from_hash(&hasher.finalize())
    }

    fn from_hash(hash: &blake3::Hash) -> Self {
        let mut digest = Self::default();
        let bytes = digest.0.iter_mut().zip(hash.as_bytes());
        bytes.for_each(|(to, from)| *to = *from);
        digest
    }

    /// Its bytes.
    pub(super) fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Takes what [`Display`](fmt::Display) wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(Self(from_hex(text)?.try_into().ok()?))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text as bytes.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let byte = |pair: &[u8; 2]| {
        let digits = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    pairs.iter().map(byte).collect()
}
