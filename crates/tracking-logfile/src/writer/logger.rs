//! What all loggers do, whatever their lines hold.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracking_core::{Clock, Timestamp};

use super::WriterError;
use super::file::LogFile;
use super::line::LineZone;
use super::lock::Lock;
use super::maintenance::Maintenance;
use crate::events;

/// A named logger to a file of its own: a [`MessageLogger`](super::MessageLogger) or a
/// [`RecordLogger`](super::RecordLogger), as `F` says.
///
/// A program may have many loggers, and may use each from many threads. Nothing of the program's
/// own `log` set-up is touched.
///
/// # What is sure
///
/// - **A line is whole.** It is handed to the system in one piece, before the call returns; no
///   rotation cuts it. What a failed write has left of it is taken back. Where a program that was
///   killed has left half a line, the next one starts a new line.
/// - **One logger to a file**, on the whole machine: a second one, in this process or another, is
///   refused ([`WriterError::InUse`]). For that a hidden, empty lock file lies next to the log
///   while it is open.
/// - **Rotations lose and overwrite nothing.** From `dir/test.log` come `dir/test_r00001.log`,
///   `dir/test_r00002.log` and so on; a number is never given twice while there are files,
///   however fast rotations follow each other.
/// - **Other programs may rotate it.** Before each line the logger looks at what is at its path.
///   Where the file was moved and a new one made (logrotate's `create`), it goes on in the new
///   one; where it was only moved or removed, it waits a moment for a new one and else makes it;
///   where it was emptied (logrotate's `copytruncate`), it goes on at its start. A line that is
///   under way while the file is moved is in the old file, so logrotate is to be told
///   `delaycompress`: what it compresses at once, or again before the next line, may miss it.
///   What is written between copying and truncating is lost by `copytruncate` itself, whoever
///   writes: always the last lines before the cut, never one from between others.
/// - **No failure is silent.** Every call whose line is not in the file is an error, and counted
///   in [`lost`](Self::lost); the next call tries again. Failures that cost no line (a rotation
///   of its own accord that could not be, a file that could not be compressed or removed) are
///   told by [`flush`](Self::flush), [`take_error`](Self::take_error), or, where it happens there,
///   [`rotate`](Self::rotate).
pub struct Logger<F> {
    pub(super) name: String,
    pub(super) form: F,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) zone: LineZone,
    pub(super) file: Mutex<LogFile>,
    /// Never taken by one who holds `file`, so that writing continues meanwhile.
    pub(super) maintenance: Mutex<Maintenance>,
    pub(super) trouble: Mutex<Option<WriterError>>,
    pub(super) lost: AtomicU64,
    /// The last field: given back when the file is closed.
    pub(super) _lock: Option<Lock>,
}

impl<F> Logger<F> {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many lines are not in the log because of an error, each of which some caller has seen.
    /// One that was tried again, with luck, is counted for the first time.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// The first failure since this was last asked that has cost no line, if there was one.
    pub fn take_error(&self) -> Option<WriterError> {
        lock(&self.trouble).take()
    }

    /// The closed files, oldest first, each once: what a loader is to read before the log itself.
    /// Those that are compressed end in `.gz`.
    ///
    /// See also [`segments`](crate::segments()), for a program that does not write.
    ///
    /// # Errors
    ///
    /// [`WriterError::List`] where their folder cannot be read.
    pub fn segments(&self) -> Result<Vec<PathBuf>, WriterError> {
        let segments = lock(&self.file).segments().clone();
        segments.closed()
    }

    /// Closes the file, gives it the next number, goes on in a fresh one, and then compresses
    /// and removes closed files, as far as the logger is to.
    ///
    /// # Errors
    ///
    /// [`WriterError::List`] and [`WriterError::Rotate`] where the file cannot be renamed: it is
    /// written to as before.
    /// [`WriterError::Open`] where the fresh one cannot be opened: the next line tries again.
    /// [`WriterError::Compress`] and [`WriterError::Remove`] where a closed file cannot be
    /// compressed or removed: the rotation itself is done.
    pub fn rotate(&self) -> Result<(), WriterError> {
        let rotated = lock(&self.file).rotate(self.clock.now(), &self.zone);
        rotated.inspect_err(events::rotation_failed)?;
        events::rotated(&self.name);
        self.run_upkeep()?;
        // All of it has been repeated.
        let _overcome = self.take_error();
        Ok(())
    }

    /// Returns when every line is handed to the system, which each call does by itself.
    ///
    /// # Errors
    ///
    /// [`WriterError::Write`] where that fails; else the [`take_error`](Self::take_error) that there
    /// has been.
    pub fn flush(&self) -> Result<(), WriterError> {
        lock(&self.file).flush()?;
        self.take_error().map_or(Ok(()), Err)
    }

    /// Writes the line that is made for a time; that is the clock's.
    pub(super) fn write(
        &self,
        line: impl FnOnce(Timestamp, &Path) -> Result<String, WriterError>,
    ) -> Result<(), WriterError> {
        let written = {
            // The clock is read under the lock, so that times never go back within the file.
            let mut file = lock(&self.file);
            let now = self.clock.now();
            line(now, file.path()).and_then(|line| file.write(&line, now, &self.zone))
        };
        // Events are emitted without a lock: who receives them may write to this very log.
        let written = written.inspect_err(|error| {
            let before = self.lost.fetch_add(1, Ordering::Relaxed);
            events::line_lost(before.saturating_add(1), error);
        })?;
        if let Some(error) = &written.trouble {
            events::rotation_failed(error);
        }
        let maintenance = if written.rotated {
            events::rotated(&self.name);
            self.run_upkeep()
        } else {
            Ok(())
        };
        if let Some(error) = written.trouble.or(maintenance.err()) {
            lock(&self.trouble).get_or_insert(error);
        }
        Ok(())
    }

    fn run_upkeep(&self) -> Result<(), WriterError> {
        let done = lock(&self.maintenance).run(self.clock.now());
        done.inspect_err(events::maintenance_failed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic of another thread leaves the file usable: each line is one write.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<F> fmt::Debug for Logger<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logger")
            .field("name", &self.name)
            .field("path", &lock(&self.file).path())
            .finish_non_exhaustive()
    }
}
