//! Unpacking gzip as `gzip` itself does.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

use super::text::leading_nuls;

/// How every gzip member starts.
pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The text of a gzip file of one member or several one after the other.
///
/// As `gzip` does it, zero bytes after a member are padding and are skipped, and whatever else
/// follows the last member is ignored; how much that is, is counted.
pub(super) struct GzipReader<R> {
    state: State<R>,
    ignored: Arc<AtomicU64>,
}

enum State<R> {
    Within(GzDecoder<CompressedInput<R>>),
    /// Between two members, or after the last one.
    After(CompressedInput<R>),
    /// Only for a moment, while one of the others becomes the other.
    Transition,
}

impl<R: BufRead> GzipReader<R> {
    /// Unpacks what starts with a member, and counts what is ignored at the end.
    pub(super) fn new(raw: R, ignored: &Arc<AtomicU64>) -> Self {
        let packed = CompressedInput { first: None, raw };
        Self {
            state: State::Within(GzDecoder::new(packed)),
            ignored: Arc::clone(ignored),
        }
    }

    /// Goes to the next member, and tells whether there is one.
    fn next_member(&self, packed: &mut CompressedInput<R>) -> io::Result<bool> {
        loop {
            let bytes = packed.fill_buf()?;
            if bytes.is_empty() {
                return Ok(false);
            }
            let zeros = leading_nuls(bytes);
            if zeros == 0 {
                break;
            }
            packed.consume(zeros);
        }
        if packed.starts_member()? {
            return Ok(true);
        }
        let ignored = io::copy(packed, &mut io::sink())?;
        self.ignored.fetch_add(ignored, Ordering::Relaxed);
        Ok(false)
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Transition) {
                State::Within(mut member) => {
                    let read = member.read(buffer);
                    if !matches!(read, Ok(0)) {
                        self.state = State::Within(member);
                        return read;
                    }
                    self.state = State::After(member.into_inner());
                }
                State::After(mut packed) => match self.next_member(&mut packed) {
                    Ok(true) => self.state = State::Within(GzDecoder::new(packed)),
                    end => {
                        self.state = State::After(packed);
                        return end.map(|_| 0);
                    }
                },
                State::Transition => return Ok(0),
            }
        }
    }
}

/// What is to be unpacked, with the first byte of a member that was looked at.
struct CompressedInput<R> {
    first: Option<[u8; 1]>,
    raw: R,
}

impl<R: BufRead> CompressedInput<R> {
    /// Whether the next two bytes are those that a member starts with. Nothing is taken.
    fn starts_member(&mut self) -> io::Result<bool> {
        let [first, second] = MAGIC;
        if self.first.is_none() {
            match self.raw.fill_buf()? {
                [one, two, ..] => return Ok([*one, *two] == MAGIC),
                [one] if *one == first => {}
                _ => return Ok(false),
            }
            self.raw.consume(1);
            self.first = Some([first]);
        }
        Ok(self.raw.fill_buf()?.first() == Some(&second))
    }
}

impl<R: BufRead> Read for CompressedInput<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for CompressedInput<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &self.first {
            Some(first) => Ok(first),
            None => self.raw.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self.first {
            Some(_) if amount > 0 => self.first = None,
            Some(_) => {}
            None => self.raw.consume(amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// The text and how much was ignored, however the bytes come.
    fn unpacked(packed: &[u8]) -> io::Result<(Vec<u8>, u64)> {
        let mut all = Vec::new();
        for at_a_time in [1, 7, 64 * 1024] {
            let ignored = Arc::new(AtomicU64::new(0));
            let raw = BufReader::with_capacity(at_a_time, packed);
            let mut text = Vec::new();
            GzipReader::new(raw, &ignored).read_to_end(&mut text)?;
            all.push((text, ignored.load(Ordering::Relaxed)));
        }
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        Ok(all.remove(0))
    }

    #[test]
    fn members_padding_and_what_follows_are_read_as_gzip_reads_them() {
        let (a, b, none) = (member(b"a\n"), member(b"b\n"), member(b""));
        for (parts, text, ignored) in [
            (vec![&a[..]], &b"a\n"[..], 0),
            (vec![&a, &b], b"a\nb\n", 0),
            (vec![&a, &none, &b], b"a\nb\n", 0),
            (vec![&a, &[0; 512]], b"a\n", 0),
            (vec![&a, &[0; 512], &b, &[0]], b"a\nb\n", 0),
            (vec![&a, b"x"], b"a\n", 1),
            (vec![&a, b"\x1f"], b"a\n", 1),
            (vec![&a, b"\0\0\x1fmore\x1f\x8b"], b"a\n", 7),
        ] {
            let found = unpacked(&parts.concat()).unwrap();
            assert_eq!(found, (text.to_vec(), ignored), "{parts:?}");
        }
    }

    #[test]
    fn a_member_that_is_cut_off_or_damaged_is_an_error() {
        let (a, b) = (member(b"a\n"), member(b"b\n"));
        for cut in 2..a.len() {
            assert!(unpacked(&a[..cut]).is_err(), "{cut}");
            assert!(unpacked(&[&b[..], &a[..cut]].concat()).is_err(), "{cut}");
        }
        let mut wrong = a.clone();
        wrong[a.len() - 8] ^= 1;
        assert!(unpacked(&wrong).is_err());
    }
}
