//! Observes a load: shows progress, writes rejected lines, and stops on request.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tracking_core::Error;
use tracking_loader::{LoadObserver, LoadSummary, Progress, Reject, Source, SourceError};

use super::rejects::RejectsFile;
use crate::exit;
use crate::progress::Bar;
use crate::signals::set_on_signal;

/// How often to check for a request to stop.
const LOOK: Duration = Duration::from_millis(50);

/// How long a load that a signal ends may take to finish its batch: the store may be locked.
pub(super) const MAX_LAST_BATCH: Duration = Duration::from_secs(3);

/// How long to wait before a busy store is tried again.
pub(super) const RETRY_INTERVAL: Duration = Duration::from_millis(250);

/// The observer of a load.
pub(super) struct Watch {
    bar: Bar,
    rejects: Option<RejectsFile>,
    /// The poll interval, if logs are followed.
    poll: Duration,
    is_over: Arc<AtomicBool>,
    /// Whether the wait for the store was reported.
    waits_for_store: bool,
}

impl Watch {
    pub(super) fn new(poll: Duration, rejects: Option<RejectsFile>) -> Self {
        Self {
            bar: Bar::new(),
            rejects,
            poll,
            is_over: Arc::new(AtomicBool::new(false)),
            waits_for_store: false,
        }
    }

    /// Has the first signal end the load between two batches, within a time limit if there is one. The
    /// next signal ends the command.
    pub(super) fn end_on_signal(&self, limit: Option<Duration>) {
        set_on_signal(Arc::clone(&self.is_over), limit);
    }

    /// Whether a signal has ended the load.
    pub(super) fn is_interrupted(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Sleeps, or returns early on a request to stop.
    fn sleep(&self, mut left: Duration) {
        while !left.is_zero() && !self.is_interrupted() {
            let now = left.min(LOOK);
            thread::sleep(now);
            left -= now;
        }
    }
}

impl LoadObserver for Watch {
    fn progress(&mut self, progress: Progress<'_>) {
        self.bar.progress(progress);
    }

    fn rejected(&mut self, reject: &Reject, line: &[u8]) -> io::Result<()> {
        match &mut self.rejects {
            Some(file) => file.add(reject, line),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.rejects {
            // Before the store says that the lines were read, they are on disk.
            Some(file) => file.sync(),
            None => Ok(()),
        }
    }

    fn unreadable(&mut self, _source: &Source, error: &SourceError) {
        self.bar = Bar::new();
        let error = exit::error_chain(error);
        exit::print_message(&format!("{error}; trying again while it is followed"));
    }

    fn is_over(&mut self) -> bool {
        self.is_interrupted()
    }

    fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_over)
    }

    fn wait_for_store(&mut self, error: &Error, attempt: u32) -> bool {
        if attempt == 1 && !self.waits_for_store {
            self.bar = Bar::new();
            let error = exit::error_chain(error);
            exit::print_message(&format!("waiting for the store, nothing is lost: {error}"));
            self.waits_for_store = true;
        }
        self.sleep(RETRY_INTERVAL);
        !self.is_interrupted()
    }

    fn wait(&mut self, _so_far: &LoadSummary) -> bool {
        if std::mem::take(&mut self.waits_for_store) {
            exit::print_message("the store answers again");
        }
        self.bar = Bar::new();
        self.sleep(self.poll);
        !self.is_interrupted()
    }
}
