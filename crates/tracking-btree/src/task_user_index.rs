//! The tracks of each task and user, run by run, the last one of each run at hand.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use smallvec::{SmallVec, smallvec};

use crate::hash::ByNumber;
use crate::numbers::{NameId, RunNo, Table, TrackNo};
use crate::rows::{Row, Rows};
use crate::sorted_set::BlockedSortedSet;
use crate::time_key::TimeKey;

/// The users of a task, each with the tracks of both.
///
/// Each task has a map of its own, so that the room of the largest task is all that ever has to
/// be made larger at once, and nobody waits long for that.
#[derive(Debug, Default)]
pub(crate) struct Users(HashMap<NameId, Tracks, ByNumber>);

impl Users {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = NameId> {
        self.0.keys().copied()
    }
}

/// For each task and user their tracks by run, within a run by time stamp, and those of one time
/// by id: so the last track of a run is the last entry of that run, whatever was updated or
/// removed before.
///
/// Most pairs have one track. That is kept among the users of the task, which take 12 bytes for
/// it; here are the lists of those that have several.
#[derive(Debug, Default)]
pub(crate) struct TaskUserIndex {
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
    /// A few: runs and numbers only. Their times are looked up where two are of one run.
    Few(Few),
    Many(Box<BlockedSortedSet<RunKey>>),
}

/// The runs and numbers of a few tracks. Most of those who have several have up to four, which stand
/// right here and take no room elsewhere. The runs are in the rows, too, but each row that has to be
/// fetched from memory takes as long as all the rest of a lookup.
type Few = SmallVec<[(RunNo, TrackNo); 4]>;

/// A track in the order of runs, and within a run in the order of time.
pub(crate) type RunKey = (RunNo, TimeKey);

/// How many tracks are a few.
const MAX_INLINE: usize = 32;

impl TaskUserIndex {
    /// Adds a track to those of a task and user; its row is there already.
    pub(crate) fn insert(&mut self, users: &mut Users, row: &Row, track: TrackNo, rows: &Rows) {
        match users.0.entry(row.user) {
            Entry::Vacant(entry) => {
                entry.insert(Tracks::One(track));
            }
            Entry::Occupied(mut entry) => match *entry.get() {
                Tracks::One(first) => {
                    let mut list = smallvec![(run_of(rows, first), first)];
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
    }

    /// Takes a track out that was put in with this row.
    pub(crate) fn remove(&mut self, users: &mut Users, row: &Row, track: TrackNo) {
        let Entry::Occupied(mut entry) = users.0.entry(row.user) else {
            return;
        };
        match *entry.get() {
            Tracks::One(only) => {
                if only == track {
                    entry.remove();
                    if users.0.len() * 8 < users.0.capacity() {
                        users.0.shrink_to(users.0.len() * 2);
                    }
                }
            }
            Tracks::Several(number) => {
                let several = self.several.get_mut(number);
                if let Some(only) = several.and_then(|several| several.remove(key(row, track))) {
                    self.several.remove(number);
                    self.free.push(number);
                    entry.insert(Tracks::One(only));
                }
            }
        }
    }

    /// Moves a track to the place that it has by its new row, which is there already.
    pub(crate) fn change(
        &mut self,
        users: &Users,
        (before, after): (&Row, &Row),
        track: TrackNo,
        rows: &Rows,
    ) {
        if let Some(Tracks::Several(number)) = users.0.get(&after.user)
            && let Some(several) = self.several.get_mut(*number)
        {
            several.remove(key(before, track));
            several.insert(key(after, track), rows);
        }
    }

    /// The tracks of a task and user, if they have any.
    pub(crate) fn find(&self, users: &Users, user: NameId) -> Option<TaskUserTracks<'_>> {
        match *users.0.get(&user)? {
            Tracks::One(track) => Some(TaskUserTracks::One(track)),
            Tracks::Several(number) => match self.several.get(number)? {
                Several::Few(tracks) => Some(TaskUserTracks::Few(tracks)),
                Several::Many(tracks) => Some(TaskUserTracks::Many(tracks)),
            },
        }
    }
}

/// The tracks of a task and user, in whichever way they are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TaskUserTracks<'p> {
    One(TrackNo),
    Few(&'p [(RunNo, TrackNo)]),
    Many(&'p BlockedSortedSet<RunKey>),
}

impl TaskUserTracks<'_> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Few(tracks) => tracks.len(),
            Self::Many(tracks) => tracks.len(),
        }
    }

    /// The last one in a run.
    pub(crate) fn last(self, run: RunNo, rows: &Rows) -> Option<TrackNo> {
        match self {
            Self::One(track) => (run_of(rows, track) == run).then_some(track),
            Self::Few(tracks) => {
                let latest = tracks.iter().rev().find(|entry| entry.0 <= run)?;
                (latest.0 == run).then_some(latest.1)
            }
            Self::Many(tracks) => {
                let end = tracks.seek(|key| key.0 <= run);
                let latest = tracks.before(end)?;
                (latest.0 == run).then(|| latest.1.track())
            }
        }
    }

