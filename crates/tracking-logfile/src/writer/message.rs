//! Logs of messages.

use std::path::Path;

use super::{Logger, LoggerBuilder, WriterError, line};

/// The kind of a logger that writes messages.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Messages;

/// A named logger that writes messages to a file of its own, and rotates it.
///
/// A message becomes one line, with the time of the logger's clock and zone:
/// `2026-11-23 15:47:01,123;Test message #1`. In a message, a line feed is written as `\n`, a
/// carriage return as `\r` and a backslash as `\\`, so that one message always is one line and
/// can be had back as it was.
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
pub type MessageLogger = Logger<Messages>;

/// Makes a [`MessageLogger`].
pub type MessageLoggerBuilder = LoggerBuilder<Messages>;

impl MessageLogger {
    /// A logger of this name to the file at `path`; see the builder for what can be chosen.
    pub fn builder(name: impl Into<String>, path: impl AsRef<Path>) -> MessageLoggerBuilder {
        LoggerBuilder::new(name.into(), path.as_ref().to_owned(), Messages)
    }

    /// Writes a message as one line.
    ///
    /// # Errors
    ///
    /// [`WriterError::Write`] where the line could not be written, [`WriterError::Open`] where
    /// the file was lost and cannot be opened. The message is not written then, and counted in
    /// [`lost`](Self::lost); the next call tries again.
    pub fn log(&self, message: impl AsRef<str>) -> Result<(), WriterError> {
        self.write(|now, _| Ok(line::message(now, &self.zone, message.as_ref())))
    }
}
