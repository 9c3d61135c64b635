//! An open log, unpacked on the way where it is gzip.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::{Source, SourceError};

/// How every gzip file starts.
const GZIP: [u8; 2] = [0x1f, 0x8b];

const BUFFER: usize = 64 * 1024;

/// A log that is open for reading; it reads as plain text also where it is gzip, of one member
/// or of several one after the other.
pub struct OpenSource {
    source: Source,
    reader: Reader,
    /// What was looked at, and is still to be read.
    ahead: Cursor<Vec<u8>>,
    /// What went wrong in looking ahead.
    failure: Option<io::Error>,
    bytes_read: Arc<AtomicU64>,
    size: Option<u64>,
}

/// What there is to read from, and whether that can be done again.
enum Reader {
    /// A file of text, which can be read from any place.
    Plain(BufReader<Counting<File>>),
    /// A file that is packed: it can be opened again, and read from its start.
    Packed(Box<dyn BufRead>),
    /// What can be read only once, such as a pipe.
    Once(Box<dyn BufRead>),
}

impl OpenSource {
    pub(super) fn new(source: &Source) -> Result<Self, SourceError> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let (reader, size) = match source {
            Source::Stdin => (once(io::stdin(), &bytes_read), None),
            Source::File(path) => {
                let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
                let (about, file) = opened.map_err(|error| SourceError::open(source, error))?;
                if about.is_dir() {
                    return Err(SourceError::Directory {
                        log: source.clone(),
                    });
                }
                if about.is_file() {
                    (file_reader(file, &bytes_read), Some(about.len()))
                } else {
                    (once(file, &bytes_read), None)
                }
            }
        };
        Ok(Self {
            source: source.clone(),
            reader: reader.map_err(|error| SourceError::read(source, 0, error))?,
            ahead: Cursor::default(),
            failure: None,
            bytes_read,
            size,
        })
    }

    /// What was opened.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// How many bytes it had on disk when it was opened; nothing where that cannot be known, as
    /// of a pipe.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many of these bytes have been read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Whether it can be read only once.
    pub(crate) fn is_once(&self) -> bool {
        matches!(self.reader, Reader::Once(_))
    }

    /// The start of what is to be read next, until it is enough, or so long, or all there is.
    /// What goes wrong meanwhile is told when reading gets there.
    pub(crate) fn look_ahead(&mut self, most: usize, enough: impl Fn(&[u8]) -> bool) -> &[u8] {
        while self.ahead.get_ref().len() < most && !enough(self.ahead.get_ref()) {
            let text = match self.reader.get_mut().fill_buf() {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failure = Some(error);
                    break;
                }
            };
            if text.is_empty() {
                break;
            }
            let length = text.len();
            self.ahead.get_mut().extend_from_slice(text);
            self.reader.get_mut().consume(length);
        }
        self.ahead.get_ref()
    }

    /// Puts back what was read from its start, to be read again.
    pub(crate) fn put_back(&mut self, text: Vec<u8>) {
        let mut ahead = text;
        ahead.extend_from_slice(self.ahead.fill_buf().unwrap_or_default());
        self.ahead = Cursor::new(ahead);
    }

    /// How long a plain file is now; nothing of what is no plain file.
    pub(crate) fn length(&self) -> io::Result<Option<u64>> {
        Ok(self.about()?.map(|about| about.len()))
    }

    /// What the system says of a plain file.
    pub(crate) fn about(&self) -> io::Result<Option<Metadata>> {
        match &self.reader {
            Reader::Plain(reader) => reader.get_ref().raw.metadata().map(Some),
            _ => Ok(None),
        }
    }

    /// Goes on reading a plain file from a place.
    pub(crate) fn seek(&mut self, at: u64) -> io::Result<()> {
        if let Reader::Plain(reader) = &mut self.reader {
            reader.seek(SeekFrom::Start(at))?;
            self.ahead = Cursor::default();
            self.failure = None;
            self.bytes_read.store(at, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Goes back to its start, where that can be done.
    pub(crate) fn restart(&mut self) -> Result<(), SourceError> {
        match self.reader {
            Reader::Plain(_) => {
                let log = self.source.clone();
                self.seek(0)
                    .map_err(|error| SourceError::read(&log, 0, error))
            }
            Reader::Packed(_) => {
                *self = self.source.open()?;
                Ok(())
            }
            Reader::Once(_) => Ok(()),
        }
    }

    /// What a plain file has at a place, so many bytes at most, without reading on; nothing of
    /// what is no plain file.
    pub(crate) fn read_at(&mut self, at: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let Reader::Plain(reader) = &mut self.reader else {
            return Ok(None);
        };
        let file = &mut reader.get_mut().raw;
        let here = file.stream_position()?;
        file.seek(SeekFrom::Start(at))?;
        let mut found = Vec::new();
        let read = file.take(length).read_to_end(&mut found);
        file.seek(SeekFrom::Start(here))?;
        read?;
        Ok(Some(found))
    }
}

impl std::fmt::Debug for OpenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSource")
            .field("source", &self.source)
            .field("size", &self.size)
            .field("bytes_read", &self.bytes_read())
            .finish_non_exhaustive()
    }
}

