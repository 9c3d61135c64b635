//! Removing and renaming many tracks.

use std::collections::{BTreeMap, BTreeSet};

use tracking_core::{
    ChangeKind, Error, Query, Removal, RemovalTarget, Removed, Result, Retention, RunQuery,
    Timestamp, UserName,
};

use crate::feed::commit;
use crate::numbers::{RunNo, TrackNo};
use crate::plan::Plan;
use crate::run_queries;
use crate::select::{limited, select, select_any};
use crate::sorted_set::{BlockedSortedSet, Position};
use crate::state::{State, ids_exhausted, run_no};
use crate::time_key::TimeKey;

/// Removes tracks and runs, and tells how many that were.
pub(crate) fn remove_by(state: &mut State, removal: &Removal, now: Timestamp) -> Result<Removed> {
    let (tracks, kind) = match removal.target() {
        RemovalTarget::Tracks(query) => (matching(state, query)?, ChangeKind::TrackRemoved),
        RemovalTarget::OldTracks { retention, among } => {
            (old(state, retention, among), ChangeKind::TrackRemoved)
        }
        RemovalTarget::User(user) => {
            let query = Query::all().user(user.as_str());
            (matching(state, &query)?, ChangeKind::UserErased)
        }
        RemovalTarget::Runs { query, only_empty } => {
            return Ok(remove_runs(state, query, *only_empty, now));
        }
        _ => return Err(Error::unsupported("remove what a later version knows")),
    };
    Ok(remove(
        state,
        tracks,
        kind,
        removal.removes_empty_runs(),
        now,
    ))
}

/// The tracks that a query asks for.
fn matching(state: &State, query: &Query) -> Result<Vec<TrackNo>> {
    let mut found = Vec::new();
    let plan = Plan::new(state, query);
    select(
        state,
        query,
        &plan,
        &mut limited(query.max_tracks(), |number, _| found.push(number)),
    )?;
    Ok(found)
}

/// The tracks that are too old to be kept, among those that meet the criteria of a query.
fn old(state: &State, retention: &Retention, among: &Query) -> Vec<TrackNo> {
    let mut found = if among.has_no_criteria() {
        old_of_all(state, retention)
    } else {
        old_among(state, retention, &among.clone().criteria_only())
    };
    found.sort_unstable();
    found.dedup();
    found.truncate(retention.max_removed().unwrap_or(usize::MAX));
    found
}

fn old_of_all(state: &State, retention: &Retention) -> Vec<TrackNo> {
    let mut found = Vec::new();
    if let Some(oldest) = retention.oldest_kept() {
        let end = state.times.seek(|key| *key < TimeKey::first_at(oldest));
        found.extend(
            state
                .times
                .between(Position::START, end)
                .map(TimeKey::track),
        );
    }
    if let Some(kept) = retention.kept_per_user() {
        beyond(state, kept, &mut found);
    }
    found
}

fn old_among(state: &State, retention: &Retention, among: &Query) -> Vec<TrackNo> {
    let (mut found, mut pairs) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
    select_any(state, &Plan::new(state, among), |number, row| {
        if retention.oldest_kept().is_some_and(|time| row.time < time) {
            found.push(number);
        }
        if retention.kept_per_user().is_some() {
            let pair = pairs.entry((row.task, row.user)).or_default();
            pair.push((row.time, number));
        }
    });
    let kept = retention.kept_per_user().unwrap_or(usize::MAX);
    for tracks in pairs.into_values() {
        found.extend(all_but_last(tracks, kept));
    }
    found
}

/// Removes runs with all their tracks, or those without any.
fn remove_runs(state: &mut State, query: &RunQuery, only_empty: bool, now: Timestamp) -> Removed {
    let limit = query.max_runs().unwrap_or(usize::MAX);
    let numbers = run_queries::find(state, query).filter_map(|run| run_no(run.id()));
    let tracks_of = |number: &RunNo| state.runs.get(*number).map(|run| &run.tracks);
    let is_wanted =
        |number: &RunNo| !only_empty || tracks_of(number).is_some_and(BlockedSortedSet::is_empty);
    let runs: Vec<RunNo> = numbers.filter(is_wanted).take(limit).collect();
    let tracks = runs.iter().filter_map(tracks_of);
    let mut tracks: Vec<TrackNo> = tracks.flat_map(BlockedSortedSet::iter).collect();
    tracks.retain(|track| state.remove_track(*track));
    finish(state, (ChangeKind::TrackRemoved, &tracks), runs, now)
}

/// Removes the runs, and tells the change feed of these and of the tracks that were removed.
fn finish(
    state: &mut State,
    (kind, tracks): (ChangeKind, &[TrackNo]),
    mut runs: Vec<RunNo>,
    now: Timestamp,
) -> Removed {
    runs.retain(|run| state.remove_run(*run));
    commit(
        state,
        now,
        [(kind, tracks), (ChangeKind::RunRemoved, &*runs)],
    );
    Removed::new(tracks.len() as u64, runs.len() as u64)
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
        let new = state
            .users
            .intern(to)
            .ok_or_else(|| ids_exhausted("users"))?;
        for track in &tracks {
            state.move_to_user(*track, new);
        }
        state.release_user(old);
        commit(state, now, [(ChangeKind::UserRenamed, &*tracks)]);
    }
    Ok(tracks.len())
}

/// Removes tracks, and the runs that have none left where these go, too.
fn remove(
    state: &mut State,
    mut tracks: Vec<TrackNo>,
    kind: ChangeKind,
    with_empty_runs: bool,
    now: Timestamp,
) -> Removed {
    let mut runs = BTreeSet::new();
    if with_empty_runs {
        let rows = tracks.iter().filter_map(|track| state.rows.get(*track));
        runs.extend(rows.map(|row| row.run));
    }
    tracks.retain(|track| state.remove_track(*track));
    runs.retain(|run| {
        let run = state.runs.get(*run);
        run.is_some_and(|run| run.tracks.is_empty())
    });
    finish(state, (kind, &tracks), runs.into_iter().collect(), now)
}

/// Finds the tracks of each task and user that are not among the last `kept`.
fn beyond(state: &State, kept: usize, found: &mut Vec<TrackNo>) {
    for (_, _, task) in state.tasks.sorted() {
        let pairs = task.users.iter();
        for pair in pairs.filter_map(|user| state.task_users.find(&task.users, user)) {
            if pair.len() > kept {
                let time = |track: TrackNo| (state.rows.time(track), track);
                found.extend(all_but_last(
                    pair.all().into_iter().map(time).collect(),
                    kept,
                ));
            }
        }
    }
}

/// The tracks that are not among the last `kept`.
fn all_but_last(
    mut tracks: Vec<(Timestamp, TrackNo)>,
    kept: usize,
) -> impl Iterator<Item = TrackNo> {
    tracks.sort_unstable();
    tracks.truncate(tracks.len().saturating_sub(kept));
    tracks.into_iter().map(|track| track.1)
}
