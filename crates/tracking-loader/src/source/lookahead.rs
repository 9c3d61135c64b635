//! What was looked at of a log and is still to be read.

use super::text::leading_nuls;

/// What was looked at and is still to be read.
///
/// Of NUL bytes at its start only the number is kept: there may be more of them than fit into
/// memory.
#[derive(Debug, Default)]
pub(crate) struct Lookahead {
    nuls: u64,
    text: Vec<u8>,
    /// How much of the text has been read.
    read: usize,
}

/// How many bytes of a source that can be read only once are kept to detect its format.
pub(super) const MAX_PEEK_BYTES: usize = 8 * 1024 * 1024;

/// What NUL bytes are read from.
static NULS: [u8; 64 * 1024] = [0; 64 * 1024];

impl Lookahead {
    /// What comes after NUL bytes at the start.
    pub(crate) fn text(&self) -> &[u8] {
        self.text.get(self.read..).unwrap_or_default()
    }

    /// The first bytes, so many at most.
    pub(crate) fn start(&self, limit: usize) -> Vec<u8> {
        let nuls = usize::try_from(self.nuls).unwrap_or(usize::MAX).min(limit);
        let text = self.text().iter().take(limit - nuls);
        std::iter::repeat_n(&0, nuls).chain(text).copied().collect()
    }

    /// How many bytes are still to be read.
    pub(super) fn unread(&self) -> u64 {
        self.nuls + self.text().len() as u64
    }

    /// How many NUL bytes stand in front of the text.
    pub(super) fn leading_nuls(&self) -> u64 {
        self.nuls
    }

    /// How many bytes are kept in memory.
    pub(super) fn buffered(&self) -> usize {
        self.text.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nuls == 0 && self.read == self.text.len()
    }

    /// Adds what comes after it.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let nuls = if self.text.is_empty() {
            leading_nuls(bytes)
        } else {
            0
        };
        self.nuls += nuls as u64;
        self.text.drain(..self.read);
        self.read = 0;
        self.text
            .extend_from_slice(bytes.get(nuls..).unwrap_or_default());
    }

    /// Adds what comes before it.
    pub(super) fn put_before(&mut self, text: &[u8]) {
        if self.put_where_it_was(text) {
            return;
        }
        let after = std::mem::take(self);
        self.add(text);
        if self.text.is_empty() {
            self.nuls += after.nuls;
            self.text.extend_from_slice(after.text());
            return;
        }
        let nuls = usize::try_from(after.nuls).unwrap_or(usize::MAX);
        self.text.extend(std::iter::repeat_n(0, nuls));
        self.text.extend_from_slice(after.text());
    }

    /// Puts what was read from here into its place again, so that the rest need not be moved. Tells
    /// whether it was read from here.
    fn put_where_it_was(&mut self, text: &[u8]) -> bool {
        let start = self.read.checked_sub(text.len());
        let was_there = start.filter(|start| self.text.get(*start..self.read) == Some(text));
        if let Some(start) = was_there.filter(|_| self.nuls == 0 && !text.starts_with(&[0])) {
            self.read = start;
            return true;
        }
        false
    }

    /// What is to be read next; not empty where there is anything.
    pub(super) fn next(&self) -> &[u8] {
        if self.nuls == 0 {
            return self.text();
        }
        let nuls = NULS.get(..usize::try_from(self.nuls).unwrap_or(usize::MAX));
        nuls.unwrap_or(&NULS)
    }

    /// Takes so many bytes for read, of those that are to be read next.
    pub(super) fn consume(&mut self, amount: usize) {
        if self.nuls > 0 {
            self.nuls = self.nuls.saturating_sub(amount as u64);
            return;
        }
        self.read = (self.read + amount).min(self.text.len());
        if self.read == self.text.len() {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut ahead: Lookahead) -> Vec<u8> {
        let mut all = Vec::new();
        while !ahead.is_empty() {
            let some = ahead.next().len().min(70_000);
            all.extend_from_slice(&ahead.next()[..some]);
            ahead.consume(some);
        }
        all
    }

    #[test]
    fn what_goes_in_comes_out_and_of_nul_bytes_only_the_number_is_buffered() {
        let nuls = vec![0; 150_000];
        let parts: [&[u8]; 4] = [&nuls, &[0, 0, b'a', 0], &[0, b'b'], b""];
        let mut ahead = Lookahead::default();
        for part in parts {
            ahead.add(part);
        }
        assert_eq!(
            (ahead.nuls, ahead.text(), ahead.buffered()),
            (150_002, &b"a\0\0b"[..], 4)
        );
        assert_eq!(ahead.start(2), [0, 0]);
        assert_eq!(ahead.start(150_003), [&nuls[..], b"\0\0a"].concat());
        assert_eq!(read(ahead), parts.concat());
    }

    #[test]
    fn what_was_read_is_put_back_in_its_place() {
        let mut ahead = Lookahead::default();
        ahead.add(b"one two three");
        ahead.consume(8);
        ahead.put_before(b"two ");
        assert_eq!((ahead.text(), ahead.read), (&b"two three"[..], 4));
        ahead.consume(4);
        ahead.put_before(b"2 ");
        assert_eq!(read(ahead), b"2 three");
    }

    #[test]
    fn what_is_put_before_comes_first() {
        for (before, after) in [
            (&b"ab"[..], &b"\0\0c"[..]),
            (b"", b"\0c"),
            (b"\0", b"\0c"),
            (b"\0a", b""),
        ] {
            let mut ahead = Lookahead::default();
            ahead.add(after);
            ahead.put_before(before);
            assert_eq!(read(ahead), [before, after].concat());
        }
    }
}
