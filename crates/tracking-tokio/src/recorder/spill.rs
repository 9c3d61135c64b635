//! Where a recorder puts what the store does not take.

use std::error::Error;
use std::sync::Arc;

use tracking_core::NewTrack;

/// A log that takes tracks while a store cannot.
///
/// A [`RecordLogger`](tracking_logfile::RecordLogger) is one, with the feature `logfile`; load its
/// files with the loader or `tracking load`. Each track has a key and a time, so a track that the
/// store has already is recognised and not loaded again.
pub trait Spill: Send + Sync {
    /// Writes a track, so that it survives the end of the process.
    ///
    /// # Errors
    ///
    /// [`SpillError::Failed`] where the same call may succeed later, [`SpillError::Refused`]
    /// where it never will.
    fn spill(&self, track: &NewTrack) -> Result<(), SpillError>;
}

impl<S: Spill + ?Sized> Spill for Arc<S> {
    fn spill(&self, track: &NewTrack) -> Result<(), SpillError> {
        (**self).spill(track)
    }
}

/// Why a track could not be written to the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpillError {
    /// The log cannot hold such a track.
    #[error("the log cannot hold the track")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// The log cannot be written to now.
    #[error("the log could not be written")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}
