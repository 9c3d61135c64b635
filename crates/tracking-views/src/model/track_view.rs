//! One track.

use tracking_core::{Track, TrackRef};

/// One track with all that it says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct TrackView {
    title: String,
    track: Track,
}

impl TrackView {
    /// Shows a track under the title `Track 0000001`.
    pub fn new(track: Track) -> Self {
        Self {
            title: format!("Track {}", track.id()),
            track,
        }
    }

    /// Another title.
    pub fn with_title(self, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..self
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The track.
    pub fn track(&self) -> &Track {
        &self.track
    }
}

impl From<Track> for TrackView {
    fn from(track: Track) -> Self {
        Self::new(track)
    }
}

impl From<TrackRef<'_>> for TrackView {
    fn from(track: TrackRef<'_>) -> Self {
        Self::new(track.to_track())
    }
}
