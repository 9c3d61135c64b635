//! An open log, unpacked on the way where it is gzip.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::gzip::{GzipReader, MAGIC};
use super::json_array::{json_array_or_text, looks_like_array};
use super::live_input::LiveInput;
use super::lookahead::{Lookahead, MAX_PEEK_BYTES};
use super::text::{BYTE_ORDER_MARK, foreign_encoding};
use super::{Source, SourceError};

const BUFFER: usize = 64 * 1024;

/// A log that is open for reading; it reads as plain text also where it is gzip, of one member
/// or of several one after the other. Zero bytes after a member are padding; whatever else follows
/// the last member is [ignored](Self::bytes_ignored), as `gzip` does it.
pub struct OpenSource {
    source: Source,
    reader: Reader,
    /// What was looked at, and is still to be read.
    ahead: Lookahead,
    /// What went wrong in looking ahead.
    failure: Option<io::Error>,
    bytes_read: Arc<AtomicU64>,
    bytes_ignored: Arc<AtomicU64>,
    size: Option<u64>,
    replay: ReplayBuffer,
}

/// What was read and may be read again.
#[derive(Debug, Default)]
enum ReplayBuffer {
    /// Nothing.
    #[default]
    Off,
    /// This, from this byte on.
    Buffered(u64, Vec<u8>),
    /// More than can be kept, up to this byte.
    Overflowed(u64),
}

/// How much is held.
const MAX_REPLAY_BYTES: usize = 8 * 1024 * 1024;

/// What there is to read from, and whether that can be done again.
enum Reader {
    /// A file of text, which can be read from any place.
    Plain(BufReader<Counting<File>>),
    /// A file that is packed, or an array: it can be opened again, and read from its start.
    Packed(Box<dyn BufRead>),
    /// What can be read only once, such as a pipe.
    Stream(Box<dyn BufRead>),
    /// The same, without waiting for what is to come.
    LiveInput(LiveInput),
}

impl OpenSource {
    pub(super) fn new(source: &Source) -> Result<Self, SourceError> {
        let (bytes_read, bytes_ignored) = (Arc::default(), Arc::default());
        let stream_from = |reader: io::Result<_>| (reader.map(Reader::Stream), None);
        let (reader, size) = match source {
            Source::Stdin => stream_from(stream_reader(io::stdin(), &bytes_read, &bytes_ignored)),
            Source::File(path) => {
                let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
                let (about, file) = opened.map_err(|error| SourceError::open(source, error))?;
                if about.is_dir() {
                    return Err(SourceError::Directory {
                        log: source.clone(),
                    });
                }
                if about.is_file() {
                    let reader = file_reader(file, &bytes_read, &bytes_ignored);
                    (reader, Some(about.len()))
                } else {
                    stream_from(stream_reader(file, &bytes_read, &bytes_ignored))
                }
            }
        };
        Ok(Self {
            source: source.clone(),
            reader: reader.map_err(|error| SourceError::read(source, 0, error))?,
            ahead: Lookahead::default(),
            failure: None,
            bytes_read,
            bytes_ignored,
            size,
            replay: ReplayBuffer::Off,
        })
    }

