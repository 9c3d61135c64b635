//! What callers and the threads of a recorder share.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracking_core::{Clock, NewTrack, RunChoice, TrackingStorage};

use super::counts::with_causes;
use super::events;
use super::keys::KeySeries;
use super::limits::Limits;
use super::packed::{self, Amount, PackedTracks};
use super::queue::{End, Queue, Taker};
use super::{FlushError, Overflow, RecordError, RecorderCounts, Spill, SpillError};

pub(super) struct Shared {
    pub(super) store: Arc<dyn TrackingStorage>,
    pub(super) keys: KeySeries,
    clock: Arc<dyn Clock>,
    pub(super) limits: Limits,
    pub(super) overflow: Overflow,
    queue: Mutex<Queue>,
    /// What the writer is saving. It is not locked during a call to the store, so that the tracks
    /// can be taken from a writer that is stuck in one. Where both locks are taken, this is the
    /// second.
    in_flight: Mutex<PackedTracks>,
    /// The writer waits here for tracks.
    work: Condvar,
    /// The spiller waits here for more tracks than the writer can take.
    pressure: Condvar,
    /// Callers wait here until tracks are settled.
    settled: Condvar,
}

impl Shared {
    pub(super) fn new(
        store: Arc<dyn TrackingStorage>,
        keys: KeySeries,
        clock: Arc<dyn Clock>,
        limits: Limits,
        overflow: Overflow,
    ) -> Self {
        Self {
            store,
            keys,
            clock,
            limits,
            overflow,
            queue: Mutex::new(Queue::new(limits.batch_size, batch_bytes(&limits))),
            in_flight: Mutex::default(),
            work: Condvar::new(),
            pressure: Condvar::new(),
            settled: Condvar::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Queue> {
        // A panic of another thread leaves the queue whole: nothing panics while it changes.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn in_flight(&self) -> MutexGuard<'_, PackedTracks> {
        self.in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn spill(&self) -> Option<&dyn Spill> {
        match &self.overflow {
            Overflow::Spill(log) => Some(&**log),
            _ => None,
        }
    }

    pub(super) fn counts(&self) -> RecorderCounts {
        self.lock().counts.clone()
    }

    pub(super) fn record(&self, track: NewTrack) -> Result<(), RecordError> {
        let track = self.completed(track);
        let bytes = packed::bytes_of(&track);
        let is_logged = self.write_ahead(&track);
        let mut queue = self.lock();
        let result = if bytes > self.limits.max_bytes {
            Err(RecordError::TooLarge)
        } else {
            queue = self.wait_for_room(queue, bytes);
            if queue.is_closing {
                Err(RecordError::Closed)
            } else if self.has_room(&queue, bytes) {
                Ok(())
            } else {
                Err(RecordError::Full)
            }
        };
        match result {
            Ok(()) => {
                queue.push(&track, bytes, is_logged);
                self.wake_threads(&queue, bytes);
            }
            Err(_) if is_logged => {
                let spilling = queue.leave_to_log();
                drop(queue);
                spilling.emit();
                return Ok(());
            }
            Err(reason) => {
                queue.counts.dropped += 1;
                let dropped = queue.counts.dropped;
                drop(queue);
                events::track_dropped(reason, dropped);
            }
        }
        result
    }

    /// Writes a track to the log before anything else happens to it, where that is chosen;
    /// whether the log has it.
    fn write_ahead(&self, track: &NewTrack) -> bool {
        if !self.limits.writes_ahead || self.lock().is_closing {
            return false;
        }
        let Some(log) = self.spill() else {
            return false;
        };
        let written = log.spill(track);
        if let Err(error) = &written {
            self.note_spill_failure(error);
        }
        written.is_ok()
    }

    /// Counts a track that the log did not take.
    pub(super) fn note_spill_failure(&self, error: &SpillError) {
        let mut queue = self.lock();
        queue.counts.spill_failures += 1;
        queue.counts.last_error = Some(with_causes(error));
        let failures = queue.counts.spill_failures;
        drop(queue);
        events::spill_failed(error, failures);
    }

    /// The track with a time, and with a session where it names no run. It gets a key later,
    /// unless it is written to the log before.
    fn completed(&self, track: NewTrack) -> NewTrack {
        let track = match track.time() {
            Some(_) => track,
            None => track.at(self.clock.now()),
        };
        let track = match self.limits.session_gap {
            Some(gap) if track.run() == RunChoice::Current => track.in_session(gap),
            _ => track,
        };
        if track.key().is_some() || !self.limits.writes_ahead {
            return track;
        }
        track.with_key(self.keys.next())
    }

    fn has_room(&self, queue: &Queue, bytes: usize) -> bool {
        queue.has_room(bytes, self.limits.max_tracks, self.limits.max_bytes)
    }

    fn wait_for_room<'q>(
        &'q self,
        queue: MutexGuard<'q, Queue>,
        bytes: usize,
    ) -> MutexGuard<'q, Queue> {
        let Overflow::Wait(longest) = self.overflow else {
            return queue;
        };
        let full = |queue: &mut Queue| !queue.is_closing && !self.has_room(queue, bytes);
        let waited = self.settled.wait_timeout_while(queue, longest, full);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Wakes the writer for the first track and for a full batch, and not for each one between.
    fn wake_threads(&self, queue: &Queue, added: usize) {
        if queue.len() == 1 || queue.is_filled_by(added) {
            self.work.notify_one();
        }
        if self.spill().is_some() && self.is_under_pressure(queue) {
            self.pressure.notify_one();
        }
    }

    /// Takes back what tracks were packed in.
    pub(super) fn reuse(&self, part: PackedTracks) {
        self.lock().reuse(part);
    }

    /// Whether the spiller has to help.
    pub(super) fn is_under_pressure(&self, queue: &Queue) -> bool {
        let counts = &queue.counts;
        queue.len() > 0
            && (counts.pending * 2 >= self.limits.max_tracks as u64
                || counts.pending_bytes * 2 >= self.limits.max_bytes as u64)
    }

    pub(super) fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        let mut queue = self.lock();
        let last = queue.counts.accepted;
        queue.flush_requested = true;
        self.work.notify_all();
        let waits = |queue: &mut Queue| !queue.is_settled_to(last);
        let waited = self.settled.wait_timeout_while(queue, timeout, waits);
        let (queue, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if queue.is_settled_to(last) {
            Ok(())
        } else {
            Err(FlushError::new(queue.counts.clone()))
        }
    }

    /// Accepts nothing more, and wakes whoever waits.
    pub(super) fn start_closing(&self) {
        {
            let mut queue = self.lock();
            (queue.is_closing, queue.flush_requested) = (true, true);
        }
        self.wake_all();
    }

    /// Has what is left abandoned.
    pub(super) fn abandon(&self) {
        self.lock().is_abandoned = true;
        self.wake_all();
    }

    fn wake_all(&self) {
        self.work.notify_all();
        self.pressure.notify_all();
        self.settled.notify_all();
    }

    /// Notes how tracks ended, and tells who waits for it.
    pub(super) fn settle(&self, ended: Amount, end: End, oldest_left: Option<u64>, taker: Taker) {
        let spilling = self.lock().settle(ended, end, oldest_left, taker);
        self.settled.notify_all();
        spilling.emit();
        if end == End::Abandoned {
            events::tracks_abandoned(ended.tracks);
        }
    }

    /// Counts a batch that was saved, and ends the spilling where the queue is short again.
    pub(super) fn settle_batch(&self, saved: PackedTracks) {
        let mut queue = self.lock();
        queue.counts.batches += 1;
        // What is saved starts no spilling.
        let mut spilling = queue.settle(saved.amount(), End::Saved, None, Taker::Writer);
        queue.reuse(saved);
        if !self.is_under_pressure(&queue) {
            spilling = queue.end_spilling();
        }
        drop(queue);
        self.settled.notify_all();
        spilling.emit();
    }

    /// Waits on the writer's side for at most this long, or until something happens that it has
    /// to know of.
    pub(super) fn wait_for_work<'q>(
        &self,
        queue: MutexGuard<'q, Queue>,
        timeout: Option<Duration>,
    ) -> MutexGuard<'q, Queue> {
        wait(&self.work, queue, timeout)
    }

