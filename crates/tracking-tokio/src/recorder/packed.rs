//! Tracks packed into one text.
//!
//! A track that is handed to another thread as it is takes four allocations along, which that
//! thread frees. Allocators are slow then: a request took twice as long with a recorder as
//! without. So the thread that records copies the texts into a buffer, and frees its own; the
//! thread that saves takes the buffer, saves what is in it, and gives it back.

use std::collections::VecDeque;

use tracking_core::{DataRef, NameRef, NewTrack, RunChoice, SaveMode, Timestamp};

use super::keys::KeySeries;

/// Tracks in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct PackedTracks {
    /// Task, user, data and key of each, without anything between.
    text: String,
    tracks: VecDeque<PackedTrack>,
    bytes: usize,
}

/// All of a track but its texts.
#[derive(Debug)]
pub(super) struct PackedTrack {
    /// Its place among all that were accepted, from 1.
    number: u64,
    bytes: usize,
    is_logged: bool,
    run: RunChoice,
    time: Option<Timestamp>,
    mode: SaveMode,
    /// The key is made of the number.
    has_numbered_key: bool,
    /// Where the texts begin, and where task, user, data and key end.
    start: usize,
    ends: [usize; 4],
}

/// How many tracks, and about how many bytes they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) tracks: usize,
    pub(super) bytes: usize,
}

impl Amount {
    /// Whether there are fewer tracks than this, of fewer bytes.
    pub(super) fn is_below(self, tracks: usize, bytes: usize) -> bool {
        self.tracks < tracks && self.bytes < bytes
    }
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
    /// Adds a track.
    pub(super) fn push(&mut self, track: &NewTrack, number: u64, bytes: usize, is_logged: bool) {
        let start = self.text.len();
        let (task, user, data) = (track.task(), track.user(), track.data().as_str());
        let key = track.key().map_or("", |key| key);
        let ends = [task.as_str(), user.as_str(), data, key].map(|text| {
            self.text.push_str(text);
            self.text.len()
        });
        self.bytes += bytes;
        self.tracks.push_back(PackedTrack {
            number,
            bytes,
            is_logged,
            run: track.run(),
            time: track.time(),
            mode: track.mode(),
            has_numbered_key: track.key().is_none(),
            start,
            ends,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    pub(super) fn amount(&self) -> Amount {
        Amount {
            tracks: self.tracks.len(),
            bytes: self.bytes,
        }
    }

    /// The first track.
    pub(super) fn first(&self) -> Option<&PackedTrack> {
        self.tracks.front()
    }

    /// The number of the first track.
    pub(super) fn first_number(&self) -> Option<u64> {
        self.first().map(|track| track.number)
    }

    /// Takes the track at a place out.
    pub(super) fn remove(&mut self, index: usize) -> Amount {
        let Some(track) = self.tracks.remove(index) else {
            return Amount::default();
        };
        self.bytes -= track.bytes;
        Amount {
            tracks: 1,
            bytes: track.bytes,
        }
    }

    /// One of the tracks, as it was before, with a key.
    pub(super) fn unpack(&self, track: &PackedTrack, keys: &KeySeries) -> NewTrack {
        let mut start = track.start;
        let [task, user, data, key] = track.ends.map(|end| {
            let text = self.text.get(start..end).unwrap_or_default();
            start = end;
            text
        });
        let key = if track.has_numbered_key {
            keys.key(track.number)
        } else {
            NameRef::from(key).to_key()
        };
        let (task, user) = (NameRef::from(task).to_task(), NameRef::from(user).to_user());
        let data = DataRef::from_canonical(data).to_data();
        let unpacked = NewTrack::from_parts(task, user, data)
            .in_run(track.run)
            .updating(track.mode)
            .with_key(key);
        match track.time {
            Some(time) => unpacked.at(time),
            None => unpacked,
        }
    }

    /// All tracks as they were before, each with a key.
    pub(super) fn unpack_all(&self, keys: &KeySeries) -> impl Iterator<Item = NewTrack> {
        self.tracks.iter().map(|track| self.unpack(track, keys))
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
    /// Whether the log has it already.
    pub(super) fn is_logged(&self) -> bool {
        self.is_logged
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use tracking_core::{Key, RunId, SessionGap};

    use super::*;

    fn keys() -> KeySeries {
        KeySeries::new("series")
    }

    fn unpacked(tracks: &[NewTrack]) -> Vec<NewTrack> {
        let mut packed = PackedTracks::default();
        for (track, number) in tracks.iter().zip(7..) {
            packed.push(track, number, bytes_of(track), false);
        }
        assert_eq!(packed.first_number(), (!tracks.is_empty()).then_some(7));
        packed.unpack_all(&keys()).collect()
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
    fn tracks_can_be_taken_out() {
        let track = |task| NewTrack::new(task, "", json!({})).unwrap();
        let mut packed = PackedTracks::default();
        for (task, number) in ["a", "bc", "d"].into_iter().zip(4..) {
            packed.push(&track(task), number, 10 * task.len(), false);
        }
        let (one, two) = ((1, 20), (2, 20));
        let amount = |(tracks, bytes)| Amount { tracks, bytes };
        assert_eq!(packed.remove(1), amount(one));
        assert_eq!(packed.amount(), amount(two));
        let left: Vec<_> = packed.unpack_all(&keys()).collect();
        let with_key = |task, key| track(task).with_key(Key::new(key).unwrap());
        assert_eq!(left, [with_key("a", "series-4"), with_key("d", "series-6")]);
        assert_eq!(packed.remove(2), Amount::default());
        assert_eq!(packed.remove(0), amount((1, 10)));
        assert_eq!(packed.first_number(), Some(6));
        assert!(!packed.is_empty());
    }

    #[test]
    fn a_buffer_is_used_again_unless_it_is_large() {
        let mut packed = PackedTracks::default();
        let track = NewTrack::new("t", "u", json!({})).unwrap();
        packed.push(&track, 1, 10, true);
        let mut packed = packed.into_spare().unwrap();
        assert!(packed.is_empty());
        assert_eq!(packed.amount(), Amount::default());
        packed.push(&track, 5, 10, true);
        assert_eq!(packed.first_number(), Some(5));
        assert!(packed.first().unwrap().is_logged());
        let large = json!({"text": "x".repeat(MAX_SPARE_BYTES)});
        packed.push(&NewTrack::new("t", "u", large).unwrap(), 6, 10, false);
        assert!(packed.into_spare().is_none());
    }
}
