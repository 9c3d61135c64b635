//! Choosing how a logger writes.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tracking_core::{Clock, SystemClock, Zone};

use super::file::LogFile;
use super::line::LineZone;
use super::{MessageLogger, WriterError};

/// Makes a [`MessageLogger`].
///
/// | choice | default |
/// |---|---|
/// | [`keep`](Self::keep) | all old files |
/// | [`clock`](Self::clock) | the machine's |
/// | [`zone`](Self::zone) | the machine's local time |
#[must_use]
pub struct MessageLoggerBuilder {
    name: String,
    path: PathBuf,
    keep: Option<usize>,
    clock: Arc<dyn Clock>,
    zone: LineZone,
}

impl MessageLoggerBuilder {
    pub(super) fn new(name: String, path: PathBuf) -> Self {
        Self {
            name,
            path,
            keep: None,
            clock: Arc::new(SystemClock),
            zone: LineZone::Local,
        }
    }

    /// Keeps so many old files, and removes the older ones at each rotation. With 0, what was
    /// written is gone once the file is rotated.
    pub fn keep(self, files: usize) -> Self {
        Self {
            keep: Some(files),
            ..self
        }
    }

    /// Takes the time from this clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Writes times as they are in this zone.
    pub fn zone(self, zone: Zone) -> Self {
        Self {
            zone: LineZone::Given(zone),
            ..self
        }
    }

    /// Opens the file, to go on at its end. Folders that are missing are created.
    ///
    /// # Errors
    ///
    /// [`WriterError::Path`] for a path that names no file, [`WriterError::Open`] where the file
    /// cannot be created or opened.
    pub fn build(self) -> Result<MessageLogger, WriterError> {
        Ok(MessageLogger {
            name: self.name,
            clock: self.clock,
            zone: self.zone,
            file: Mutex::new(LogFile::open(self.path, self.keep)?),
        })
    }
}

impl fmt::Debug for MessageLoggerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageLoggerBuilder")
            .field("name", &self.name)
            .field("path", &self.path)
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}
