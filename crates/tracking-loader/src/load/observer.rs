//! The observer of a load: it gets progress and rejects, and decides how long to wait.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::Error;

use super::LoadSummary;
use crate::{Reject, Source, SourceError};

/// The progress of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The log that is being read.
    pub source: &'a Source,
    /// How many bytes of all logs have been read or skipped, as they are on disk.
    pub bytes_read: u64,
    /// How many bytes all logs have on disk; `None` if that is unknown, as for a pipe.
    pub size: Option<u64>,
    /// How many lines have been read.
    pub lines: u64,
}

/// Observes a load. `()` ignores everything and waits for nothing.
pub trait LoadObserver {
    /// Called every few thousand lines and at the end of each log.
    fn progress(&mut self, _progress: Progress<'_>) {}

    /// Called with each malformed line, without its line end, before its batch is in the store. If
    /// the load is interrupted in between, the next load passes the same lines again. So does this
    /// load, if the batch no longer fits because another program changed the store.
    ///
    /// Of a line that is too long, only the start is passed.
    ///
    /// # Errors
    ///
    /// An error ends the load, and the batch is not loaded.
    fn rejected(&mut self, _reject: &Reject, _line: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Called before the batch of the lines passed to [`rejected`](Self::rejected) is written. Make
    /// them durable here: they are not passed again afterwards.
    ///
    /// # Errors
    ///
    /// As for [`rejected`](Self::rejected).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Called after each batch. The load ends if this returns `true`; what was loaded stays loaded.
    fn is_over(&mut self) -> bool {
        false
    }

    /// Called while logs are followed, when the store is busy. Wait for a while, and return whether
    /// to try again; if not, the load ends with the error. `attempt` counts from 1 for each call of
    /// the store.
    fn wait_for_store(&mut self, _error: &Error, _attempt: u32) -> bool {
        false
    }

    /// Called while logs are followed, when a log or a folder cannot be read any more. The load
    /// tries again at each poll. What still cannot be read at the end is an error in the summary.
    fn unreadable(&mut self, _source: &Source, _error: &SourceError) {}

    /// Called at the start. Returns a flag that is set once the load [is over](Self::is_over). It ends
    /// waiting for standard input or a pipe.
    fn stop(&self) -> Arc<AtomicBool> {
        Arc::default()
    }

    /// Called while logs are followed, when everything is loaded. Wait for a while, and return whether
    /// to look for more.
    fn wait(&mut self, _so_far: &LoadSummary) -> bool {
        false
    }
}

impl LoadObserver for () {}

/// A function gets the progress.
impl<F: FnMut(Progress<'_>)> LoadObserver for F {
    fn progress(&mut self, progress: Progress<'_>) {
        self(progress);
    }
}
