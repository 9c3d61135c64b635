//! Wrong saves and updates.

use parking_lot::Mutex;
use serde_json::{Map, Value};
use tracking_core::{
    Batch, Data, NewTrack, Operation, Order, Outcome, Query, Result, RunChoice, SaveMode, TaskId,
    Timestamp, Track, TrackId, TrackingStorageExt as _, UserName,
};

use super::rewrite;
use super::wrap::{Right, Rules, only_operation};

fn last(right: &Right, track: &NewTrack) -> Option<Track> {
    let last = right.last_track(track.task(), track.run(), track.user());
    last.ok().flatten()
}

/// Merges nested objects instead of replacing them.
pub(super) struct MergesDeep;

impl Rules for MergesDeep {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some(last) = last(right, track).filter(|_| track.mode() == SaveMode::Merge) else {
            return track.clone();
        };
        let (Ok(mut old), Ok(new)) = (last.data().to_map(), track.data().to_map()) else {
            return track.clone();
        };
        merge_deep(&mut old, new);
        Data::try_from(old).map_or_else(
            |_| track.clone(),
            |data| rewrite::track(track, data, SaveMode::Merge),
        )
    }
}

fn merge_deep(old: &mut Map<String, Value>, new: Map<String, Value>) {
    for (key, value) in new {
        match (old.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge_deep(old, new),
            (_, value) => {
                old.insert(key, value);
            }
        }
    }
}

/// Takes a key away where null is merged into it.
pub(super) struct NullTakesKeysAway;

impl Rules for NullTakesKeysAway {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some(last) = last(right, track).filter(|_| track.mode() == SaveMode::Merge) else {
            return track.clone();
        };
        let merged = last.data().merged_with(track.data().as_ref());
        let Ok(mut merged) = merged.and_then(|data| data.to_map()) else {
            return track.clone();
        };
        merged.retain(|_, value| !value.is_null());
        Data::try_from(merged).map_or_else(
            |_| track.clone(),
            |data| rewrite::track(track, data, SaveMode::Replace),
        )
    }
}

/// Moves the time of a track into which nothing is merged.
pub(super) struct EmptyMergeMovesTime;

impl Rules for EmptyMergeMovesTime {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        match last(right, track) {
            Some(last) if track.mode() == SaveMode::Merge && track.data().is_empty() => {
                rewrite::track(track, last.into_data(), SaveMode::Replace)
            }
            _ => track.clone(),
        }
    }
}

/// Does not replace data by nothing.
pub(super) struct EmptyReplaceDoesNothing;

impl Rules for EmptyReplaceDoesNothing {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        if track.mode() == SaveMode::Replace && track.data().is_empty() {
            track.clone().updating(SaveMode::Merge)
        } else {
            track.clone()
        }
    }
}

/// Takes the time 0 for now.
pub(super) struct TimeZeroMeansNow;

impl Rules for TimeZeroMeansNow {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        if track.time() == Some(Timestamp::EPOCH) {
            rewrite::without_key(track, track.data().clone(), track.mode(), false)
        } else {
            track.clone()
        }
    }
}

/// Keeps times to the second.
pub(super) struct CutsMicroseconds;

impl Rules for CutsMicroseconds {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        let seconds = track.time().map(|time| Timestamp::from_secs(time.secs()));
        match seconds {
            Some(Ok(time)) => track.clone().at(time),
            _ => track.clone(),
        }
    }
}

/// Writes user names in small letters.
pub(super) struct LowersNames;

impl Rules for LowersNames {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        let user = track.user().to_lowercase();
        let new = NewTrack::new(track.task().clone(), user, track.data().clone());
        new.map_or_else(
            |_| track.clone(),
            |new| {
                let new = new.in_run(track.run()).updating(track.mode());
                let new = track
                    .key()
                    .map_or_else(|| new.clone(), |key| new.clone().with_key(key));
                track
                    .time()
                    .map_or_else(|| new.clone(), |time| new.clone().at(time))
            },
        )
    }
}

/// Takes the highest id for the last track, whatever its time.
pub(super) struct LastByIdOnly;

impl Rules for LastByIdOnly {
    fn last_track(
        &self,
        right: &Right,
        task: &TaskId,
        run: RunChoice,
        user: &UserName,
    ) -> Result<Option<Track>> {
        let tracks = right.user_tracks(task, run, user)?;
        Ok(tracks.into_iter().next_back())
    }
}

/// Takes the last track of any run.
pub(super) struct LastOfAnyRun;

impl Rules for LastOfAnyRun {
    fn last_track(
        &self,
        right: &Right,
        task: &TaskId,
        _run: RunChoice,
        user: &UserName,
    ) -> Result<Option<Track>> {
        let query = Query::all().task(task.as_str()).user(user.as_str());
        let tracks = right.query(&query.order(Order::TimeDescending).limit(1))?;
        Ok(tracks.into_iter().next())
    }
}

/// Gives the id of a removed track again.
#[derive(Default)]
pub(super) struct ReusesIds(Mutex<Option<TrackId>>);

impl Rules for ReusesIds {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let mut outcomes = right.apply(batch)?;
        let mut free = self.0.lock();
        for (operation, outcome) in batch.operations().iter().zip(&mut outcomes) {
            match (operation, &outcome) {
                (Operation::Remove(id), Outcome::Removed(true)) => *free = Some(*id),
                (_, Outcome::Saved(id)) => *outcome = Outcome::Saved(free.take().unwrap_or(*id)),
                _ => {}
            }
        }
        Ok(outcomes)
    }
}

/// Reads a track and writes the merged one, without care for who does so meanwhile.
pub(super) struct LosesMerges;

impl Rules for LosesMerges {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let Some(Operation::Save(track)) = only_operation(batch) else {
            return right.apply(batch);
        };
        let Some(last) = last(right, track).filter(|_| track.mode() == SaveMode::Merge) else {
            return right.apply(batch);
        };
        let merged = last.data().merged_with(track.data().as_ref())?;
        std::thread::yield_now();
        let track = rewrite::track(track, merged, SaveMode::Replace);
        right.apply(&Batch::new().save(track))
    }
}
