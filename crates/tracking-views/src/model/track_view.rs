//! One track.

use tracking_core::{Track, TrackRef};

use super::{Entry, EntryValue, Part, View};
use crate::Context;

/// One track with all its details.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct TrackView {
    title: Option<String>,
    track: Track,
    more: Vec<Entry>,
}

impl TrackView {
    /// Shows a track under the title `Track 0000001`.
    pub fn new(track: Track) -> Self {
        Self {
            title: None,
            track,
            more: Vec::new(),
        }
    }

    /// Replaces the title.
    pub fn with_title(self, title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..self
        }
    }

    /// One more field of metadata, below those that every track has.
    pub fn with_field(mut self, label: impl Into<String>, value: impl Into<EntryValue>) -> Self {
        self.more.push(Entry::new(label, value));
        self
    }

    /// Its title, if it was set.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The track.
    pub fn track(&self) -> &Track {
        &self.track
    }
}

impl View for TrackView {
    fn heading(&self, context: &Context<'_>) -> String {
        let title = self.title.clone();
        title.unwrap_or_else(|| format!("{} {}", context.terms().track().title(), self.track.id()))
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        let track = &self.track;
        let terms = context.terms();
        let mut entries = vec![
            Entry::new("Id", track.id().to_string()),
            Entry::new("Time", EntryValue::ExactTime(track.time())),
            Entry::new(terms.task().title(), track.task().clone()),
            Entry::new(terms.run().title(), track.run()),
            Entry::new(terms.user().title(), track.user().clone()),
        ];
        let columns = context.columns().iter();
        entries.extend(
            columns.map(|column| Entry::new(column.title(), column.value(&track.as_ref()))),
        );
        entries.extend_from_slice(&self.more);
        vec![Part::Entries(entries), Part::Data(track.data())]
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