    /// Opens what can be read only once, so that reading does not wait for what is to come; where
    /// it has to, it waits until it is to stop.
    pub(crate) fn live(source: &Source, stop: &Arc<AtomicBool>) -> Result<Self, SourceError> {
        let (bytes_read, bytes_ignored) = (Arc::default(), Arc::default());
        let open = {
            let (source, read, ignored) = (
                source.clone(),
                Arc::clone(&bytes_read),
                Arc::clone(&bytes_ignored),
            );
            move || match source {
                Source::Stdin => stream_reader(io::stdin(), &read, &ignored),
                Source::File(path) => stream_reader(File::open(path)?, &read, &ignored),
            }
        };
        let live = LiveInput::new(open, Arc::clone(stop));
        Ok(Self {
            source: source.clone(),
            reader: Reader::LiveInput(live.map_err(|error| SourceError::read(source, 0, error))?),
            ahead: Lookahead::default(),
            failure: None,
            bytes_read,
            bytes_ignored,
            size: None,
            replay: ReplayBuffer::Off,
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

    /// How many bytes after the last gzip member have been ignored so far. Zero bytes do not count.
    pub fn bytes_ignored(&self) -> u64 {
        self.bytes_ignored.load(Ordering::Relaxed)
    }

    /// Passes over a byte order mark, where one stands next.
    ///
    /// # Errors
    ///
    /// [`SourceError::Encoding`] where what comes next is in UTF-16 or UTF-32.
    pub fn skip_byte_order_mark(&mut self) -> Result<(), SourceError> {
        /// As much as tells any encoding.
        const ENOUGH: usize = 64;
        self.look_ahead(ENOUGH, |_| false);
        let start = self.ahead.text();
        let nuls = super::text::leading_nuls(start);
        let text = start.get(nuls..).unwrap_or_default();
        if let Some(encoding) = foreign_encoding(text) {
            return Err(SourceError::encoding(&self.source, encoding));
        }
        if start.starts_with(BYTE_ORDER_MARK) {
            self.consume(BYTE_ORDER_MARK.len());
        }
        Ok(())
    }

    /// Whether it can be read only once.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.reader, Reader::Stream(_) | Reader::LiveInput(_))
    }

    /// Whether it is read without waiting for what is to come.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.reader, Reader::LiveInput(_))
    }

    /// Whether more may come of what is read without waiting.
    pub(crate) fn may_continue(&self) -> bool {
        matches!(&self.reader, Reader::LiveInput(live) if !live.has_ended())
    }

    /// Has reading wait for what is to come, or not, where it is live.
    pub(crate) fn set_waits(&mut self, waits: bool) {
        if let Reader::LiveInput(live) = &mut self.reader {
            live.set_waits(waits);
        }
    }

    /// Looks at what is to be read next, until `enough` says so of it, or there is so much of it, or
    /// there is no more; gives what was looked at.
    ///
    /// What goes wrong meanwhile is told when reading gets there.
    pub(crate) fn look_ahead(
        &mut self,
        limit: usize,
        mut enough: impl FnMut(&Lookahead) -> bool,
    ) -> &Lookahead {
        while self.failure.is_none() && self.ahead.buffered() < limit && !enough(&self.ahead) {
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
            self.ahead.add(text);
            self.reader.get_mut().consume(length);
        }
        &self.ahead
    }

    /// Reads ahead in a file up to `high` bytes, where less than `low` of them are left; gives what
    /// is to be read next, if that is more than before.
    pub(super) fn read_ahead(&mut self, low: u64, high: u64) -> Option<&Lookahead> {
        let before = self.ahead.unread();
        if self.is_stream() || before >= low {
            return None;
        }
        let ahead = self.look_ahead(usize::MAX, |ahead| ahead.unread() >= high);
        (ahead.unread() > before).then_some(ahead)
    }

    /// Whether more can be looked at ahead.
    pub(crate) fn has_room_ahead(&self) -> bool {
        self.ahead.buffered() < MAX_PEEK_BYTES
    }

    /// Takes out what went wrong in looking ahead.
    pub(crate) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Puts back what was read from its start, to be read again.
    pub(crate) fn put_back(&mut self, text: &[u8]) {
        self.ahead.put_before(text);
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
            self.ahead = Lookahead::default();
            self.failure = None;
            self.bytes_read.store(at, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Holds what is read from now on, from this byte of the text, so that it can be read again.
    pub(crate) fn hold(&mut self, at: u64) {
        self.replay = ReplayBuffer::Buffered(at, Vec::new());
    }

    /// Holds what is read no longer.
    pub(crate) fn release(&mut self) {
        self.replay = ReplayBuffer::Off;
    }

    /// Goes back to a byte of the text that was read since it is held; or to any byte, of what can
    /// be opened again.
    ///
    /// # Errors
    ///
    /// [`SourceError::Diverged`] where it can be read only once, and too much was read.
    pub(crate) fn rewind(&mut self, at: u64) -> Result<(), SourceError> {
        if let ReplayBuffer::Buffered(from, text) = &mut self.replay
            && let Some(length) = at.checked_sub(*from)
            && let Ok(length) = usize::try_from(length)
            && length <= text.len()
        {
            let again = text.split_off(length);
            self.put_back(&again);
            return Ok(());
        }
        let log = self.source.clone();
        match self.reader {
            Reader::Plain(_) => self.seek(at),
            Reader::Packed(_) => {
                let fresh = self.source.open()?;
                (self.reader, self.ahead, self.failure) = (fresh.reader, fresh.ahead, None);
                self.bytes_read = fresh.bytes_read;
                self.skip(at)
            }
            Reader::Stream(_) | Reader::LiveInput(_) => {
                let bytes = match self.replay {
                    ReplayBuffer::Overflowed(bytes) => bytes,
                    _ => at,
                };
                return Err(SourceError::Diverged { log, bytes });
            }
        }
        .map_err(|error| SourceError::read(&log, 0, error))?;
        self.replay = ReplayBuffer::Buffered(at, Vec::new());
        Ok(())
    }

    fn skip(&mut self, mut bytes: u64) -> io::Result<()> {
        self.replay = ReplayBuffer::Off;
        while bytes > 0 {
            let text = self.fill_buf()?.len();
            if text == 0 {
                break;
            }
            let some = text.min(usize::try_from(bytes).unwrap_or(usize::MAX));
            self.consume(some);
            bytes -= some as u64;
        }
        Ok(())
    }

    /// Holds what is about to be consumed.
    fn keep(&mut self, amount: usize) {
        let ReplayBuffer::Buffered(from, mut text) = std::mem::take(&mut self.replay) else {
            return;
        };
        let some = self.fill_buf().unwrap_or_default();
        text.extend_from_slice(some.get(..amount).unwrap_or(some));
        self.replay = match text.len() {
            0..=MAX_REPLAY_BYTES => ReplayBuffer::Buffered(from, text),
            length => ReplayBuffer::Overflowed(from + length as u64),
        };
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
        if !self.ahead.is_empty() {
            return Ok(self.ahead.next());
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.reader.get_mut().fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        if matches!(self.replay, ReplayBuffer::Buffered(..)) {
            self.keep(amount);
        }
        if self.ahead.is_empty() {
            self.reader.get_mut().consume(amount);
        } else {
            self.ahead.consume(amount);
        }
    }
}

impl Reader {
    fn get_mut(&mut self) -> &mut dyn BufRead {
        match self {
            Self::Plain(reader) => reader,
            Self::Packed(reader) | Self::Stream(reader) => reader.as_mut(),
            Self::LiveInput(reader) => reader,
        }
    }
}

/// Looks at the first bytes of a file.
fn file_reader(
    mut file: File,
    bytes_read: &Arc<AtomicU64>,
    bytes_ignored: &Arc<AtomicU64>,
) -> io::Result<Reader> {
    let is_packed = starts_as_gzip(&mut file)?.0;
    file.rewind()?;
    let is_array = !is_packed && looks_like_array(&mut BufReader::new(&mut file)).is_array;
    file.rewind()?;
    let raw = BufReader::with_capacity(BUFFER, Counting::new(file, bytes_read));
    Ok(if is_array {
        Reader::Packed(json_array_or_text(Box::new(raw)))
    } else if is_packed {
        Reader::Packed(unpacked(raw, bytes_ignored))
    } else {
        Reader::Plain(raw)
    })
}

/// Looks at the first bytes of what can be read only once, which may come one by one.
fn stream_reader(
    raw: impl Read + 'static,
    bytes_read: &Arc<AtomicU64>,
    bytes_ignored: &Arc<AtomicU64>,
) -> io::Result<Box<dyn BufRead>> {
    let mut raw = Counting::new(raw, bytes_read);
    let (is_packed, start) = starts_as_gzip(&mut raw)?;
    let whole = BufReader::with_capacity(BUFFER, Cursor::new(start).chain(raw));
    Ok(if is_packed {
        unpacked(whole, bytes_ignored)
    } else {
        json_array_or_text(Box::new(whole))
    })
}

fn starts_as_gzip(raw: &mut impl Read) -> io::Result<(bool, Vec<u8>)> {
    let mut start = Vec::with_capacity(MAGIC.len());
    raw.take(MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok((start == MAGIC, start))
}

fn unpacked(raw: impl BufRead + 'static, bytes_ignored: &Arc<AtomicU64>) -> Box<dyn BufRead> {
    let text = GzipReader::new(raw, bytes_ignored);
    json_array_or_text(Box::new(BufReader::with_capacity(BUFFER, text)))
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
