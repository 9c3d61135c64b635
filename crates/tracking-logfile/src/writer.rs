//! Writing logs that rotate.

mod builder;
mod error;
mod file;
mod line;
mod segments;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracking_core::Clock;

pub use builder::MessageLoggerBuilder;
pub use error::WriterError;
use file::LogFile;
use line::LineZone;

/// A named logger that writes messages to a file of its own, and rotates it on call.
///
/// A message becomes one line, with the time of the logger's clock and zone:
/// `2026-11-23 15:47:01,123;Test message #1`. In a message, a line feed is written as `\n`, a
/// carriage return as `\r` and a backslash as `\\`, so that one message always is one line and
/// can be had back as it was.
///
/// A program may have many loggers, and may use them from many threads. Nothing of the program's
/// own `log` set-up is touched. Each line is handed to the system whole, before
/// [`log`](Self::log) returns. Where an error left half a line at the end of the file, the next
/// message starts a new one. Only one process may write to a file at a time.
///
/// ```
/// use std::sync::Arc;
/// use tracking_core::{ManualClock, Zone};
/// use tracking_logfile::MessageLogger;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("test.log");
/// let clock = ManualClock::new("2026-11-23T15:47:01.123Z".parse()?);
/// let logger = MessageLogger::builder("test", &path)
///     .clock(Arc::new(clock))
///     .zone(Zone::utc())
///     .build()?;
/// logger.log("Test message #1")?;
/// assert_eq!(std::fs::read_to_string(&path)?, "2026-11-23 15:47:01,123;Test message #1\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MessageLogger {
    name: String,
    clock: Arc<dyn Clock>,
    zone: LineZone,
    file: Mutex<LogFile>,
}

impl MessageLogger {
    /// A logger of this name to the file at `path`; see the builder for what can be chosen.
    pub fn builder(name: impl Into<String>, path: impl AsRef<Path>) -> MessageLoggerBuilder {
        MessageLoggerBuilder::new(name.into(), path.as_ref().to_owned())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes a message as one line.
    ///
    /// # Errors
    ///
    /// [`WriterError::Write`] where the line could not be written, [`WriterError::Open`] where
    /// the file was lost in a rotation and still cannot be opened. The message is not written
    /// then; the next call tries anew.
    pub fn log(&self, message: impl AsRef<str>) -> Result<(), WriterError> {
        // The clock is read under the lock, so that times never go back within the file.
        let mut file = self.file();
        let line = line::message(self.clock.now(), &self.zone, message.as_ref());
        file.write(&line)
    }

    /// Closes the file, gives it the next number, goes on in a fresh one, and removes the files
    /// that are too old to be kept.
    ///
    /// From `dir/test.log` come `dir/test_r00001.log`, `dir/test_r00002.log` and so on. A number
    /// is never given twice while there are files, so several rotations within one second lose
    /// and overwrite nothing.
    ///
    /// # Errors
    ///
    /// [`WriterError::List`] and [`WriterError::Rotate`] where the file cannot be renamed: it is
    /// written to as before.
    /// [`WriterError::Open`] where the fresh one cannot be opened: [`log`](Self::log) tries anew.
    /// [`WriterError::Remove`] where an old file cannot be removed: the rotation itself is done.
    pub fn rotate(&self) -> Result<(), WriterError> {
        self.file().rotate()
    }

    /// Returns when every line is handed to the system, which [`log`](Self::log) does by itself.
    ///
    /// # Errors
    ///
    /// [`WriterError::Write`] where that fails.
    pub fn flush(&self) -> Result<(), WriterError> {
        self.file().flush()
    }

    fn file(&self) -> MutexGuard<'_, LogFile> {
        // A panic of another thread leaves the file usable: each line is one write.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MessageLogger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageLogger")
            .field("name", &self.name)
            .field("path", &self.file().path())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
