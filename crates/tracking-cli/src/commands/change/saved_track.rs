//! The result of a save or an update.

use anyhow::{Context, Result};
use serde::Serialize;
use tracking_core::{Track, TrackId, TrackingStorage};

use crate::args::CommandResult;

/// A track that was saved or updated.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct SavedTrack {
    track: Track,
}

impl SavedTrack {
    /// Reads the track.
    pub(super) fn read(store: &dyn TrackingStorage, id: TrackId) -> Result<Self> {
        let track = store.track(id)?;
        track
            .map(|track| Self { track })
            .with_context(|| format!("track {id} was saved, and removed at once by somebody else"))
    }
}

impl CommandResult for SavedTrack {
    fn sentence(&self) -> String {
        let (id, run) = (self.track.id(), self.track.run());
        let (task, user) = (self.track.task().as_str(), self.track.user().as_str());
        format!("saved track {id} in run {run}: task {task:?}, user {user:?}")
    }
}
