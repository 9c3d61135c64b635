//! What can be read only once, read on a thread of its own, so that nobody waits for it.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How many pieces of text are read ahead.
const MAX_CHUNKS: usize = 16;

/// How long text may take to come before it counts as not there for now.
const POLL_TIMEOUT: Duration = Duration::from_millis(20);

/// Text that comes when it comes, as that of a pipe.
///
/// It has no more text for now as long as none comes, and then goes on, until it has ended.
pub(super) struct LiveInput {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    /// How much of the piece has been read.
    read: usize,
    has_ended: bool,
    /// Whether reading waits for text.
    waits: bool,
    /// Ends waiting.
    stop: Arc<AtomicBool>,
}

impl LiveInput {
    /// Has what `open` opens read on a thread, which also waits for it to be opened. The thread
    /// ends with the input, or after the next piece of it once this is dropped.
    pub(super) fn new(
        open: impl FnOnce() -> io::Result<Box<dyn BufRead>> + Send + 'static,
        stop: Arc<AtomicBool>,
    ) -> io::Result<Self> {
        let (sender, chunks) = sync_channel(MAX_CHUNKS);
        let thread = thread::Builder::new().name("tracking-input".to_owned());
        thread.spawn(move || forward(open, &sender))?;
        Ok(Self {
            chunks,
            chunk: Vec::new(),
            read: 0,
            has_ended: false,
            waits: false,
            stop,
        })
    }

    /// Whether no more text will come.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended && self.read == self.chunk.len()
    }

    /// Has reading wait for text, or not.
    pub(super) fn set_waits(&mut self, waits: bool) {
        self.waits = waits;
    }

    /// The next piece; an empty one where there is none for now.
    fn next_chunk(&mut self) -> io::Result<Vec<u8>> {
        loop {
            match self.chunks.recv_timeout(POLL_TIMEOUT) {
                Ok(chunk) => {
                    self.has_ended = chunk.is_err();
                    return chunk;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.has_ended = true;
                    return Ok(Vec::new());
                }
                Err(RecvTimeoutError::Timeout) => {
                    if !self.waits || self.stop.load(Ordering::Relaxed) {
                        return Ok(Vec::new());
                    }
                }
            }
        }
    }
}

impl Read for LiveInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for LiveInput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.chunk.len() && !self.has_ended {
            (self.read, self.chunk) = (0, Vec::new());
            self.chunk = self.next_chunk()?;
        }
        Ok(self.chunk.get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.read = (self.read + amount).min(self.chunk.len());
    }
}

/// Reads to the end, and passes what is read on.
fn forward(
    open: impl FnOnce() -> io::Result<Box<dyn BufRead>>,
    to: &SyncSender<io::Result<Vec<u8>>>,
) {
    let mut input = match open() {
        Ok(input) => input,
        Err(error) => {
            // Nobody waits for it any more, then.
            let _sent = to.send(Err(error));
            return;
        }
    };
    loop {
        let chunk = match input.fill_buf() {
            Ok([]) => return,
            Ok(text) => Ok(text.to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let length = chunk.as_ref().map_or(0, Vec::len);
        if to.send(chunk).is_err() || length == 0 {
            return;
        }
        input.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write, pipe};

    use super::*;

    #[test]
    fn text_comes_when_it_comes_and_then_ends() {
        let (reader, mut writer) = pipe().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let open = move || Ok(Box::new(BufReader::new(reader)) as Box<dyn BufRead>);
        let mut live = LiveInput::new(open, Arc::clone(&stop)).unwrap();
        let mut text = String::new();
        assert_eq!(live.read_to_string(&mut text).unwrap(), 0);
        assert!(!live.has_ended());
        writer.write_all(b"ab").unwrap();
        live.set_waits(true);
        assert_eq!(live.fill_buf().unwrap(), b"ab");
        live.consume(2);
        stop.store(true, Ordering::Relaxed);
        assert_eq!(live.fill_buf().unwrap(), b"");
        assert!(!live.has_ended());
        stop.store(false, Ordering::Relaxed);
        writer.write_all(b"c").unwrap();
        drop(writer);
        assert_eq!(live.read_to_string(&mut text).unwrap(), 1);
        assert!(live.has_ended());
    }

    #[test]
    fn what_cannot_be_opened_is_an_error() {
        let open = || Err(io::Error::other("no"));
        let mut live = LiveInput::new(open, Arc::default()).unwrap();
        live.set_waits(true);
        assert_eq!(live.fill_buf().unwrap_err().to_string(), "no");
        assert!(live.has_ended());
    }
}
