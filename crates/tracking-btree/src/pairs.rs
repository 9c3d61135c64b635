//! The tracks of each task and user, run by run, the last one of each run at hand.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::hash::ByNumber;
use crate::rows::{Row, Rows};
use crate::slots::{RunNo, Slot, Table, TrackNo};
use crate::sorted::Sorted;
use crate::times::TimeKey;

/// Task and user.
pub(crate) type Pair = (Slot, Slot);

/// For each task and user their tracks by run, within a run by time stamp, and those of one time
/// by id: so the last track of a run is the last entry of that run, whatever was updated or
/// removed before.
///
/// Most pairs have one track. That is kept in the map itself, which then takes 16 bytes for it.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    map: HashMap<Pair, Tracks, ByNumber>,
    several: Table<Several>,
    /// Numbers of lists that are no longer used.
    free: Vec<u32>,
}

/// The number of the one track, or where the list of several is.
#[derive(Clone, Copy, Debug)]
enum Tracks {
    One(TrackNo),
    Several(u32),
}

/// Several tracks, by run and time.
#[derive(Debug)]
enum Several {
    /// A few: numbers only, the rest is looked up.
    Few(Vec<TrackNo>),
    Many(Box<Sorted<RunKey>>),
}

/// A track in the order of runs, and within a run in the order of time.
type RunKey = (RunNo, TimeKey);

/// How many tracks are a few.
const FEW: usize = 32;

impl Pairs {
    /// Adds a track, whose row is there already; tells whether it is the first of its pair.
    pub(crate) fn insert(&mut self, row: &Row, track: TrackNo, rows: &Rows) -> bool {
        match self.map.entry((row.task, row.user)) {
            Entry::Vacant(entry) => {
                entry.insert(Tracks::One(track));
                return true;
            }
            Entry::Occupied(mut entry) => match *entry.get() {
                Tracks::One(first) => {
                    let mut list = vec![first];
                    insert_few(&mut list, key(row, track), rows);
                    let number = keep(&mut self.several, &mut self.free, Several::Few(list));
                    entry.insert(Tracks::Several(number));
                }
                Tracks::Several(number) => {
                    if let Some(several) = self.several.get_mut(number) {
                        several.insert(key(row, track), rows);
                    }
                }
            },
        }
        false
    }

    /// Takes a track out that was put in with this row; tells whether it was the last of its
    /// pair.
    pub(crate) fn remove(&mut self, row: &Row, track: TrackNo) -> bool {
        let Entry::Occupied(mut entry) = self.map.entry((row.task, row.user)) else {
            return false;
        };
        match *entry.get() {
            Tracks::One(only) => {
                if only != track {
                    return false;
                }
                entry.remove();
                if self.map.len() * 8 < self.map.capacity() {
                    self.map.shrink_to(self.map.len() * 2);
                }
                true
            }
            Tracks::Several(number) => {
                let several = self.several.get_mut(number);
                if let Some(only) = several.and_then(|several| several.remove(key(row, track))) {
                    self.several.remove(number);
                    self.free.push(number);
                    entry.insert(Tracks::One(only));
                }
                false
            }
        }
    }

    /// The last track of a pair in a run.
    pub(crate) fn last(&self, pair: Pair, run: RunNo, rows: &Rows) -> Option<TrackNo> {
        match self.find(pair)? {
            Found::One(track) => (rows.get(track)?.run == run).then_some(track),
            Found::Few(tracks) => {
                let latest = tracks
                    .iter()
                    .rev()
                    .find(|track| run_of(rows, **track) <= run)?;
                (run_of(rows, *latest) == run).then_some(*latest)
            }
            Found::Many(tracks) => {
                let end = tracks.seek(|key| key.0 <= run);
                let latest = tracks.before(end)?;
                (latest.0 == run).then(|| latest.1.track())
            }
        }
    }

    /// How many tracks a pair has.
    pub(crate) fn len(&self, pair: Pair) -> usize {
        match self.find(pair) {
            None => 0,
            Some(Found::One(_)) => 1,
            Some(Found::Few(tracks)) => tracks.len(),
            Some(Found::Many(tracks)) => tracks.len(),
        }
    }

    /// The tracks of a pair, by id.
    pub(crate) fn tracks(&self, pair: Pair) -> Vec<TrackNo> {
        let mut numbers = match self.find(pair) {
            None => Vec::new(),
            Some(Found::One(track)) => vec![track],
            Some(Found::Few(tracks)) => tracks.to_vec(),
            Some(Found::Many(tracks)) => tracks.iter().map(|key| key.1.track()).collect(),
        };
        numbers.sort_unstable();
        numbers
    }