    /// All of them, by id.
    pub(crate) fn all(self) -> Vec<TrackNo> {
        let mut numbers = match self {
            Self::One(track) => vec![track],
            Self::Few(tracks) => tracks.iter().map(|entry| entry.1).collect(),
            Self::Many(tracks) => tracks.iter().map(|key| key.1.track()).collect(),
        };
        numbers.sort_unstable();
        numbers
    }

    /// Those in a run, by id.
    pub(crate) fn in_run(self, run: RunNo, rows: &Rows) -> Vec<TrackNo> {
        let mut numbers: Vec<TrackNo> = match self {
            Self::One(track) if run_of(rows, track) == run => vec![track],
            Self::One(_) => Vec::new(),
            Self::Few(tracks) => {
                let wanted = tracks.iter().filter(|entry| entry.0 == run);
                wanted.map(|entry| entry.1).collect()
            }
            Self::Many(tracks) => {
                let from = tracks.seek(|key| key.0 < run);
                let tracks = tracks.between(from, tracks.seek(|key| key.0 <= run));
                tracks.map(|key| key.1.track()).collect()
            }
        };
        numbers.sort_unstable();
        numbers
    }
}

impl Several {
    fn insert(&mut self, new: RunKey, rows: &Rows) {
        match self {
            Self::Few(tracks) if tracks.len() < MAX_INLINE => insert_few(tracks, new, rows),
            Self::Few(tracks) => {
                let keys = tracks
                    .iter()
                    .filter_map(|(_, track)| Some(key(rows.get(*track)?, *track)));
                let mut many: BlockedSortedSet<RunKey> = keys.collect();
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
                tracks.retain(|(_, other)| *other != old.1.track());
                match tracks.as_slice() {
                    [(_, only)] => Some(*only),
                    _ => None,
                }
            }
            Self::Many(tracks) => {
                tracks.remove(old);
                if tracks.len() <= MAX_INLINE / 2 {
                    let few = tracks.iter().map(|key| (key.0, key.1.track()));
                    *self = Self::Few(few.collect());
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

fn insert_few(tracks: &mut Few, new: RunKey, rows: &Rows) {
    // From the end, since what comes in is mostly the latest.
    let is_later = |(run, track): &&(RunNo, TrackNo)| match run.cmp(&new.0) {
        Ordering::Equal => TimeKey::new(rows.time(*track), *track) > new.1,
        order => order.is_gt(),
    };
    let later = tracks.iter().rev().take_while(is_later).count();
    tracks.insert(tracks.len() - later, (new.0, new.1.track()));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use tracking_core::Timestamp;

    use super::*;

    #[test]
    fn one_track_of_a_pair_takes_12_bytes() {
        assert_eq!(size_of::<(NameId, Tracks)>(), 12);
    }

    #[test]
    fn a_few_tracks_of_a_pair_take_48_bytes() {
        assert_eq!(size_of::<Option<Several>>(), 48);
    }

    proptest! {
        #[test]
        fn the_last_one_of_a_run_is_the_one_with_the_highest_time_and_then_id(
            changes in prop::collection::vec((0..120_u32, 0..3_u8, 0..20_i64, 1..4_u32), 1..400),
        ) {
            let (mut index, mut users, mut rows) = (TaskUserIndex::default(), Users::default(), Rows::default());
            let (task, user) = (NameId::at(7).unwrap(), NameId::at(1).unwrap());
            let mut there: BTreeMap<u32, Row> = BTreeMap::new();
            for (track, change, secs, run) in changes {
                let time = Timestamp::from_secs(secs).unwrap();
                match (there.get(&track).copied(), change) {
                    (Some(row), 0) => {
                        rows.set_time(track, time);
                        index.change(&users, (&row, &row.at(time)), track, &rows);
                        there.insert(track, row.at(time));
                    }
                    (Some(row), _) => {
                        index.remove(&mut users, &row, track);
                        rows.remove(track);
                        there.remove(&track);
                    }
                    (None, 0) => {}
                    (None, _) => {
                        let row = Row::new(time, task, run, user);
                        rows.insert(track, row, "{}");
                        index.insert(&mut users, &row, track, &rows);
                        there.insert(track, row);
                    }
                }
                prop_assert_eq!(users.iter().count(), usize::from(!there.is_empty()));
                let found = index.find(&users, user);
                prop_assert_eq!(found.map_or(0, TaskUserTracks::len), there.len());
                let all: Vec<u32> = there.keys().copied().collect();
                prop_assert_eq!(found.map_or(Vec::new(), TaskUserTracks::all), all);
                for run in 1..4 {
                    let mine = there.iter().filter(|(_, row)| row.run == run);
                    let last = mine.clone().map(|(track, row)| (row.time, *track)).max();
                    let found_last = found.and_then(|found| found.last(run, &rows));
                    prop_assert_eq!(found_last, last.map(|last| last.1));
                    let expected: Vec<u32> = mine.map(|(track, _)| *track).collect();
                    prop_assert_eq!(found.map_or(Vec::new(), |found| found.in_run(run, &rows)), expected);
                }
            }
        }
    }
}
