//! The lines of a log, in bounded memory whatever is in it.

use std::io::{self, BufRead, Read};

use super::text::{BYTE_ORDER_MARK, foreign_encoding, leading_nuls, text_of_line};
use super::{OpenSource, SourceError};
use crate::position::{LineDigest, LineHasher};

/// A line as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Its number, counted from 1.
    pub number: u64,
    /// Its bytes without the line end, which is a line feed with or without a carriage return
    /// before it, and without a byte order mark or NUL bytes in front; of a line that is too long,
    /// as many as may be kept.
    pub bytes: &'a [u8],
    /// How many NUL bytes stand in front of it: a file that is emptied while a program writes to it
    /// has them up to where that program goes on.
    pub nuls: u64,
    /// Whether it is too long, so that only its start is here.
    pub is_cut: bool,
    /// Whether it has its line end. One that has none stands at the end of the log, and may be
    /// half a line that somebody is still writing.
    pub is_whole: bool,
}

/// Reads a log line by line.
///
/// Lines longer than the limit are cut, and the rest of them is skipped, so that memory stays
/// bounded whatever is read. A log that grows can be read on after its end was reached; a last
/// line without its line end then comes again once there is more of it.
///
/// A byte order mark belongs to no line, and neither do NUL bytes in front of one.
#[derive(Debug)]
pub struct Lines {
    input: OpenSource,
    limit: usize,
    /// The line that was read last, with its line end.
    line: Buffered,
    /// What lies before that line.
    before: SourceOffset,
    /// The encoding that it is in, where that cannot be read.
    foreign: Option<&'static str>,
}

/// A place between two lines of a log, which has so many bytes and lines before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceOffset {
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
}

/// A line that was read and may still count as not read.
#[derive(Debug, Default)]
struct Buffered {
    /// How many NUL bytes stand in front of it, which are not kept.
    nuls: u64,
    bytes: Vec<u8>,
    /// Where it is longer than what is kept: all that was read of it.
    overlong: Option<Box<Overlong>>,
    state: State,
}

/// A long line.
#[derive(Debug)]
struct Overlong {
    hasher: LineHasher,
    bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// There is none.
    #[default]
    None,
    /// It has no line end yet.
    Half,
    Whole,
}

impl Lines {
    /// How many bytes of a line are kept, unless something else is asked for.
    pub const DEFAULT_LIMIT: usize = 1024 * 1024;

    /// The lines of what is open.
    pub fn new(input: OpenSource) -> Self {
        Self {
            input,
            limit: Self::DEFAULT_LIMIT,
            line: Buffered::default(),
            before: SourceOffset::default(),
            foreign: None,
        }
    }

    /// Cuts lines of more than so many bytes.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// What is read.
    pub fn input(&self) -> &OpenSource {
        &self.input
    }

    pub(crate) fn input_mut(&mut self) -> &mut OpenSource {
        &mut self.input
    }

