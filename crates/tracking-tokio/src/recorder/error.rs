//! What a caller of a recorder gets to know.

use super::RecorderCounts;

/// Why a recorder did not accept a track. The track is counted as dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The queue is full.
    #[error("the recorder's queue is full; the track was dropped")]
    Full,
    /// The track is larger than the whole queue may be.
    #[error("the track is larger than the recorder's queue; the track was dropped")]
    TooLarge,
    /// The recorder was closed.
    #[error("the recorder is closed; the track was dropped")]
    Closed,
}

/// Tracks are still in the queue after the time allowed.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "{} tracks could not be saved within the time allowed; the recorder goes on trying{}",
    counts.pending,
    last(counts)
)]
pub struct FlushError {
    counts: RecorderCounts,
}

impl FlushError {
    pub(super) fn new(counts: RecorderCounts) -> Self {
        Self { counts }
    }

    /// What had become of the tracks by then.
    pub fn counts(&self) -> &RecorderCounts {
        &self.counts
    }
}

fn last(counts: &RecorderCounts) -> String {
    let told = |error: &String| format!(" (last error: {error})");
    counts.last_error.as_ref().map_or_else(String::new, told)
}