    /// The tracks of a pair in a run, by id.
    pub(crate) fn tracks_in_run(&self, pair: Pair, run: RunNo, rows: &Rows) -> Vec<TrackNo> {
        let mut numbers = match self.find(pair) {
            None => Vec::new(),
            Some(Found::One(track)) => vec![track],
            Some(Found::Few(tracks)) => tracks.to_vec(),
            Some(Found::Many(tracks)) => {
                let (from, to) = (
                    tracks.seek(|key| key.0 < run),
                    tracks.seek(|key| key.0 <= run),
                );
                let mut numbers: Vec<_> =
                    tracks.between(from, to).map(|key| key.1.track()).collect();
                numbers.sort_unstable();
                return numbers;
            }
        };
        numbers.retain(|track| run_of(rows, *track) == run);
        numbers.sort_unstable();
        numbers
    }

    fn find(&self, pair: Pair) -> Option<Found<'_>> {
        match *self.map.get(&pair)? {
            Tracks::One(track) => Some(Found::One(track)),
            Tracks::Several(number) => match self.several.get(number)? {
                Several::Few(tracks) => Some(Found::Few(tracks)),
                Several::Many(tracks) => Some(Found::Many(tracks)),
            },
        }
    }
}

/// The tracks of a pair, in whichever way they are kept.
enum Found<'p> {
    One(TrackNo),
    Few(&'p [TrackNo]),
    Many(&'p Sorted<RunKey>),
}

impl Several {
    fn insert(&mut self, new: RunKey, rows: &Rows) {
        match self {
            Self::Few(tracks) if tracks.len() < FEW => insert_few(tracks, new, rows),
            Self::Few(tracks) => {
                let keys = tracks
                    .iter()
                    .filter_map(|track| Some(key(rows.get(*track)?, *track)));
                let mut many: Sorted<RunKey> = keys.collect();
                many.insert(new);
                *self = Self::Many(Box::new(many));
            }
            Self::Many(tracks) => {
                tracks.insert(new);
            }
        }
    }

    /// Takes a track out, and tells which one is left where that is only one.
    fn remove(&mut self, old: RunKey) -> Option<TrackNo> {
        match self {
            Self::Few(tracks) => {
                tracks.retain(|other| *other != old.1.track());
                (tracks.len() == 1)
                    .then(|| tracks.last().copied())
                    .flatten()
            }
            Self::Many(tracks) => {
                tracks.remove(old);
                if tracks.len() <= FEW / 2 {
                    *self = Self::Few(tracks.iter().map(|key| key.1.track()).collect());
                }
                None
            }
        }
    }
}

fn key(row: &Row, track: TrackNo) -> RunKey {
    (row.run, TimeKey::new(row.time, track))
}

fn run_of(rows: &Rows, track: TrackNo) -> RunNo {
    rows.get(track).map_or(0, |row| row.run)
}

/// Puts a list under a number that is free.
fn keep(lists: &mut Table<Several>, free: &mut Vec<u32>, list: Several) -> u32 {
    let number = free.pop().unwrap_or(lists.len() as u32);
    lists.insert(number, list);
    number
}

fn insert_few(tracks: &mut Vec<TrackNo>, new: RunKey, rows: &Rows) {
    // From the end, since what comes in is mostly the latest.
    let is_later = |other: &&TrackNo| rows.get(**other).is_some_and(|row| key(row, **other) > new);
    let later = tracks.iter().rev().take_while(is_later).count();
    tracks.insert(tracks.len() - later, new.1.track());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use tracking_core::Timestamp;

    use super::*;

    #[test]
    fn one_track_of_a_pair_takes_16_bytes() {
        assert_eq!(size_of::<(Pair, Tracks)>(), 16);
    }

    proptest! {
        #[test]
        fn the_last_one_of_a_run_is_the_one_with_the_highest_time_and_then_id(
            changes in prop::collection::vec((0..120_u32, any::<bool>(), 0..20_i64, 1..4_u32), 1..400),
        ) {
            let (mut pairs, mut rows) = (Pairs::default(), Rows::default());
            let (task, user) = (Slot::at(7).unwrap(), Slot::at(1).unwrap());
            let mut there: BTreeMap<u32, Row> = BTreeMap::new();
            for (track, insert, secs, run) in changes {
                if let Some(row) = there.remove(&track) {
                    prop_assert_eq!(pairs.remove(&row, track), there.is_empty());
                    rows.remove(track);
                } else if insert {
                    let row = Row::new(Timestamp::from_secs(secs).unwrap(), task, run, user);
                    rows.insert(track, row, "{}");
                    prop_assert_eq!(pairs.insert(&row, track, &rows), there.is_empty());
                    there.insert(track, row);
                }
                prop_assert_eq!(pairs.tracks((task, user)), there.keys().copied().collect::<Vec<_>>());
                prop_assert_eq!(pairs.len((task, user)), there.len());
                for run in 1..4 {
                    let mine = there.iter().filter(|(_, row)| row.run == run);
                    let last = mine.clone().map(|(track, row)| (row.time, *track)).max();
                    prop_assert_eq!(pairs.last((task, user), run, &rows), last.map(|last| last.1));
                    let expected: Vec<u32> = mine.map(|(track, _)| *track).collect();
                    prop_assert_eq!(pairs.tracks_in_run((task, user), run, &rows), expected);
                }
            }
        }
    }
}
