//! The limits and choices of a recorder.

use std::time::Duration;

use tracking_core::SessionGap;

/// The limits of a recorder, in tracks, bytes and time, and its other choices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) max_tracks: usize,
    pub(super) max_bytes: usize,
    pub(super) batch_size: usize,
    pub(super) max_delay: Duration,
    pub(super) spill_after: Duration,
    pub(super) initial_backoff: Duration,
    pub(super) max_backoff: Duration,
    pub(super) close_timeout: Duration,
    /// Whether each track is written to the log before it is queued.
    pub(super) writes_ahead: bool,
    /// Nothing where tracks that name no run go into the current one.
    pub(super) session_gap: Option<SessionGap>,
}
