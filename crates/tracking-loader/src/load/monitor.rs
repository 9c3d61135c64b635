//! Between a load and its observer: progress, and waiting for a store that is busy.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracking_core::{Error, Result};

use super::{LoadObserver, LoadSummary, Progress};
use crate::{Source, SourceError, events};

/// Reports the progress of a load to its observer, and asks it whether to go on.
pub(super) struct LoadMonitor<'a> {
    pub(super) observer: &'a mut dyn LoadObserver,
    /// How many bytes the logs have on disk, where that can be known.
    size: Option<u64>,
    /// How many bytes the logs have that are closed.
    bytes_closed: u64,
    /// How many lines were read.
    lines: u64,
    /// Set once the load is over.
    stop: Arc<AtomicBool>,
    /// Whether the load waits for a busy store.
    waits_for_store: bool,
}

/// Progress is reported each time that so many lines were read.
const PROGRESS_INTERVAL: u64 = 4096;

impl<'a> LoadMonitor<'a> {
    pub(super) fn new(observer: &'a mut dyn LoadObserver, waits_for_store: bool) -> Self {
        Self {
            stop: observer.stop(),
            observer,
            size: Some(0),
            bytes_closed: 0,
            lines: 0,
            waits_for_store,
        }
    }

    pub(super) fn set_size(&mut self, size: Option<u64>) {
        self.size = size;
    }

    pub(super) fn add_closed(&mut self, bytes: u64) {
        self.bytes_closed += bytes;
    }

    /// Set once the load is over.
    pub(super) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// Whether the observer ends the load.
    pub(super) fn is_over(&mut self) -> bool {
        self.observer.is_over()
    }

    /// Waits for more to load, and tells whether to look for it.
    pub(super) fn wait(&mut self, so_far: &LoadSummary) -> bool {
        self.observer.wait(so_far)
    }

    /// Reports a log or folder that cannot be read while logs are followed.
    pub(super) fn report_unreadable(&mut self, source: &Source, error: &SourceError) {
        self.observer.unreadable(source, error);
    }

    /// How many lines can be read until progress is to be reported.
    pub(super) fn lines_until_report(&self) -> u64 {
        PROGRESS_INTERVAL - self.lines % PROGRESS_INTERVAL
    }

    /// Counts lines that were read, and tells whether progress is to be reported.
    pub(super) fn count_lines(&mut self, lines: u64) -> bool {
        self.lines += lines;
        lines > 0 && self.lines.is_multiple_of(PROGRESS_INTERVAL)
    }

    /// Reports progress in reading a log. Of the logs that are open, so many bytes were read.
    pub(super) fn report_progress(&mut self, source: &Source, bytes_open: u64) {
        self.observer.progress(Progress {
            source,
            bytes_read: self.bytes_closed + bytes_open,
            size: self.size,
            lines: self.lines,
        });
    }

    /// Asks the store for something, again and again as long as it is busy and the observer waits.
    pub(super) fn retry_while_busy<T>(&mut self, mut ask: impl FnMut() -> Result<T>) -> Result<T> {
        for attempt in 1_u32.. {
            match ask() {
                Err(error) if self.should_retry(&error, attempt) => {}
                answer => return answer,
            }
        }
        ask()
    }

    /// Waits for a store that is busy, and tells whether to ask it again.
    pub(super) fn should_retry(&mut self, error: &Error, attempt: u32) -> bool {
        if !self.waits_for_store || !error.is_retryable() {
            return false;
        }
        events::store_busy(error.kind(), attempt);
        self.observer.wait_for_store(error, attempt)
    }
}

impl fmt::Debug for LoadMonitor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadMonitor")
            .field("size", &self.size)
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}