impl Read for OpenSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let text = self.fill_buf()?;
        let length = text.len().min(buffer.len());
        buffer
            .iter_mut()
            .zip(text)
            .for_each(|(to, from)| *to = *from);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for OpenSource {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let is_ahead = self.ahead.position() < self.ahead.get_ref().len() as u64;
        if is_ahead {
            return self.ahead.fill_buf();
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.reader.get_mut().fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        let ahead = self.ahead.get_ref().len();
        if ahead == 0 {
            return self.reader.get_mut().consume(amount);
        }
        self.ahead.consume(amount);
        if self.ahead.position() >= ahead as u64 {
            self.ahead = Cursor::default();
        }
    }
}

impl Reader {
    fn get_mut(&mut self) -> &mut dyn BufRead {
        match self {
            Self::Plain(reader) => reader,
            Self::Packed(reader) | Self::Once(reader) => reader.as_mut(),
        }
    }
}

/// Looks at the first bytes of a file.
fn file_reader(mut file: File, bytes_read: &Arc<AtomicU64>) -> io::Result<Reader> {
    let is_packed = starts_as_gzip(&mut file)?.0;
    file.rewind()?;
    let raw = BufReader::with_capacity(BUFFER, Counting::new(file, bytes_read));
    Ok(if is_packed {
        Reader::Packed(unpacked(raw))
    } else {
        Reader::Plain(raw)
    })
}

/// Looks at the first bytes of what can be read only once, which may come one by one.
fn once(raw: impl Read + 'static, bytes_read: &Arc<AtomicU64>) -> io::Result<Reader> {
    let mut raw = Counting::new(raw, bytes_read);
    let (is_packed, start) = starts_as_gzip(&mut raw)?;
    let whole = BufReader::with_capacity(BUFFER, Cursor::new(start).chain(raw));
    Ok(Reader::Once(if is_packed {
        unpacked(whole)
    } else {
        Box::new(whole)
    }))
}

fn starts_as_gzip(raw: &mut impl Read) -> io::Result<(bool, Vec<u8>)> {
    let mut start = Vec::with_capacity(GZIP.len());
    raw.take(2).read_to_end(&mut start)?;
    Ok((start == GZIP, start))
}

fn unpacked(raw: impl BufRead + 'static) -> Box<dyn BufRead> {
    Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(raw)))
}

/// Counts what is read, for showing progress.
struct Counting<R> {
    raw: R,
    bytes_read: Arc<AtomicU64>,
}

impl<R> Counting<R> {
    fn new(raw: R, bytes_read: &Arc<AtomicU64>) -> Self {
        let bytes_read = Arc::clone(bytes_read);
        Self { raw, bytes_read }
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let amount = self.raw.read(buffer)?;
        self.bytes_read.fetch_add(amount as u64, Ordering::Relaxed);
        Ok(amount)
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.raw.seek(to)
    }
}
