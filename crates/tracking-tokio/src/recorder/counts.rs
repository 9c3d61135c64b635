//! Counters to watch.

use std::error::Error;

use serde::Serialize;

/// What has become of the tracks of a [`Recorder`](super::Recorder).
///
/// At any moment, `accepted` is the sum of `saved`, `spilled`, `refused`, `abandoned` and
/// `pending`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecorderCounts {
    /// Tracks that `record` accepted.
    pub accepted: u64,
    /// Tracks that the store holds.
    pub saved: u64,
    /// Tracks that are in the log only, to be loaded. Some of them the store may hold too, where
    /// its answer was lost; they have the same key.
    pub spilled: u64,
    /// Tracks that the store refused for good.
    pub refused: u64,
    /// Tracks that were left when the recorder was closed.
    pub abandoned: u64,
    /// Tracks that are in memory now: in the queue or being saved.
    pub pending: u64,
    /// About how many bytes these take.
    pub pending_bytes: u64,
    /// Tracks that `record` did not accept. They are not among the accepted ones.
    pub dropped: u64,
    /// Batches that were saved.
    pub batches: u64,
    /// How often the store failed to take a batch.
    pub store_failures: u64,
    /// How often the log failed to take a track.
    pub spill_failures: u64,
    /// The last error, with what lies beneath it.
    pub last_error: Option<String>,
}

/// An error with all that lies beneath it.
pub(super) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
