//! Choosing how a logger writes.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use tracking_core::{Clock, SystemClock, Zone};

use super::fault_points::FaultPoints;
use super::file::LogFile;
use super::line::LineZone;
use super::lock::Lock;
use super::maintenance::{Compress, Maintenance};
use super::rotation::Rotation;
use super::{Age, Logger, WriterError};

/// Makes a [`Logger`]; of messages, or of records, as `F` says.
///
/// | choice | default |
/// |---|---|
/// | [`rotate_at`](Self::rotate_at) a size | on call only |
/// | [`rotate_every`](Self::rotate_every) hour, day, or other time | on call only |
/// | [`keep`](Self::keep) so many closed files | all |
/// | [`keep_days`](Self::keep_days) | for ever |
/// | `gzip`, with the feature of that name | plain |
/// | [`names_with_time`](Self::names_with_time) | numbers only |
/// | [`clock`](Self::clock) | the machine's |
/// | [`zone`](Self::zone) of lines, names, hours and days | the machine's local time |
/// | [`lock_file`](Self::lock_file) | next to the log |
/// | [`format`](crate::RecordLoggerBuilder::format) of records | JSON lines |
#[must_use]
pub struct LoggerBuilder<F> {
    name: String,
    path: PathBuf,
    pub(super) form: F,
    rotation: Rotation,
    files: Option<usize>,
    days: Option<u32>,
    compress: Option<Compress>,
    names_with_time: bool,
    clock: Arc<dyn Clock>,
    zone: LineZone,
    lock_file: Option<PathBuf>,
}

impl<F> LoggerBuilder<F> {
    pub(super) fn new(name: String, path: PathBuf, form: F) -> Self {
        Self {
            name,
            path,
            form,
            rotation: Rotation::default(),
            files: None,
            days: None,
            compress: None,
            names_with_time: false,
            clock: Arc::new(SystemClock),
            zone: LineZone::Local,
            lock_file: None,
        }
    }

    /// Rotates before a line that would make the file longer than so many bytes. Only a line
    /// that is longer by itself is in a longer file, alone.
    pub fn rotate_at(mut self, bytes: u64) -> Self {
        self.rotation.size = Some(bytes);
        self
    }

    /// Rotates before the first line of another hour or day, or of so much later than the first
    /// one of the file. With [`rotate_at`](Self::rotate_at), whatever comes first.
    ///
    /// Nothing is rotated while nothing is written. A program that is started again takes the age of
    /// the file from the file system.
    pub fn rotate_every(mut self, age: Age) -> Self {
        self.rotation.age = Some(age);
        self
    }

    /// Keeps so many closed files, and removes the older ones at each rotation. With 0, what was
    /// written is gone once the file is rotated.
    pub fn keep(self, files: usize) -> Self {
        Self {
            files: Some(files),
            ..self
        }
    }

    /// Keeps closed files for so many times 24 hours after their last line, and removes the older
    /// ones at each rotation. With [`keep`](Self::keep), what either removes is gone.
    pub fn keep_days(self, days: u32) -> Self {
        Self {
            days: Some(days),
            ..self
        }
    }

    /// Compresses closed files: `test_r00001.log` becomes `test_r00001.log.gz`.
    ///
    /// That is done at each rotation, in the thread that rotates, while the others go on writing.
    /// The compressed file gets its name when it is whole and on the disk, and only then the
    /// plain one is removed; where the program is stopped in between, the next rotation does it
    /// again.
    #[cfg(feature = "gzip")]
    pub fn gzip(self) -> Self {
        Self {
            compress: Some(super::gzip::compress),
            ..self
        }
    }

    /// Puts the time of the rotation, in the logger's zone, into the names of closed files:
    /// `test_r00001_2026-11-23_15-47-01.log`. The number stays, and says the order.
    pub fn names_with_time(self) -> Self {
        Self {
            names_with_time: true,
            ..self
        }
    }

    /// Takes the time from this clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Writes times as they are in this zone, and takes its hours and days.
    pub fn zone(self, zone: Zone) -> Self {
        Self {
            zone: LineZone::Given(zone),
            ..self
        }
    }

    /// Makes the lock file, which keeps other loggers from the log, here instead of next to the
    /// log (`.test.log.lock` for `test.log`). All programs that may write to the log must name
    /// the same one.
    pub fn lock_file(self, path: impl Into<PathBuf>) -> Self {
        Self {
            lock_file: Some(path.into()),
            ..self
        }
    }

    /// Opens the file, to go on at its end. Folders that are missing are created.
    ///
    /// # Errors
    ///
    /// [`WriterError::Path`] for a path that names no file, [`WriterError::Open`] where the file
    /// cannot be created or opened, [`WriterError::InUse`] where another logger writes to it, in
    /// this process or another, [`WriterError::Lock`] where that cannot be made sure.
    pub fn build(self) -> Result<Logger<F>, WriterError> {
        let file = LogFile::open(self.path, self.rotation, self.names_with_time)?;
        // A device has no lines to be torn apart, and no folder for a lock.
        let lock = file
            .is_regular()
            .then(|| Lock::take(file.path(), self.lock_file))
            .transpose()?;
        let maintenance = Maintenance {
            segments: file.segments().clone(),
            files: self.files,
            days: self.days,
            compress: self.compress,
            faults: FaultPoints::default(),
        };
        Ok(Logger {
            name: self.name,
            form: self.form,
            clock: self.clock,
            zone: self.zone,
            file: Mutex::new(file),
            maintenance: Mutex::new(maintenance),
            trouble: Mutex::new(None),
            lost: AtomicU64::new(0),
            _lock: lock,
        })
    }
}

impl<F> fmt::Debug for LoggerBuilder<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggerBuilder")
            .field("name", &self.name)
            .field("path", &self.path)
            .field("rotation", &self.rotation)
            .field("keep", &self.files)
            .field("keep_days", &self.days)
            .field("gzip", &self.compress.is_some())
            .finish_non_exhaustive()
    }
}
