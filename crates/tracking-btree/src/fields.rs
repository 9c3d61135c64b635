//! Indexes on data fields.

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::OnceLock;

use tracking_core::{DataRef, Field, Number, NumberRange};

use crate::hash::ByText;
use crate::numbers::TrackNo;
use crate::sorted_set::BlockedSortedSet;

/// The tracks by the value of one data field.
#[derive(Debug)]
pub(crate) struct FieldIndex {
    field: Field,
    /// By canonical text. Tracks without the field are in none of them.
    values: HashMap<Box<str>, BlockedSortedSet<TrackNo>, ByText>,
    /// Those values that are numbers, sorted: made when a range is asked for, and forgotten as
    /// soon as a value comes or goes.
    numbers: OnceLock<Vec<(Number, Box<str>)>>,
    len: usize,
}

impl FieldIndex {
    pub(crate) fn new(field: Field) -> Self {
        Self {
            field,
            values: HashMap::default(),
            numbers: OnceLock::new(),
            len: 0,
        }
    }

    pub(crate) fn field(&self) -> &Field {
        &self.field
    }

    pub(crate) fn insert(&mut self, track: TrackNo, data: DataRef<'_>) {
        if let Some(value) = data.raw(&self.field) {
            self.insert_value(track, value);
        }
    }

    pub(crate) fn remove(&mut self, track: TrackNo, data: DataRef<'_>) {
        if let Some(value) = data.raw(&self.field) {
            self.remove_value(track, value);
        }
    }

    /// Moves a track from one value to another, and does nothing where they are the same.
    pub(crate) fn change(&mut self, track: TrackNo, from: DataRef<'_>, to: DataRef<'_>) {
        let (from, to) = (from.raw(&self.field), to.raw(&self.field));
        if from == to {
            return;
        }
        if let Some(value) = from {
            self.remove_value(track, value);
        }
        if let Some(value) = to {
            self.insert_value(track, value);
        }
    }

    fn insert_value(&mut self, track: TrackNo, value: &str) {
        let added = if let Some(tracks) = self.values.get_mut(value) {
            tracks.insert(track)
        } else {
            self.numbers.take();
            self.values.entry(value.into()).or_default().insert(track)
        };
        self.len += usize::from(added);
    }

    fn remove_value(&mut self, track: TrackNo, value: &str) {
        let Some(tracks) = self.values.get_mut(value) else {
            return;
        };
        self.len -= usize::from(tracks.remove(track));
        if tracks.is_empty() {
            self.values.remove(value);
            self.numbers.take();
        }
    }

    /// The tracks with a value, given as canonical text.
    pub(crate) fn tracks(&self, value: &str) -> Option<&BlockedSortedSet<TrackNo>> {
        self.values.get(value)
    }

    /// The tracks of each value.
    pub(crate) fn all(&self) -> impl Iterator<Item = &BlockedSortedSet<TrackNo>> {
        self.values.values()
    }

    /// The tracks of each number within a range.
    pub(crate) fn within(
        &self,
        range: &NumberRange,
    ) -> impl Iterator<Item = &BlockedSortedSet<TrackNo>> {
        self.texts_within(range)
            .filter_map(|text| self.tracks(text))
    }

    /// The canonical texts of the numbers within a range.
    pub(crate) fn texts_within(&self, range: &NumberRange) -> impl Iterator<Item = &str> {
        let numbers = self.numbers.get_or_init(|| self.sorted_numbers());
        let from = numbers.partition_point(|(number, _)| match range.lower() {
            Bound::Included(from) => *number < from,
            Bound::Excluded(from) => *number <= from,
            Bound::Unbounded => false,
        });
        let numbers = numbers.get(from..).unwrap_or_default();
        let end = numbers.partition_point(|(number, _)| range.contains(*number));
        let numbers = numbers.get(..end).unwrap_or_default();
        numbers.iter().map(|(_, text)| &**text)
    }

    fn sorted_numbers(&self) -> Vec<(Number, Box<str>)> {
        let texts = self.values.keys();
        let number = |text: &str| Some((Number::from_json(text)?, text.into()));
        let mut numbers: Vec<_> = texts.filter_map(|text| number(text)).collect();
        numbers.sort_unstable();
        numbers
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
