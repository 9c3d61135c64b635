//! The lines of a log, in bounded memory whatever is in it.

use std::io::{self, BufRead, Read};

use super::{OpenSource, SourceError};

/// A line as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Its number, counted from 1.
    pub number: u64,
    /// Its bytes without the line end, which is a line feed with or without a carriage return
    /// before it; of a line that is too long, as many as may be kept.
    pub bytes: &'a [u8],
    /// Whether it is too long, so that only its start is here.
    pub is_cut: bool,
}

/// Reads a log line by line.
///
/// The last line needs no line end. Lines longer than the limit are cut, and the rest of them is
/// skipped, so that memory stays bounded whatever is read.
#[derive(Debug)]
pub struct Lines {
    input: OpenSource,
    limit: usize,
    number: u64,
    buffer: Vec<u8>,
}

impl Lines {
    /// How many bytes of a line are kept, unless something else is asked for.
    pub const DEFAULT_LIMIT: usize = 1024 * 1024;

    /// The lines of what is open.
    pub fn new(input: OpenSource) -> Self {
        Self {
            input,
            limit: Self::DEFAULT_LIMIT,
            number: 0,
            buffer: Vec::new(),
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

    /// The next line; nothing at the end.
    ///
    /// # Errors
    ///
    /// [`SourceError::Read`] where reading fails; it may be called again and fails again, or
    /// goes on, as the system has it.
    pub fn next_line(&mut self) -> Result<Option<Line<'_>>, SourceError> {
        let read = self.read_line().map_err(|source| SourceError::Read {
            log: self.input.source().clone(),
            line: self.number,
            source,
        })?;
        let Some(is_cut) = read else { return Ok(None) };
        self.number += 1;
        Ok(Some(Line {
            number: self.number,
            bytes: &self.buffer,
            is_cut,
        }))
    }

    /// Fills the buffer and tells whether the line was cut; nothing at the end.
    fn read_line(&mut self) -> io::Result<Option<bool>> {
        self.buffer.clear();
        // With room for the line end, a line of just the limit is whole.
        let room = self.limit.saturating_add(2);
        let mut some = (&mut self.input).take(room as u64);
        if some.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        let ended = self.buffer.pop_if(|last| *last == b'\n').is_some();
        if ended {
            self.buffer.pop_if(|last| *last == b'\r');
        }
        let is_cut = self.buffer.len() > self.limit;
        if is_cut {
            self.buffer.truncate(self.limit);
            if !ended {
                self.input.skip_until(b'\n')?;
            }
        }
        Ok(Some(is_cut))
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

    fn whole(text: &str) -> (String, bool) {
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
        assert_eq!(texts(b"a\r\nb\r\n", 9), [whole("a"), whole("b")]);
        assert_eq!(texts(b"a\rb\r", 9), [whole("a\rb\r")]);
    }

    #[test]
    fn a_long_line_is_cut_and_the_next_one_is_whole() {
        assert_eq!(
            texts(b"1234\n12345\n123456\nx", 4),
            [whole("1234"), cut("1234"), cut("1234"), whole("x")]
        );
        assert_eq!(
            texts(b"1234\r\n12345\r\n12345678", 4),
            [whole("1234"), cut("1234"), cut("1234")]
        );
        assert_eq!(texts(b"12\n\n", 0), [cut(""), whole("")]);
    }

    #[test]
    fn gzip_is_unpacked_also_of_several_members() {
        let mut packed = gzip(b"a\nb");
        packed.extend(gzip(b"c\nd\n"));
        assert_eq!(texts(&packed, 9), [whole("a"), whole("bc"), whole("d")]);
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
    fn a_single_byte_is_a_line() {
        assert_eq!(texts(b"\x1f", 9), [whole("\x1f")]);
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
