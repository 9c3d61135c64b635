//! Where recorded tracks go.

use std::sync::Arc;

use tracking_core::NewTrack;

/// Takes tracks without making the caller wait for a store.
///
/// A `Recorder` is one (feature `recorder`), and a
/// `RecordLogger` is one (feature `logfile`). So is a closure.
pub trait TrackSink: Send + Sync {
    /// Takes a track. What becomes of it is counted by the sink, and no error of the caller's.
    fn take(&self, track: NewTrack);
}

impl<F: Fn(NewTrack) + Send + Sync> TrackSink for F {
    fn take(&self, track: NewTrack) {
        self(track);
    }
}

impl<S: TrackSink + ?Sized> TrackSink for Arc<S> {
    fn take(&self, track: NewTrack) {
        (**self).take(track);
    }
}
