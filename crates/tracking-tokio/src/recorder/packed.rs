//! Tracks packed into one text.
//!
//! A track that is handed to another thread as it is takes four allocations along, which that
//! thread frees. Allocators are slow then: a request took twice as long with a recorder as
//! without. So the thread that records copies the texts into a buffer, and frees its own; the
//! thread that saves takes the buffer, unpacks it, and gives it back.

use tracking_core::{
    DataRef, Key, NewTrack, Result, RunChoice, SaveMode, TaskId, Timestamp, UserName,
};

use super::keys::KeySeries;

/// A track on its way, and what it weighs.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub(super) track: NewTrack,
    /// Its place among all that were accepted, from 1.
    pub(super) number: u64,
    pub(super) bytes: usize,
    /// Whether the log has it already.
    pub(super) is_logged: bool,
}

/// Tracks with numbers that follow each other.
#[derive(Debug, Default)]
pub(super) struct PackedTracks {
    /// Task, user, data and key of each, without anything between.
    text: String,
    tracks: Vec<PackedTrack>,
    first_number: u64,
    bytes: usize,
}

#[derive(Debug)]
struct PackedTrack {
    task_len: usize,
    user_len: usize,
    data_len: usize,
    /// Nothing where the key is made of the number.
    key_len: Option<usize>,
    run: RunChoice,
    time: Option<Timestamp>,
    mode: SaveMode,
    bytes: usize,
    is_logged: bool,
}

/// What a track takes next to its texts, about.
const OVERHEAD: usize = 256;

/// A buffer that has grown larger than this is not used again.
const MAX_SPARE_BYTES: usize = 1024 * 1024;

/// About how many bytes a track takes in memory.
pub(super) fn bytes_of(track: &NewTrack) -> usize {
    let key = track.key().map_or(0, |key| key.len());
    OVERHEAD + track.task().len() + track.user().len() + track.data().as_str().len() + key
}

impl PackedTracks {
    /// Adds a track of a number; the first one decides from where they count.
    pub(super) fn push(&mut self, track: &NewTrack, number: u64, bytes: usize, is_logged: bool) {
        if self.tracks.is_empty() {
            self.first_number = number;
        }
        let (task, user, data) = (track.task(), track.user(), track.data().as_str());
        self.text.push_str(task);
        self.text.push_str(user);
        self.text.push_str(data);
        self.text.push_str(track.key().map_or("", |key| key));
        self.bytes += bytes;
        self.tracks.push(PackedTrack {
            task_len: task.len(),
            user_len: user.len(),
            data_len: data.len(),
            key_len: track.key().map(|key| key.len()),
            run: track.run(),
            time: track.time(),
            mode: track.mode(),
            bytes,
            is_logged,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.tracks.len()
    }

    /// About how many bytes the tracks take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of the first track; of no use where there is none.
    pub(super) fn first_number(&self) -> u64 {
        self.first_number
    }

    /// The tracks, each with a key.
    pub(super) fn unpack(&self, keys: &KeySeries) -> Vec<Queued> {
        let mut text = self.text.as_str();
        let mut unpacked = Vec::with_capacity(self.tracks.len());
        for (packed, number) in self.tracks.iter().zip(self.first_number..) {
            // Its parts were names and data before, so this cannot fail.
            if let Ok(track) = packed.unpack(&mut text, number, keys) {
                unpacked.push(Queued {
                    track,
                    number,
                    bytes: packed.bytes,
                    is_logged: packed.is_logged,
                });
            }
        }
        unpacked
    }

    /// The buffer without the tracks, to be filled again; nothing where it is too large to keep.
    pub(super) fn into_spare(mut self) -> Option<Self> {
        if self.text.capacity() > MAX_SPARE_BYTES {
            return None;
        }
        self.text.clear();
        self.tracks.clear();
        self.bytes = 0;
        Some(self)
    }
}

impl PackedTrack {
    fn unpack(&self, text: &mut &str, number: u64, keys: &KeySeries) -> Result<NewTrack> {
        let task = TaskId::new(take(text, self.task_len))?;
        let user = UserName::new(take(text, self.user_len))?;
        let data = DataRef::from_canonical(take(text, self.data_len)).to_data();
        let key = match self.key_len {
            Some(len) => Key::new(take(text, len))?,
            None => keys.key(number)?,
        };
        let track = NewTrack::from_parts(task, user, data);
        let track = track.in_run(self.run).updating(self.mode).with_key(key);
        Ok(match self.time {
            Some(time) => track.at(time),
            None => track,
        })
    }
}

/// Takes the start of a text.
fn take<'t>(text: &mut &'t str, len: usize) -> &'t str {
    let (start, rest) = text.split_at_checked(len).unwrap_or_default();
    *text = rest;
    start
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use tracking_core::{RunId, SessionGap};

