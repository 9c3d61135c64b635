//! The limits and choices of a recorder.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tracking_core::{Clock, SessionGap, SystemClock, TrackingStorage};

use super::close::Threads;
use super::keys::KeySeries;
use super::limits::Limits;
use super::shared::Shared;
use super::{Overflow, Recorder, Spill};

/// Makes a [`Recorder`].
///
/// | choice | default |
/// |---|---|
/// | [`max_tracks`](Self::max_tracks) in memory | 10,000 |
/// | [`max_bytes`](Self::max_bytes) in memory | 16 MiB |
/// | [`batch_size`](Self::batch_size) | 500 tracks |
/// | [`max_delay`](Self::max_delay) before a batch is saved | 100 ms |
/// | [`overflow`](Self::overflow) | drop and count |
/// | [`write_ahead`](Self::write_ahead) | no: tracks go to a log only where the store does not take them |
/// | [`spill_after`](Self::spill_after) | 1 s |
/// | [`backoff`](Self::backoff) | 50 ms, growing to 5 s |
/// | [`close_timeout`](Self::close_timeout) | 5 s |
/// | [`session_gap`](Self::session_gap) | none: tracks go into the run that they name |
/// | [`clock`](Self::clock) | the machine's |
/// | [`key_prefix`](Self::key_prefix) | made of the clock, the process and a random number |
#[must_use]
pub struct RecorderBuilder {
    store: Arc<dyn TrackingStorage>,
    key_prefix: Option<String>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    overflow: Overflow,
}

/// Longer waits are cut to this, so that no point in time is out of range.
const MAX_WAIT: Duration = Duration::from_hours(365 * 24);

impl Recorder {
    /// A recorder into this store; see the builder for its limits.
    pub fn builder(store: Arc<dyn TrackingStorage>) -> RecorderBuilder {
        RecorderBuilder {
            store,
            key_prefix: None,
            clock: Arc::new(SystemClock),
            limits: Limits {
                max_tracks: 10_000,
                max_bytes: 16 * 1024 * 1024,
                batch_size: 500,
                max_delay: Duration::from_millis(100),
                spill_after: Duration::from_secs(1),
                initial_backoff: Duration::from_millis(50),
                max_backoff: Duration::from_secs(5),
                close_timeout: Duration::from_secs(5),
                writes_ahead: false,
                session_gap: None,
            },
            overflow: Overflow::Drop,
        }
    }
}

impl RecorderBuilder {
    /// Holds at most this many tracks in memory, at least one; those that are being saved count.
    pub fn max_tracks(mut self, tracks: usize) -> Self {
        self.limits.max_tracks = tracks.max(1);
        self
    }

    /// Holds tracks of at most about this many bytes in memory; those that are being saved count.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_bytes = bytes;
        self
    }

    /// Saves at most this many tracks in one batch, at least one.
    pub fn batch_size(mut self, tracks: usize) -> Self {
        self.limits.batch_size = tracks.max(1);
        self
    }

    /// Waits at most this long for a batch to fill up.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.limits.max_delay = delay.min(MAX_WAIT);
        self
    }

    /// Chooses what happens when the queue is full, and where the store stays down.
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.limits.writes_ahead = false;
        Self { overflow, ..self }
    }

    /// Writes each track to this log before [`record`](Recorder::record) returns, and saves it
    /// into the store as well. This replaces [`overflow`](Self::overflow), and the other way
    /// round.
    ///
    /// So nothing that was recorded is lost where the process is killed: load the log afterwards,
    /// and what the store has already is skipped by its key. Where the queue is full or the store
    /// is down, tracks are left to the log and counted as spilled. A track that the log does not
    /// take, for example because its disk is full, is counted as a spill failure and saved all the
    /// same.
    ///
    /// A call then waits for the log, a few microseconds for one that writes to the page cache of
    /// the system. The log grows with everything that is recorded, so let it rotate and remove old
    /// files.
    pub fn write_ahead(mut self, log: impl Spill + 'static) -> Self {
        self.limits.writes_ahead = true;
        Self {
            overflow: Overflow::spill(log),
            ..self
        }
    }

    /// With [`Overflow::Spill`]: spills what is in the queue once the store has failed for this
    /// long.
    pub fn spill_after(mut self, time: Duration) -> Self {
        self.limits.spill_after = time;
        self
    }

    /// After a failure, pauses for the first of these, and after each further one twice as long,
    /// up to the second.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.limits.initial_backoff = first.min(MAX_WAIT);
        self.limits.max_backoff = longest.max(first).min(MAX_WAIT);
        self
    }

    /// When the last clone is dropped, waits at most this long for what is left.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.limits.close_timeout = timeout;
        self
    }

    /// Saves tracks that name no run into the sessions of their users: see
    /// [`NewTrack::in_session`](tracking_core::NewTrack::in_session). Without this, they go into
    /// the current run of their task, which all users share. 30 minutes is a usual gap
    /// ([`SessionGap::default`]).
    pub fn session_gap(mut self, gap: impl Into<SessionGap>) -> Self {
        self.limits.session_gap = Some(gap.into());
        self
    }

    /// Takes the time of tracks from this clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Begins the key of each track with this text instead of one that is different for each
    /// recorder. No other recorder may use it for the same store, also not a later one: its keys
    /// would be taken for repeated saves.
    pub fn key_prefix(self, prefix: impl Into<String>) -> Self {
        Self {
            key_prefix: Some(prefix.into()),
            ..self
        }
    }

    /// Starts the recorder: one thread, and with [`Overflow::Spill`] a second one.
    ///
    /// # Errors
    ///
    /// Those of the system, where it has no room for a thread.
    pub fn build(self) -> io::Result<Recorder> {
        let shared = self.shared();
        let threads = Arc::new(Threads::start(&shared)?);
        Ok(Recorder { shared, threads })
    }

    /// What the recorder and its threads share.
    pub(super) fn shared(self) -> Arc<Shared> {
        let keys = match self.key_prefix {
            Some(prefix) => KeySeries::new(prefix),
            None => KeySeries::unique(self.clock.now()),
        };
        let shared = Shared::new(self.store, keys, self.clock, self.limits, self.overflow);
        Arc::new(shared)
    }
}

impl fmt::Debug for RecorderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecorderBuilder")
            .field("store", &self.store)
            .field("limits", &self.limits)
            .field("overflow", &self.overflow)
            .finish_non_exhaustive()
    }
}
