//! An open log, unpacked on the way where it is gzip.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
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
    reader: Box<dyn BufRead>,
    bytes_read: Arc<AtomicU64>,
    size: Option<u64>,
}

impl OpenSource {
    pub(super) fn new(source: &Source) -> Result<Self, SourceError> {
        let log = || source.clone();
        let (raw, size): (Box<dyn Read>, _) = match source {
            Source::Stdin => (Box::new(io::stdin()), None),
            Source::File(path) => {
                let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
                let (about, file) =
                    opened.map_err(|source| SourceError::Open { log: log(), source })?;
                if about.is_dir() {
                    return Err(SourceError::Directory { log: log() });
                }
                (Box::new(file), about.is_file().then_some(about.len()))
            }
        };
        let bytes_read = Arc::new(AtomicU64::new(0));
        let counting = Counting {
            raw,
            bytes_read: Arc::clone(&bytes_read),
        };
        let reader = unpacked(counting).map_err(|source| SourceError::Read {
            log: log(),
            line: 0,
            source,
        })?;
        Ok(Self {
            source: source.clone(),
            reader,
            bytes_read,
            size,
        })
    }

    /// What was opened.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// How many bytes it has on disk; nothing where that cannot be known, as of a pipe.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many of these bytes have been read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
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
        self.reader.read(buffer)
    }
}

impl BufRead for OpenSource {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.reader.consume(amount);
    }
}

/// Looks at the first bytes, which a pipe may bring one by one.
fn unpacked(mut raw: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut start = Vec::with_capacity(GZIP.len());
    (&mut raw).take(2).read_to_end(&mut start)?;
    let gzip = start == GZIP;
    let whole = BufReader::with_capacity(BUFFER, Cursor::new(start).chain(raw));
    Ok(if gzip {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(whole)))
    } else {
        Box::new(whole)
    })
}

/// Counts what is read, for showing progress.
struct Counting {
    raw: Box<dyn Read>,
    bytes_read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let amount = self.raw.read(buffer)?;
        self.bytes_read.fetch_add(amount as u64, Ordering::Relaxed);
        Ok(amount)
    }
}