    use super::*;

    fn keys() -> KeySeries {
        KeySeries::new("series")
    }

    fn unpacked(tracks: &[NewTrack]) -> Vec<NewTrack> {
        let mut packed = PackedTracks::default();
        for (track, number) in tracks.iter().zip(7..) {
            packed.push(track, number, bytes_of(track), false);
        }
        let queued = packed.unpack(&keys());
        assert!(
            queued
                .iter()
                .map(|queued| queued.number)
                .eq(7..7 + queued.len() as u64)
        );
        queued.into_iter().map(|queued| queued.track).collect()
    }

    #[test]
    fn a_track_is_the_same_after_it_was_packed() {
        let key = || Key::new("kéy").unwrap();
        let new = |user| NewTrack::new("tâsk", user, json!({"é": [1, "ü"]})).unwrap();
        let tracks = [
            new("").with_key(key()),
            new("ännä")
                .with_key(key())
                .at(Timestamp::MAX)
                .in_run(RunId::FIRST)
                .updating(SaveMode::Replace),
            new("bert")
                .with_key(key())
                .in_session(SessionGap::default())
                .updating(SaveMode::Merge),
            NewTrack::new("t", "u", json!({})).unwrap().with_key(key()),
        ];
        assert_eq!(unpacked(&tracks), tracks);
    }

    #[test]
    fn a_track_without_a_key_gets_that_of_its_number() {
        let track = NewTrack::new("t", "u", json!({})).unwrap();
        let keyed = |key| track.clone().with_key(Key::new(key).unwrap());
        let both = [track.clone(), keyed("given"), track.clone()];
        let expected = [keyed("series-7"), keyed("given"), keyed("series-9")];
        assert_eq!(unpacked(&both), expected);
    }

    /// A part of a track that is added to the model has to be packed, too.
    #[test]
    fn no_part_of_a_track_is_forgotten() {
        let track = NewTrack::new("t", "u", json!({})).unwrap();
        let Value::Object(parts) = serde_json::to_value(&track).unwrap() else {
            panic!("a track is an object")
        };
        let parts: BTreeSet<_> = parts.keys().map(String::as_str).collect();
        let packed = ["data", "key", "mode", "run", "task", "time", "user"];
        assert_eq!(parts, BTreeSet::from(packed));
    }

    #[test]
    fn a_buffer_is_used_again_unless_it_is_large() {
        let mut packed = PackedTracks::default();
        let track = NewTrack::new("t", "u", json!({})).unwrap();
        packed.push(&track, 1, 10, true);
        let mut packed = packed.into_spare().unwrap();
        assert_eq!((packed.len(), packed.bytes()), (0, 0));
        packed.push(&track, 5, 10, true);
        assert_eq!(
            (packed.len(), packed.bytes(), packed.first_number()),
            (1, 10, 5)
        );
        assert!(packed.unpack(&keys()).iter().all(|queued| queued.is_logged));
        let large = json!({"text": "x".repeat(MAX_SPARE_BYTES)});
        packed.push(&NewTrack::new("t", "u", large).unwrap(), 6, 10, false);
        assert!(packed.into_spare().is_none());
    }
}
