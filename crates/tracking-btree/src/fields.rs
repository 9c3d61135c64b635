//! Indexes on data fields.

use std::collections::HashMap;

use tracking_core::{DataRef, Field};

use crate::slots::TrackNo;
use crate::sorted::Sorted;

/// The tracks by the value of one data field.
#[derive(Debug)]
pub(crate) struct FieldIndex {
    field: Field,
    /// By canonical text. Tracks without the field are in none of them.
    values: HashMap<Box<str>, Sorted<TrackNo>>,
    len: usize,
}

impl FieldIndex {
    pub(crate) fn new(field: Field) -> Self {
        Self {
            field,
            values: HashMap::new(),
            len: 0,
        }
    }

    pub(crate) fn field(&self) -> &Field {
        &self.field
    }

    pub(crate) fn insert(&mut self, track: TrackNo, data: DataRef<'_>) {
        let Some(value) = data.raw(&self.field) else {
            return;
        };
        let added = match self.values.get_mut(value) {
            Some(tracks) => tracks.insert(track),
            None => self.values.entry(value.into()).or_default().insert(track),
        };
        self.len += usize::from(added);
    }

    pub(crate) fn remove(&mut self, track: TrackNo, data: DataRef<'_>) {
        let Some(value) = data.raw(&self.field) else {
            return;
        };
        let Some(tracks) = self.values.get_mut(value) else {
            return;
        };
        self.len -= usize::from(tracks.remove(track));
        if tracks.is_empty() {
            self.values.remove(value);
        }
    }

    /// Moves a track from one value to another, and does nothing where they are the same.
    pub(crate) fn change(&mut self, track: TrackNo, from: DataRef<'_>, to: DataRef<'_>) {
        if from.raw(&self.field) != to.raw(&self.field) {
            self.remove(track, from);
            self.insert(track, to);
        }
    }

    /// The tracks with a value, given as canonical text.
    pub(crate) fn tracks(&self, value: &str) -> Option<&Sorted<TrackNo>> {
        self.values.get(value)
    }

    /// Each value and how many tracks have it.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.values
            .iter()
            .map(|(value, tracks)| (&**value, tracks.len()))
    }

    /// How many tracks have the field.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}
