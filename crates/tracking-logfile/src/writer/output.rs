//! The open file: whole lines at its end, wherever other programs move it.
//!
//! The library's `FileLogWriter` opens, writes, and opens again.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flexi_logger::FileSpec;
use flexi_logger::writers::{ArcFileLogWriter, FileLogWriter, FileLogWriterHandle};

use super::WriterError;
use super::error::into_io_error;
use crate::file_id::{FileId, is_deleted};

/// How often, and how far apart, a file that was moved away is looked for until a fresh one is
/// made. Who moves it often makes the fresh one, with rights of its own, and is in trouble where
/// there already is one: logrotate then moves ours away under a name that it may use twice.
const PATIENCE: (u32, Duration) = (100, Duration::from_millis(2));

/// A file that lines are written to.
pub(super) struct Output {
    path: PathBuf,
    writer: ArcFileLogWriter,
    _flushed_on_drop: FileLogWriterHandle,
    /// The same file once more: the library shows nothing of it but `write`.
    file: File,
    identity: FileId,
    /// Where the last line ended. With another length, somebody else was there.
    end: u64,
    /// The file must be opened again; until then, what is written would go nowhere.
    closed: bool,
}

impl Output {
    /// Opens or creates a file, to go on at its end. Folders that are missing are created.
    pub(super) fn open(path: PathBuf) -> Result<Self, WriterError> {
        let Ok(spec) = FileSpec::try_from(&path) else {
            return Err(WriterError::no_log(path));
        };
        let opened = start(spec).and_then(|(writer, handle)| {
            let (file, metadata) = attach(&path, &writer, true)?;
            Ok((writer, handle, file, metadata))
        });
        match opened {
            Ok((writer, handle, file, metadata)) => Ok(Self {
                path,
                writer,
                _flushed_on_drop: handle,
                file,
                identity: FileId::from(&metadata),
                end: 0,
                closed: false,
            }),
            Err(source) => Err(WriterError::Open { path, source }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is a file, and no device.
    pub(super) fn is_regular(&self) -> bool {
        self.file.metadata().is_ok_and(|m| m.is_file())
    }

    /// How long the file is, whoever has written to it or cut it.
    pub(super) fn len(&self) -> u64 {
        self.file.metadata().map_or(self.end, |m| m.len())
    }

    /// What the system knows of the file.
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// Lets go of the file: the next line goes to the one that then is at the path.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// Makes sure that the file at the path is the one that is open. Tells whether it is another
    /// one than before.
    pub(super) fn make_ready(&mut self) -> Result<bool, WriterError> {
        if self.closed {
            return self
                .open_again(true)
                .map(|()| true)
                .map_err(|e| self.open_error(e));
        }
        let there = fs::metadata(&self.path);
        if there.is_ok_and(|there| FileId::from(&there) == self.identity) {
            return Ok(false);
        }
        self.closed = true;
        self.follow().map(|()| true).map_err(|e| self.open_error(e))
    }

    /// Opens the file that another program has put in the place of ours, or is about to.
    fn follow(&mut self) -> io::Result<()> {
        if !self.is_deleted() {
            for _ in 0..PATIENCE.0 {
                match self.open_again(false) {
                    // Just made, its owner and rights are not yet what they will be.
                    Err(error) if is_passing(&error) => std::thread::sleep(PATIENCE.1),
                    result => return result,
                }
            }
        }
        self.open_again(true)
    }

    fn is_deleted(&self) -> bool {
        self.file.metadata().is_ok_and(|ours| is_deleted(&ours))
    }

    fn open_again(&mut self, create: bool) -> io::Result<()> {
        let (file, metadata) = attach(&self.path, &self.writer, create)?;
        (self.file, self.identity) = (file, FileId::from(&metadata));
        (self.end, self.closed) = (0, false);
        Ok(())
    }

    /// Writes a line in one piece; it brings its line feed. Where that fails, what is written of
    /// it is taken back.
    ///
    /// Where another program has removed the file meanwhile, the line went nowhere, and that is
    /// an error too.
    pub(super) fn write(&mut self, line: &str) -> Result<(), WriterError> {
        let start = self.len();
        let torn = start != self.end && self.ends_within_a_line(start);
        let written = if torn {
            self.writer.write_all(format!("\n{line}").as_bytes())
        } else {
            self.writer.write_all(line.as_bytes())
        };
        match written {
            Ok(()) => {
                self.end = start + u64::from(torn) + line.len() as u64;
                if self.is_deleted() {
                    let reason = "another program removed the file meanwhile";
                    return Err(self.write_error(io::Error::new(io::ErrorKind::NotFound, reason)));
                }
                Ok(())
            }
            Err(source) => {
                self.take_back(start);
                Err(self.write_error(source))
            }
        }
    }

    /// Cuts off what a failed write has left. Where that fails too, the next line sees it.
    fn take_back(&mut self, start: u64) {
        if self.len() > start {
            self.file.set_len(start).ok();
        }
        // Never a length that it can have, so that its end is looked at.
        self.end = u64::MAX;
    }

    /// Tells whether the last byte is no line feed; no where that cannot be seen.
    fn ends_within_a_line(&mut self, len: u64) -> bool {
        let Some(last) = len.checked_sub(1) else {
            return false;
        };
        let mut byte = [b'\n'];
        let read = self.file.seek(SeekFrom::Start(last));
        let read = read.and_then(|_at| self.file.read_exact(&mut byte));
        read.is_ok() && byte != [b'\n']
    }

    pub(super) fn flush(&mut self) -> Result<(), WriterError> {
        self.writer
            .flush()
            .map_err(|source| self.write_error(source))
    }

    fn open_error(&self, source: io::Error) -> WriterError {
        let path = self.path.clone();
        WriterError::Open { path, source }
    }

    fn write_error(&self, source: io::Error) -> WriterError {
        let path = self.path.clone();
        WriterError::Write { path, source }
    }
}

fn start(spec: FileSpec) -> io::Result<(ArcFileLogWriter, FileLogWriterHandle)> {
    let (mut writer, handle) = FileLogWriter::builder(spec)
        .append()
        .try_build_with_handle()
        .map_err(into_io_error)?;
    // The library opens the file at the first write; an error is wanted here and now.
    // (`write_all` would not even try with nothing to write.)
    writer.write(b"").map(|_nothing| (writer, handle))
}

/// Opens the file at the path for the library and for us.
fn attach(path: &Path, writer: &ArcFileLogWriter, create: bool) -> io::Result<(File, Metadata)> {
    loop {
        let file = open(path, create)?;
        let ours = file.metadata()?;
        writer.reopen_outputfile().map_err(into_io_error)?;
        // As we have ours open, no other file can have its identity: where it is at the path
        // before and after, it is what the library has opened.
        if FileId::from(&fs::metadata(path)?) == FileId::from(&ours) {
            return Ok((file, ours));
        }
    }
}

fn open(path: &Path, create: bool) -> io::Result<File> {
    let open = |read| {
        OpenOptions::new()
            .read(read)
            .append(true)
            .create(create)
            .open(path)
    };
    match open(true) {
        // It may be ours to write and not to read.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => open(false),
        result => result,
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &tempfile::TempDir) -> (PathBuf, Output) {
        let path = folder.path().join("test.log");
        (path.clone(), Output::open(path).unwrap())
    }

    fn write(output: &mut Output, line: &str) -> Result<(), WriterError> {
        output.make_ready()?;
        output.write(line)
    }

    #[test]
    fn a_file_that_cannot_be_opened_again_is_an_error_until_it_can() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut output) = open(&folder);
        write(&mut output, "one\n").unwrap();
        fs::rename(&path, folder.path().join("aside")).unwrap();
        fs::create_dir(&path).unwrap();
        for _ in 0..2 {
            let error = write(&mut output, "lost\n").unwrap_err();
            assert!(matches!(error, WriterError::Open { .. }), "{error:?}");
        }
        fs::remove_dir(&path).unwrap();
        write(&mut output, "two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    }

    #[test]
    fn what_a_failed_write_has_left_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut output) = open(&folder);
        write(&mut output, "one\n").unwrap();
        // As a full disk does: the line is written in part.
        let start = output.len();
        output.writer.write_all(b"tw").unwrap();
        output.take_back(start);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        write(&mut output, "three\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\nthree\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_line_to_a_file_that_was_removed_meanwhile_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut output) = open(&folder);
        output.make_ready().unwrap();
        fs::remove_file(&path).unwrap();
        let error = output.write("lost\n").unwrap_err();
        assert!(matches!(error, WriterError::Write { .. }), "{error:?}");
        write(&mut output, "one\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
    }

    #[test]
    fn taking_back_never_makes_a_file_longer() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut output) = open(&folder);
        write(&mut output, "one\n").unwrap();
        let start = output.len();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(0)
            .unwrap();
        output.take_back(start);
        write(&mut output, "two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    }
}
