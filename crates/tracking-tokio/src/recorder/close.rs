//! The threads of a recorder, and their end.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::packed::PackedTracks;
use super::queue::{End, Taker};
use super::shared::Shared;
use super::spiller;
use super::writer::Writer;

/// The threads; dropping this closes the recorder.
pub(super) struct Threads {
    shared: Arc<Shared>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

impl Threads {
    pub(super) fn start(shared: &Arc<Shared>) -> io::Result<Self> {
        let threads = Self {
            shared: Arc::clone(shared),
            running: Mutex::default(),
        };
        let writer = Writer::new(Arc::clone(shared));
        threads.spawn("tracking-recorder", move || writer.run())?;
        if shared.spill().is_some() {
            let shared = Arc::clone(shared);
            threads.spawn("tracking-spill", move || spiller::run(&shared))?;
        }
        Ok(threads)
    }

    fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work)?;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.push(thread);
        Ok(())
    }

    /// Ends the threads. A thread that is stuck in a call to the store is left to itself, and
    /// what the queue still holds goes to the log, or is abandoned.
    pub(super) fn close(&self, timeout: Duration) {
        let end = Instant::now().checked_add(timeout);
        self.shared.start_closing();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = || end.is_some_and(|end| Instant::now() >= end);
        while !running.iter().all(JoinHandle::is_finished) && !is_over() {
            thread::sleep(Duration::from_millis(1));
        }
        self.shared.abandon();
        let finished = running.extract_if(.., |thread| thread.is_finished());
        for thread in finished {
            // A panic of the thread has been printed; there is nothing to add here.
            let _panicked = thread.join();
        }
        self.settle_rest();
    }

    /// Nobody takes from the queue any more. What a stuck writer has in flight goes to the log,
    /// too: where the store saves it after all, the loader finds its keys.
    fn settle_rest(&self) {
        let shared = &*self.shared;
        loop {
            let Some(part) = shared.lock().take(Taker::Spiller) else {
                break;
            };
            self.settle_last(part, Taker::Spiller);
        }
        if shared.spill().is_some() {
            let in_flight = std::mem::take(&mut *shared.in_flight());
            self.settle_last(in_flight, Taker::Writer);
        }
    }

    fn settle_last(&self, mut tracks: PackedTracks, taker: Taker) {
        spiller::spill(&self.shared, &mut tracks, taker);
        self.shared
            .settle(tracks.amount(), End::Abandoned, None, taker);
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.close(self.shared.limits.close_timeout);
    }
}
