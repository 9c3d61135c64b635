//! One log file on disk: written to at its end, rotated by renaming it.
//!
//! The library's `FileLogWriter` opens, writes and opens anew. Its own rotation is not used: it
//! writes to `test_rCURRENT.log` instead of the file asked for, swallows the error where a
//! rotation it decided on fails, panics over some names of files that lie beside the log, and
//! tells compressed files' numbers wrong.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flexi_logger::FileSpec;
use flexi_logger::writers::{ArcFileLogWriter, FileLogWriter, FileLogWriterHandle};

use super::WriterError;
use super::error::beneath;
use super::segments::Segments;

/// The file of a logger. The lock around it is what makes rotation safe beside other threads.
pub(super) struct LogFile {
    path: PathBuf,
    segments: Segments,
    keep: Option<usize>,
    /// The number of the next old file, at least.
    next: u64,
    writer: ArcFileLogWriter,
    _flushed_on_drop: FileLogWriterHandle,
    state: State,
}

/// What is to be done before the next line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    /// Half a line may be at the end of the file.
    Torn,
    /// The file must be opened anew; until then, what is written would go nowhere.
    Closed,
}

impl LogFile {
    /// Opens or creates a file, to go on at its end.
    pub(super) fn open(path: PathBuf, keep: Option<usize>) -> Result<Self, WriterError> {
        let spec = FileSpec::try_from(&path).ok();
        let segments = Segments::of(&path);
        let (Some(spec), Some(segments)) = (spec, segments) else {
            let reason = "it must name a file, with a name that is Unicode text";
            return Err(WriterError::Path { path, reason });
        };
        match Self::start(spec) {
            Ok((writer, handle)) => Ok(Self {
                path,
                segments,
                keep,
                next: 1,
                writer,
                _flushed_on_drop: handle,
                // An earlier process may have been stopped within a line.
                state: State::Torn,
            }),
            Err(source) => Err(WriterError::Open { path, source }),
        }
    }

    fn start(spec: FileSpec) -> io::Result<(ArcFileLogWriter, FileLogWriterHandle)> {
        let (mut writer, handle) = FileLogWriter::builder(spec)
            .append()
            .try_build_with_handle()
            .map_err(beneath)?;
        // The library opens the file at the first write; an error is wanted here and now.
        // (`write_all` would not even try with nothing to write.)
        writer.write(b"").map(|_nothing| (writer, handle))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line in one piece; it brings its line feed.
    pub(super) fn write(&mut self, line: &str) -> Result<(), WriterError> {
        self.make_ready()?;
        let torn = self.state == State::Torn && ends_within_a_line(&self.path);
        let written = if torn {
            self.writer.write_all(format!("\n{line}").as_bytes())
        } else {
            self.writer.write_all(line.as_bytes())
        };
        self.state = if written.is_ok() {
            State::Ready
        } else {
            State::Torn
        };
        written.map_err(|source| self.write_error(source))
    }

    pub(super) fn flush(&mut self) -> Result<(), WriterError> {
        self.writer
            .flush()
            .map_err(|source| self.write_error(source))
    }

    pub(super) fn rotate(&mut self) -> Result<(), WriterError> {
        self.flush()?;
        self.move_away()?;
        self.state = State::Closed;
        self.make_ready()?;
        self.remove_too_old()
    }

    /// Gives the file the next number. Where it is not there any more, nothing is to be done.
    fn move_away(&mut self) -> Result<(), WriterError> {
        let last = self.numbers()?.last().copied().unwrap_or(0);
        let number = self.next.max(last.saturating_add(1));
        let to = self.segments.path(number);
        match fs::rename(&self.path, &to) {
            Ok(()) => self.next = number.saturating_add(1),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => {
                let path = self.path.clone();
                return Err(WriterError::Rotate { path, to, source });
            }
        }
        Ok(())
    }

    fn make_ready(&mut self) -> Result<(), WriterError> {
        if self.state == State::Closed {
            self.writer
                .reopen_outputfile()
                .map_err(|error| WriterError::Open {
                    path: self.path.clone(),
                    source: beneath(error),
                })?;
            self.state = State::Torn;
        }
        Ok(())
    }

    fn remove_too_old(&self) -> Result<(), WriterError> {
        let Some(keep) = self.keep else { return Ok(()) };
        let numbers = self.numbers()?;
        for number in numbers.iter().rev().skip(keep) {
            let path = self.segments.path(*number);
            fs::remove_file(&path).map_err(|source| WriterError::Remove { path, source })?;
        }
        Ok(())
    }

    fn numbers(&self) -> Result<Vec<u64>, WriterError> {
        self.segments.numbers().map_err(|source| WriterError::List {
            folder: self.segments.folder().to_owned(),
            source,
        })
    }

    fn write_error(&self, source: io::Error) -> WriterError {
        WriterError::Write {
            path: self.path.clone(),
            source,
        }
    }
}

/// Tells whether the last byte of a file is no line feed; no where that cannot be seen.
fn ends_within_a_line(path: &Path) -> bool {
    let last_byte = || -> io::Result<u8> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last).map(|()| last[0])
    };
    last_byte().is_ok_and(|last| last != b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_opened_again_is_an_error_until_it_can() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.log");
        let mut file = LogFile::open(path.clone(), None).unwrap();
        file.write("one\n").unwrap();
        fs::rename(&path, folder.path().join("aside")).unwrap();
        fs::create_dir(&path).unwrap();
        file.state = State::Closed;
        for _ in 0..2 {
            let error = file.write("lost\n").unwrap_err();
            assert!(matches!(error, WriterError::Open { .. }), "{error:?}");
        }
        fs::remove_dir(&path).unwrap();
        file.write("two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    }
}
