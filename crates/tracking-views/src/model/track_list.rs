//! Many tracks.

use tracking_core::{Track, TrackRef};

/// What a list of tracks says about itself; its rows are handed to the renderer one by one, so
/// that a list of any length is shown in constant memory.
///
/// Rows are shown in the order in which they come: ask the store for the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct TrackList {
    title: String,
    note: Option<String>,
}

impl TrackList {
    /// A list with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            note: None,
        }
    }

    /// A sentence below the title, such as what was asked for.
    pub fn with_note(self, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..self
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The sentence below the title, if any.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

/// What can be a row of a list: a track, owned or lent.
pub trait TrackRow {
    /// Lends the track.
    fn lend(&self) -> TrackRef<'_>;
}

impl TrackRow for Track {
    fn lend(&self) -> TrackRef<'_> {
        self.as_ref()
    }
}

impl TrackRow for TrackRef<'_> {
    fn lend(&self) -> TrackRef<'_> {
        *self
    }
}

impl<T: TrackRow + ?Sized> TrackRow for &T {
    fn lend(&self) -> TrackRef<'_> {
        (**self).lend()
    }
}