    pub(super) fn wait_for_pressure<'q>(
        &self,
        queue: MutexGuard<'q, Queue>,
        timeout: Option<Duration>,
    ) -> MutexGuard<'q, Queue> {
        wait(&self.pressure, queue, timeout)
    }

    /// Pauses, but not while somebody waits for what is queued, or the recorder is given up.
    pub(super) fn pause(&self, pause: Duration) {
        let mut queue = self.lock();
        let pause = if queue.is_closing {
            pause.min(self.limits.initial_backoff)
        } else {
            pause
        };
        let end = Instant::now() + pause;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            // A hurry is good for one try; it would be a busy loop else.
            let hurried = std::mem::take(&mut queue.flush_requested);
            if left.is_zero() || queue.is_abandoned || hurried {
                return;
            }
            queue = self.wait_for_work(queue, Some(left));
        }
    }
}

/// A batch of this many bytes is full, however few tracks it has.
fn batch_bytes(limits: &Limits) -> usize {
    (limits.max_bytes / 4).max(1)
}

fn wait<'q>(
    condition: &Condvar,
    queue: MutexGuard<'q, Queue>,
    timeout: Option<Duration>,
) -> MutexGuard<'q, Queue> {
    match timeout {
        None => condition
            .wait(queue)
            .unwrap_or_else(PoisonError::into_inner),
        Some(timeout) => {
            let waited = condition.wait_timeout(queue, timeout);
            waited.unwrap_or_else(PoisonError::into_inner).0
        }
    }
}
