//! Who looks on while logs are loaded.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::Error;

use super::LoadSummary;
use crate::{Reject, Source};

/// How far a load has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// What is being read.
    pub source: &'a Source,
    /// How many bytes of all logs have been read or passed over, as they are on disk.
    pub bytes_read: u64,
    /// How many bytes all logs have on disk, where that can be known.
    pub size: Option<u64>,
    /// How many lines have been read.
    pub lines: u64,
}

/// Looks on while logs are loaded. `()` looks at nothing.
pub trait LoadObserver {
    /// Told now and then how far the load has got, and at the end of each log.
    fn progress(&mut self, _progress: Progress<'_>) {}

    /// Given each malformed line, without its line end, before what was read with it is in the
    /// store. Where the load is broken off just then, the same lines come again at the next one.
    ///
    /// A line that is longer than lines may be comes with its start only.
    ///
    /// # Errors
    ///
    /// An error ends the load, and nothing that was read with the line is loaded.
    fn rejected(&mut self, _reject: &Reject, _line: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Told what is to be seen at once of what [`rejected`](Self::rejected) was given, before
    /// that can no longer come again.
    ///
    /// # Errors
    ///
    /// As with [`rejected`](Self::rejected).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Asked after each batch; the load ends there where this says so, with what was loaded by then.
    fn is_over(&mut self) -> bool {
        false
    }

    /// Asked, when logs are followed and the store cannot answer, to wait for a while; tells whether
    /// to ask it again. `attempt` counts from 1 each time that it begins. If not, the load ends with
    /// the error.
    fn wait_for_store(&mut self, _error: &Error, _attempt: u32) -> bool {
        false
    }

    /// What is set once the load [is over](Self::is_over), asked at the start. Where it is set while
    /// the load waits for standard input or a pipe, it waits no longer.
    fn stop(&self) -> Arc<AtomicBool> {
        Arc::default()
    }

    /// Asked, when logs are followed and all that is there is loaded, to wait for a while; tells
    /// whether to look for more then.
    fn wait(&mut self, _so_far: &LoadSummary) -> bool {
        false
    }
}

impl LoadObserver for () {}

/// A function is told the progress.
impl<F: FnMut(Progress<'_>)> LoadObserver for F {
    fn progress(&mut self, progress: Progress<'_>) {
        self(progress);
    }
}
