//! Removing and renaming many tracks.

use tracking_core::{ChangeKind, Query, Result, Retention, Timestamp, UserName};

use crate::plan::Plan;
use crate::select::{limited, select};
use crate::slots::TrackNo;
use crate::sorted::Place;
use crate::state::{State, no_more};
use crate::times::TimeKey;

/// Removes what a query asks for, and tells how many that were; `kind` is what the change feed
/// calls it.
pub(crate) fn remove_matching(
    state: &mut State,
    query: &Query,
    kind: ChangeKind,
    now: Timestamp,
) -> Result<usize> {
    let mut found = Vec::new();
    let plan = Plan::new(state, query);
    select(
        state,
        query,
        &plan,
        &mut limited(query.max_tracks(), |number, _| found.push(number)),
    )?;
    Ok(remove(state, found, kind, now))
}

/// Removes what is too old to be kept, and tells how many that were.
pub(crate) fn prune(state: &mut State, retention: &Retention, now: Timestamp) -> usize {
    let mut found = Vec::new();
    if let Some(oldest) = retention.oldest_kept() {
        let end = state.times.seek(|key| *key < TimeKey::first_at(oldest));
        found.extend(state.times.between(Place::START, end).map(TimeKey::track));
    }
    if let Some(kept) = retention.kept_per_user() {
        beyond(state, kept, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(retention.max_removed().unwrap_or(usize::MAX));
    remove(state, found, ChangeKind::TrackRemoved, now)
}

/// Gives all tracks of a user to another name, and tells how many that were.
pub(crate) fn rename_user(
    state: &mut State,
    from: &UserName,
    to: &UserName,
    now: Timestamp,
) -> Result<usize> {
    let Some(old) = state.users.find(from) else {
        return Ok(0);
    };
    let tracks: Vec<TrackNo> = state
        .users
        .get(old)
        .map_or_else(Vec::new, |user| user.tracks.iter().collect());
    if from != to {
        let new = state.users.slot_of(to).ok_or_else(|| no_more("users"))?;
        for track in &tracks {
            state.move_to_user(*track, new);
        }
        state.release_user(old);
        commit(state, ChangeKind::UserRenamed, &tracks, now);
    }
    Ok(tracks.len())
}

fn remove(state: &mut State, mut tracks: Vec<TrackNo>, kind: ChangeKind, now: Timestamp) -> usize {
    tracks.retain(|track| state.remove_track(*track));
    commit(state, kind, &tracks, now);
    tracks.len()
}

/// Puts into the change feed, where there is one, what has happened to these tracks or runs.
pub(crate) fn commit(state: &mut State, kind: ChangeKind, numbers: &[u32], now: Timestamp) {
    if let Some(mut changes) = state.feed.collect() {
        for number in numbers {
            changes.add(kind, (*number).into());
        }
        state.feed.commit(changes, now);
    }
}

/// Finds the tracks of each task and user that are not among the last `kept`.
fn beyond(state: &State, kept: usize, found: &mut Vec<TrackNo>) {
    for (_, _, task) in state.tasks.sorted() {
        let pairs = task.users.iter();
        for pair in pairs.filter_map(|user| state.pairs.find(&task.users, user)) {
            if pair.len() <= kept {
                continue;
            }
            let time = |track: TrackNo| (state.rows.time(track), track);
            let mut tracks: Vec<(Timestamp, TrackNo)> = pair.all().into_iter().map(time).collect();
            tracks.sort_unstable();
            tracks.truncate(tracks.len() - kept);
            found.extend(tracks.iter().map(|track| track.1));
        }
    }
}
