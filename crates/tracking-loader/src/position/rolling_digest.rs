//! What a log holds up to a place, as a hash that can be gone on with: how earlier releases knew
//! what they had read. It is needed only to recognise that.

use std::fmt;

use blake3::Hasher;

use super::Digest;

/// All that has been read of a log, from its first byte to a line's end, as a hash.
///
/// The text is cut into blocks, and the hash of each goes into that of the next one. So somebody
/// who knows the hash before a block can check what follows without reading what lies before,
/// and a log of any size is recognised by its last blocks.
///
/// Next to it there are *marks*, a few bits of the hash at fixed places, ever further apart: they
/// tell whether a shorter text is the start of this one.
#[derive(Clone)]
pub(crate) struct RollingDigest {
    at: u64,
    /// The hash before the block that is being read.
    base: Digest,
    hasher: Hasher,
    /// What is still to be hashed: much at a time is faster.
    pending: Vec<u8>,
    marks: Vec<u8>,
    next_mark: u64,
}

/// How much text goes into one hash.
const BLOCK_BYTES: u64 = 256 * 1024;

/// How much is hashed at a time.
const BUFFER_BYTES: usize = 16 * 1024;

/// How many bytes of a hash a mark has.
const MARK_BYTES: usize = 4;

/// Where the first mark is, and how far apart marks are at least.
const MIN_MARK_DISTANCE: u64 = 64;

impl RollingDigest {
    /// Nothing has been read yet.
    pub(crate) fn new() -> Self {
        let mut prefix = Self {
            at: 0,
            base: Digest::default(),
            hasher: Hasher::new(),
            pending: Vec::new(),
            marks: Vec::new(),
            next_mark: MIN_MARK_DISTANCE,
        };
        prefix.begin_block();
        prefix
    }

    /// How many bytes that is.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// The hash of all of it.
    pub(crate) fn digest(&mut self) -> Digest {
        if self.at.is_multiple_of(BLOCK_BYTES) {
            return self.base;
        }
        self.digest_of_block()
    }

    /// The marks so far.
    pub(crate) fn marks(&self) -> &[u8] {
        &self.marks
    }

    /// How many bytes there are to the next mark.
    pub(crate) fn bytes_to_next_mark(&self) -> u64 {
        self.next_mark - self.at
    }

    /// Goes on with what comes next.
    pub(crate) fn feed(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            let block_end = (self.at / BLOCK_BYTES + 1) * BLOCK_BYTES;
            let room = block_end.min(self.next_mark) - self.at;
            let room = usize::try_from(room).unwrap_or(usize::MAX);
            let (now, later) = text.split_at_checked(room).unwrap_or((text, &[]));
            self.take(now);
            text = later;
            if self.at == self.next_mark {
                let digest = self.digest_of_block();
                self.marks.extend(digest.as_bytes().iter().take(MARK_BYTES));
                self.next_mark = mark_after(self.at);
            }
            if self.at == block_end {
                self.base = self.digest_of_block();
                self.begin_block();
            }
        }
    }

    fn take(&mut self, text: &[u8]) {
        self.at += text.len() as u64;
        self.pending.extend_from_slice(text);
        if self.pending.len() >= BUFFER_BYTES {
            self.hash_pending();
        }
    }

    fn hash_pending(&mut self) {
        self.hasher.update(&self.pending);
        self.pending.clear();
    }

    fn digest_of_block(&mut self) -> Digest {
        self.hash_pending();
        Digest::from_hasher(&self.hasher)
    }

    fn begin_block(&mut self) {
        self.pending.clear();
        self.hasher.reset();
        self.hasher.update(self.base.as_bytes());
    }
}

impl fmt::Debug for RollingDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RollingDigest")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Near the start every 64 bytes, which is less than a line, then ever further apart, by a
/// sixteenth of what lies before.
fn mark_after(mark: u64) -> u64 {
    mark + (mark / 16 / MIN_MARK_DISTANCE * MIN_MARK_DISTANCE).max(MIN_MARK_DISTANCE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(length: usize) -> Vec<u8> {
        (0..length)
            .map(|n| u8::try_from(n * n % 251).unwrap())
            .collect()
    }

    fn of(text: &[u8]) -> RollingDigest {
        let mut prefix = RollingDigest::new();
        prefix.feed(text);
        prefix
    }

    #[test]
    fn it_is_the_same_for_ever() {
        // Kept in stores: these values must never change.
        assert_eq!(
            Digest::of(b"").to_string(),
            "af1349b9f5f9a1a6a0404dea36dcc949"
        );
        let digest = of(&text(600_000)).digest().to_string();
        assert_eq!(digest, "dba37e7ce513d8da84dc7da487951925");
    }

    #[test]
    fn marks_are_less_than_a_line_apart_at_first_and_few_in_the_end() {
        assert_eq!([64, 1024, 1088].map(mark_after), [128, 1088, 1152]);
        assert_eq!(mark_after(64_000), 67_968);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn it_does_not_matter_how_the_text_comes(
            length in 0_usize..900_000, cuts in prop::collection::vec(1_usize..100_000, 1..9),
        ) {
            let (text, mut prefix) = (text(length), RollingDigest::new());
            let (mut rest, mut cuts) = (&text[..], cuts.iter().cycle());
            while !rest.is_empty() {
                let cut = (*cuts.next().unwrap()).min(rest.len());
                prefix.feed(&rest[..cut]);
                rest = &rest[cut..];
            }
            let mut whole = of(&text);
            prop_assert_eq!(prefix.digest(), whole.digest());
            prop_assert_eq!(prefix.marks(), whole.marks());
        }
    }
}