    /// The next line; nothing at the end. At the end of a log that grows it may be called again.
    ///
    /// # Errors
    ///
    /// [`SourceError::Read`] where reading fails; it may be called again and fails again, or
    /// goes on, as the system has it. [`SourceError::Encoding`] for what is in UTF-16 or UTF-32.
    pub fn next_line(&mut self) -> Result<Option<Line<'_>>, SourceError> {
        if let Some(encoding) = self.foreign {
            return Err(SourceError::encoding(self.input.source(), encoding));
        }
        if self.line.state == State::Whole {
            self.consume_line();
        }
        let more = self.read_on().map_err(|source| SourceError::Read {
            log: self.input.source().clone(),
            line: self.before.lines,
            source,
        })?;
        if more
            && self.before.bytes == 0
            && let Some(encoding) = foreign_encoding(&self.line.bytes)
        {
            self.foreign = Some(encoding);
            return Err(SourceError::encoding(self.input.source(), encoding));
        }
        Ok(more.then(|| self.line()))
    }

    /// Takes the line that was read last for read, also where it has no line end. What comes
    /// later of such a line is then a line of its own.
    pub(crate) fn consume_line(&mut self) {
        if self.line.state == State::None {
            return;
        }
        self.before.lines += 1;
        self.before.bytes += self.length();
        self.line = Buffered {
            bytes: std::mem::take(&mut self.line.bytes),
            ..Buffered::default()
        };
        self.line.bytes.clear();
    }

    /// Where the line that was read last begins; or ends, if it was taken.
    pub(crate) fn offset(&self) -> SourceOffset {
        self.before
    }

    /// How many bytes the line that was read last has in the log, with NUL bytes in front of it.
    pub(crate) fn length(&self) -> u64 {
        let bytes = match &self.line.overlong {
            Some(overlong) => overlong.bytes,
            None => self.line.bytes.len() as u64,
        };
        self.line.nuls + bytes
    }

    /// The digest of the line that was read last, without NUL bytes in front of it.
    pub(crate) fn digest(&self) -> LineDigest {
        self.digest_with(b"")
    }

    /// The digest of the line that was read last, if it ended so.
    pub(crate) fn digest_with(&self, end: &[u8]) -> LineDigest {
        let mut hasher = match &self.line.overlong {
            Some(overlong) => overlong.hasher.clone(),
            None => LineHasher::of(&self.line.bytes),
        };
        hasher.update(end);
        hasher.finish()
    }

    /// Puts back the line that was read last, so that it comes again. Tells whether that can be
    /// done: a line that is longer than what is kept, or has NUL bytes in front, is gone.
    pub(crate) fn unread_line(&mut self) -> bool {
        let is_kept = self.line.overlong.is_none() && self.line.nuls == 0;
        if is_kept {
            let line = std::mem::take(&mut self.line);
            self.input.put_back(&line.bytes);
        }
        is_kept
    }

    /// What the lines are read from.
    pub(crate) fn into_input(self) -> OpenSource {
        self.input
    }

    /// From now on, what is read can be read again, also where that is possible only once.
    pub(crate) fn hold(&mut self) {
        self.input.hold(self.before.bytes + self.length());
    }

    /// What was read will not be read again.
    pub(crate) fn release(&mut self) {
        self.input.release();
    }

    /// Goes to a place that was passed, or that comes.
    ///
    /// # Errors
    ///
    /// [`SourceError::Diverged`] where it can be read only once and too much was read.
    pub(crate) fn rewind(&mut self, offset: SourceOffset) -> Result<(), SourceError> {
        let here = self.before.bytes + self.length();
        self.forget_line();
        if offset.bytes < here {
            self.input.rewind(offset.bytes)?;
            self.before = offset;
        } else {
            self.before.bytes = here;
            self.read_raw(offset.bytes - here, |_| {})?;
            self.before = offset;
        }
        Ok(())
    }

    /// Goes to a place of a plain file.
    pub(crate) fn jump(&mut self, offset: SourceOffset) -> Result<(), SourceError> {
        let log = self.input.source().clone();
        self.forget_line();
        let result = self.input.seek(offset.bytes);
        result.map_err(|error| SourceError::read(&log, 0, error))?;
        self.before = offset;
        Ok(())
    }

    fn forget_line(&mut self) {
        self.line = Buffered::default();
    }

    /// Reads ahead in a file up to `high` bytes, where less than `low` of them are left, and no line
    /// is half read. Gives the text that is to be read next, if it is more than before, and where it
    /// begins, after NUL bytes in front of it.
    pub(crate) fn read_ahead(&mut self, low: u64, high: u64) -> Option<(u64, &[u8])> {
        if self.is_within_line() {
            return None;
        }
        let at = self.before.bytes + self.length();
        let ahead = self.input.read_ahead(low, high)?;
        Some((at + ahead.leading_nuls(), ahead.text()))
    }

    /// Takes so many bytes for read that were looked at in the input, whatever lines these are.
    pub(crate) fn consume_raw(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.before.bytes += bytes as u64;
    }

    /// Reads on by so many bytes at most, whatever lines these are, and tells how many there were.
    pub(crate) fn read_raw(
        &mut self,
        bytes: u64,
        mut text: impl FnMut(&[u8]),
    ) -> Result<u64, SourceError> {
        let mut left = bytes;
        while left > 0 {
            let source = self.input.source().clone();
            let line = self.before.lines;
            let some = self.input.fill_buf();
            let some = some.map_err(|error| SourceError::read(&source, line, error))?;
            let length = some.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if length == 0 {
                break;
            }
            text(some.get(..length).unwrap_or_default());
            self.input.consume(length);
            left -= length as u64;
        }
        self.before.bytes += bytes - left;
        Ok(bytes - left)
    }

    /// Whether a line was read that has no line end, and was not taken.
    pub(crate) fn is_within_line(&self) -> bool {
        self.line.state == State::Half
    }

    /// The start of the line that was read last, as it stands in the log after NUL bytes in front
    /// of it, and where that is.
    pub(crate) fn raw(&self) -> (u64, &[u8]) {
        (self.before.bytes + self.line.nuls, &self.line.bytes)
    }

    /// The line that was read last.
    pub(crate) fn line(&self) -> Line<'_> {
        let is_whole = self.line.state == State::Whole;
        let bytes = text_of_line(&self.line.bytes, is_whole);
        let kept = bytes.get(..self.limit);
        Line {
            number: self.before.lines + 1,
            bytes: kept.unwrap_or(bytes),
            nuls: self.line.nuls,
            is_cut: bytes.len() > self.limit,
            is_whole,
        }
    }

    /// Reads on in a line, and tells whether there was anything more of it.
    fn read_on(&mut self) -> io::Result<bool> {
        let mut more = self.skip_nuls()?;
        // With room for the line end and a byte order mark, a line of just the limit is whole.
        let limit = self.limit.saturating_add(2 + BYTE_ORDER_MARK.len());
        let line = &mut self.line;
        let room = limit.saturating_sub(line.bytes.len());
        if room > 0 {
            let mut some = (&mut self.input).take(room as u64);
            let read = some.read_until(b'\n', &mut line.bytes);
            // What was read before an error is kept, as half a line.
            if !line.bytes.is_empty() {
                line.state = State::Half;
            }
            more += read?;
            if line.bytes.ends_with(b"\n") {
                line.state = State::Whole;
            }
        }
        if line.state == State::Half && line.bytes.len() >= limit {
            let overlong = line.overlong.get_or_insert_with(|| {
                let (hasher, bytes) = (LineHasher::of(&line.bytes), line.bytes.len() as u64);
                Box::new(Overlong { hasher, bytes })
            });
            while line.state == State::Half {
                let text = self.input.fill_buf()?;
                if text.is_empty() {
                    break;
                }
                let end = text.iter().position(|byte| *byte == b'\n');
                let text = end.and_then(|end| text.get(..=end)).unwrap_or(text);
                let length = text.len();
                overlong.hasher.update(text);
                overlong.bytes += text.len() as u64;
                self.input.consume(length);
                more += length;
                if end.is_some() {
                    line.state = State::Whole;
                }
            }
        }
        Ok(more > 0)
    }

    /// Passes over NUL bytes in front of a line, and tells how many that were.
    fn skip_nuls(&mut self) -> io::Result<usize> {
        let mut skipped = 0;
        while self.line.bytes.is_empty() {
            let text = self.input.fill_buf()?;
            let nuls = leading_nuls(text);
            if nuls == 0 {
                break;
            }
            self.input.consume(nuls);
            self.line.nuls += nuls as u64;
            self.line.state = State::Half;
            skipped += nuls;
        }
        Ok(skipped)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::Source;

    fn read(content: &[u8], limit: usize) -> Result<Vec<(u64, String, bool)>, SourceError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), content).unwrap();
        let mut lines = Source::from(file.path()).lines()?.limit(limit);
        let mut found = Vec::new();
        while let Some(line) = lines.next_line()? {
            let text = String::from_utf8_lossy(line.bytes).into_owned();
            found.push((line.number, text, line.is_cut));
        }
        assert_eq!(lines.input().bytes_read(), content.len() as u64);
        assert_eq!(lines.input().size(), Some(content.len() as u64));
        Ok(found)
    }

    fn texts(content: &[u8], limit: usize) -> Vec<(String, bool)> {
        let lines = read(content, limit).unwrap();
        lines
            .into_iter()
            .map(|(_, text, is_cut)| (text, is_cut))
            .collect()
    }

    fn all_lines(text: &str) -> (String, bool) {
        (text.to_owned(), false)
    }

    fn cut(text: &str) -> (String, bool) {
        (text.to_owned(), true)
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn lines_are_numbered_from_one_and_need_no_end() {
        let expected = [
            (1, "a".to_owned(), false),
            (2, String::new(), false),
            (3, "b".to_owned(), false),
        ];
        assert_eq!(read(b"a\n\nb", 9).unwrap(), expected);
        assert_eq!(read(b"a\n\nb\n", 9).unwrap(), expected);
        assert_eq!(read(b"", 9).unwrap(), []);
    }

    #[test]
    fn line_ends_of_windows_are_line_ends() {
        assert_eq!(texts(b"a\r\nb\r\n", 9), [all_lines("a"), all_lines("b")]);
        assert_eq!(texts(b"a\rb\r", 9), [all_lines("a\rb\r")]);
    }

    #[test]
    fn a_long_line_is_cut_and_the_next_one_is_whole() {
        assert_eq!(
            texts(b"1234\n12345\n123456\nx", 4),
            [all_lines("1234"), cut("1234"), cut("1234"), all_lines("x")]
        );
        assert_eq!(
            texts(b"1234\r\n12345\r\n12345678", 4),
            [all_lines("1234"), cut("1234"), cut("1234")]
        );
        assert_eq!(texts(b"12\n\n", 0), [cut(""), all_lines("")]);
    }

    #[test]
    fn gzip_is_unpacked_also_of_several_members() {
        let mut packed = gzip(b"a\nb");
        packed.extend(gzip(b"c\nd\n"));
        assert_eq!(
            texts(&packed, 9),
            [all_lines("a"), all_lines("bc"), all_lines("d")]
        );
    }

    #[test]
    fn gzip_that_is_cut_off_is_an_error_with_the_lines_read() {
        let packed = gzip(b"a\nb\n");
        let error = read(&packed[..packed.len() - 6], 9).unwrap_err();
        assert!(
            matches!(error, SourceError::Read { line: 2, .. }),
            "{error:?}"
        );
        assert!(error.to_string().ends_with(" after line 2"), "{error}");
    }

    #[test]
    fn half_a_line_comes_again_when_there_is_more_of_it() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut lines = Source::from(file.path()).lines().unwrap().limit(4);
        let mut read = |more: &str| {
            file.write_all(more.as_bytes()).unwrap();
            let line = lines.next_line().unwrap()?;
            let text = String::from_utf8_lossy(line.bytes).into_owned();
            Some((line.number, text, line.is_cut, line.is_whole))
        };
        assert_eq!(read(""), None);
        assert_eq!(read("a"), Some((1, "a".to_owned(), false, false)));
        assert_eq!(read(""), None);
        assert_eq!(read("b"), Some((1, "ab".to_owned(), false, false)));
        assert_eq!(read("\nc"), Some((1, "ab".to_owned(), false, true)));
        assert_eq!(read(""), Some((2, "c".to_owned(), false, false)));
        assert_eq!(read("12345678"), Some((2, "c123".to_owned(), true, false)));
        assert_eq!(read("9"), Some((2, "c123".to_owned(), true, false)));
        assert_eq!(read("\n"), Some((2, "c123".to_owned(), true, true)));
        assert_eq!(read("d\n"), Some((3, "d".to_owned(), false, true)));
        assert_eq!(read(""), None);
        let offset = SourceOffset {
            bytes: 16,
            lines: 3,
        };
        assert_eq!(
            (lines.offset(), lines.digest()),
            (offset, LineDigest::of(b""))
        );
    }

    #[test]
    fn a_single_byte_is_a_line() {
        assert_eq!(texts(b"\x1f", 9), [all_lines("\x1f")]);
    }

    #[test]
    fn a_missing_file_and_a_directory_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Source::from(folder.path().join("missing.log"));
        let error = missing.open().unwrap_err();
        assert!(matches!(error, SourceError::Open { .. }), "{error:?}");
        assert_eq!(error.to_string(), format!("cannot open {missing}"));
        let error = Source::from(folder.path()).open().unwrap_err();
        assert!(matches!(error, SourceError::Directory { .. }), "{error:?}");
        assert!(
            error
                .to_string()
                .contains(&folder.path().display().to_string())
        );
    }
}
