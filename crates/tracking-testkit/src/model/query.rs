//! Questions, answered by looking at everything.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tracking_core::{
    Cursor, Error, Group, GroupBy, GroupKey, Grouping, Order, Query, Result, Run, RunChoice, RunId,
    RunQuery, RunSelector, TaskId, Timestamp, Track, UserName,
};

use super::state::State;

impl State {
    /// The tracks that meet a query's criteria, by id.
    pub(super) fn matching<'s>(&'s self, query: &Query) -> impl Iterator<Item = &'s Track> {
        let query = query.clone();
        self.tracks
            .values()
            .filter(move |track| query.matches(&track.as_ref()))
    }

    /// The tracks that a query asks for from its cursor on, in its order, whatever its limit.
    pub(super) fn rest(&self, query: &Query) -> Result<Vec<Track>> {
        let cursor = query.cursor()?;
        let after =
            |track: &&Track| cursor.is_none_or(|cursor| cursor.is_before(track.time(), track.id()));
        let mut tracks: Vec<Track> = self.matching(query).filter(after).cloned().collect();
        match query.track_order() {
            Order::Id => tracks.sort_by_key(Track::id),
            Order::IdDescending => tracks.sort_by_key(|track| Reverse(track.id())),
            Order::Time => tracks.sort_by_key(|track| (track.time(), track.id())),
            Order::TimeDescending => {
                tracks.sort_by_key(|track| Reverse((track.time(), track.id())));
            }
            other => return Err(Error::unsupported(format!("sort by {other:?}"))),
        }
        Ok(tracks)
    }

    pub(super) fn groups(&self, query: &Query, grouping: &Grouping) -> Vec<Group> {
        let mut tracks_of = BTreeMap::<_, Vec<&Track>>::new();
        for track in self.matching(query) {
            let keys = grouping.keys_of(&track.as_ref());
            tracks_of.entry(keys).or_default().push(track);
        }
        let mut groups: Vec<Group> = Vec::new();
        for ((first, second), tracks) in tracks_of {
            let distinct = grouping.distinct().iter();
            let distinct = distinct.map(|by| number_of_different(&tracks, by));
            let group = Group::new(first, second, tracks.len() as u64);
            groups.push(group.with_distinct(distinct.collect()));
        }
        if grouping.is_largest_first() {
            // The sort is stable: groups of one size stay in the order of their keys.
            groups.sort_by_key(|group| Reverse(group.count()));
        }
        let place = |group: &Group| {
            let size = if grouping.is_largest_first() {
                group.count()
            } else {
                0
            };
            (
                Reverse(size),
                group.key().clone(),
                group.second_key().cloned(),
            )
        };
        if let Some(before) = grouping.group_before().map(place) {
            groups.retain(|group| place(group) > before);
        }
        groups.truncate(grouping.max_groups().unwrap_or(usize::MAX));
        groups
    }

    /// The run that is meant; outside a batch no run has been started by one.
    pub(super) fn select_run(&self, run: &RunSelector) -> Option<&Run> {
        match run {
            RunSelector::Id(id) => self.runs.get(id),
            RunSelector::CurrentOf(task) => self.current_run_of(task),
            _ => None,
        }
    }

    pub(super) fn matching_runs(&self, query: &RunQuery) -> Vec<Run> {
        let limit = query.max_runs().unwrap_or(usize::MAX);
        let runs = self.runs.values().filter(|run| query.matches(run));
        runs.take(limit).cloned().collect()
    }

    pub(super) fn last_track(
        &self,
        task: &TaskId,
        run: RunChoice,
        user: &UserName,
        now: Timestamp,
    ) -> Option<&Track> {
        let run: RunId = match run {
            RunChoice::Current => self.current_run_of(task)?.id(),
            RunChoice::Id(run) => run,
            RunChoice::Session(gap) => self.session_of(user, now, gap)?,
            _ => return None,
        };
        self.last_of(task, run, user)
    }
}

/// How many different keys some tracks have; those without a data field have none.
fn number_of_different(tracks: &[&Track], by: &GroupBy) -> u64 {
    let keys = tracks.iter().map(|track| by.key_of(&track.as_ref()));
    let keys: BTreeSet<GroupKey> = keys.filter(|key| *key != GroupKey::Field(None)).collect();
    keys.len() as u64
}

/// The place after the last track that was visited, where tracks are left.
pub(super) fn next_place(query: &Query, rest: &[Track], visited: usize) -> Result<Option<Cursor>> {
    let Some(last) = visited.checked_sub(1) else {
        // Nothing was visited: there was nothing, or the limit is 0.
        let none_wanted = query.max_tracks() == Some(0);
        return if none_wanted {
            query.cursor()
        } else {
            Ok(None)
        };
    };
    let last = rest.get(last).filter(|_| visited < rest.len());
    Ok(last.map(|last| Cursor::after(query.track_order(), last.time(), last.id())))
}
