//! The stored tracks of a user around a time, among which a session is looked for.

use std::collections::{BTreeMap, HashMap};

use tracking_core::{Timestamp, UserName};

/// Where a track stands among those of a user.
pub(crate) type Position = (Timestamp, i64);

/// How many tracks are fetched on each side of a time. Usually the nearest one decides; the others
/// are for tracks of finished runs, and for those that the transaction changes itself.
pub(crate) const TRACKS: i64 = 4;

/// A save: by whom, and when; without a time, when the transaction has the lock.
pub(crate) type Saver = (UserName, Option<Timestamp>);

/// The stored tracks of a user in runs of no task, within a range that was fetched.
#[derive(Debug)]
pub(crate) struct SessionWindow {
    pub(crate) from: Position,
    pub(crate) to: Position,
    /// The run of each track.
    pub(crate) tracks: BTreeMap<Position, i64>,
}

/// The windows of a transaction.
#[derive(Debug, Default)]
pub(crate) struct SessionWindows(HashMap<Saver, SessionWindow>);

impl SessionWindows {
    pub(crate) fn new(windows: HashMap<Saver, SessionWindow>) -> Self {
        Self(windows)
    }

    /// The window that was fetched for a save.
    pub(crate) fn get(&self, saver: &Saver) -> Option<&SessionWindow> {
        self.0.get(saver)
    }

    /// The window around a time, or the one at the end.
    pub(crate) fn around(&self, user: &UserName, time: Timestamp) -> Option<&SessionWindow> {
        let exact = self.0.get(&(user.clone(), Some(time)));
        exact.or_else(|| self.0.get(&(user.clone(), None)))
    }
}

impl SessionWindow {
    /// The window of a range, of which the nearest tracks on each side of a time were fetched.
    pub(crate) fn new(
        (low, time, high): (Timestamp, Timestamp, Timestamp),
        tracks: BTreeMap<Position, i64>,
    ) -> Self {
        let limit = usize::try_from(TRACKS).unwrap_or(usize::MAX);
        let middle = (time, i64::MAX);
        let from = match tracks.range(..=middle) {
            before if before.clone().count() < limit => (low, i64::MIN),
            mut before => before.next().map_or((low, i64::MIN), |(first, _)| *first),
        };
        let to = match tracks.range(middle..) {
            after if after.clone().count() < limit => (high, i64::MAX),
            mut after => after
                .next_back()
                .map_or((high, i64::MAX), |(last, _)| *last),
        };
        Self { from, to, tracks }
    }
}
