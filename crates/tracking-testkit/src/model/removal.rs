//! What goes: by query, by age, by count; and what gets another name.

use std::collections::{BTreeMap, BTreeSet};

use tracking_core::{
    ChangeKind, Error, Query, Removal, RemovalTarget, Removed, Result, Retention, Run, RunId,
    RunQuery, TaskId, Timestamp, Track, TrackId, UserName,
};

use super::state::State;

impl State {
    pub(super) fn remove_by(&mut self, removal: &Removal) -> Result<Removed> {
        let (ids, kind) = match removal.target() {
            RemovalTarget::Tracks(query) => (self.asked_for(query)?, ChangeKind::TrackRemoved),
            RemovalTarget::OldTracks { retention, among } => {
                (self.old(retention, among), ChangeKind::TrackRemoved)
            }
            RemovalTarget::User(user) => {
                let query = Query::all().user(user.as_str());
                (self.asked_for(&query)?, ChangeKind::UserErased)
            }
            RemovalTarget::Runs { query, only_empty } => {
                return Ok(self.remove_runs(query, *only_empty));
            }
            other => return Err(Error::unsupported(format!("remove {other:?}"))),
        };
        let before = self.runs_with_tracks();
        let tracks = self.remove_all(ids.into_iter(), kind);
        let mut runs = 0;
        if removal.removes_empty_runs() {
            let after = self.runs_with_tracks();
            runs = self.drop_runs(before.difference(&after).copied().collect());
        }
        Ok(Removed::new(tracks, runs))
    }

    fn asked_for(&self, query: &Query) -> Result<Vec<TrackId>> {
        let limit = query.max_tracks().unwrap_or(usize::MAX);
        let tracks = self.rest(query)?;
        Ok(tracks.iter().take(limit).map(Track::id).collect())
    }

    fn old(&self, retention: &Retention, among: &Query) -> Vec<TrackId> {
        let mut old = BTreeSet::new();
        if let Some(time) = retention.oldest_kept() {
            let before = self.matching(among).filter(|track| track.time() < time);
            old.extend(before.map(Track::id));
        }
        if let Some(count) = retention.kept_per_user() {
            old.extend(self.all_but_last(count, among));
        }
        // The set goes by id, so those with the lowest ids go first.
        let limit = retention.max_removed().unwrap_or(usize::MAX);
        old.into_iter().take(limit).collect()
    }

    fn remove_runs(&mut self, query: &RunQuery, only_empty: bool) -> Removed {
        let with_tracks = self.runs_with_tracks();
        let limit = query.max_runs().unwrap_or(usize::MAX);
        let runs = self.matching_runs(&query.clone().limit(usize::MAX));
        let runs = runs.iter().map(Run::id);
        let runs = runs.filter(|run| !only_empty || !with_tracks.contains(run));
        let runs: BTreeSet<RunId> = runs.take(limit).collect();
        let tracks = self
            .tracks
            .values()
            .filter(|track| runs.contains(&track.run()));
        let tracks: Vec<TrackId> = tracks.map(Track::id).collect();
        let tracks = self.remove_all(tracks.into_iter(), ChangeKind::TrackRemoved);
        Removed::new(tracks, self.drop_runs(runs))
    }

    fn runs_with_tracks(&self) -> BTreeSet<RunId> {
        self.tracks.values().map(Track::run).collect()
    }

    fn drop_runs(&mut self, runs: BTreeSet<RunId>) -> u64 {
        let mut count = 0;
        for run in runs {
            if self.runs.remove(&run).is_some() {
                self.feed.record(ChangeKind::RunRemoved, run.number());
                count += 1;
            }
        }
        count
    }

    /// All but the last `keep` tracks of each task and user, among those of a query.
    fn all_but_last(&self, keep: usize, among: &Query) -> Vec<TrackId> {
        let mut groups: BTreeMap<(&TaskId, &UserName), Vec<(Timestamp, TrackId)>> = BTreeMap::new();
        for track in self.matching(among) {
            let group = groups.entry((track.task(), track.user())).or_default();
            group.push((track.time(), track.id()));
        }
        let mut removed = Vec::new();
        for mut group in groups.into_values() {
            group.sort_unstable();
            let count = group.len().saturating_sub(keep);
            removed.extend(group.into_iter().take(count).map(|(_, id)| id));
        }
        removed
    }

    fn remove_all(&mut self, ids: impl Iterator<Item = TrackId>, kind: ChangeKind) -> u64 {
        let mut count = 0;
        for id in ids {
            count += u64::from(self.remove(id, kind));
        }
        count
    }

    pub(super) fn rename_user(&mut self, from: &UserName, to: &UserName) -> u64 {
        let theirs = self.tracks.values().filter(|track| track.user() == from);
        let theirs: Vec<Track> = theirs.cloned().collect();
        for track in &theirs {
            self.put(track.id(), track, to, track.time(), track.data().clone());
            if from != to {
                self.feed
                    .record(ChangeKind::UserRenamed, track.id().number());
            }
        }
        theirs.len() as u64
    }

    /// Stops current runs without a track since a time; their end stays.
    pub(super) fn expire_runs(&mut self, untouched_since: Timestamp, limit: usize) -> Vec<RunId> {
        let mut expired = Vec::new();
        for (id, run) in &mut self.runs {
            if expired.len() < limit && run.is_current() && run.end() < untouched_since {
                *run = run.clone().with_current(false).with_finished(false);
                self.feed.record(ChangeKind::RunStopped, id.number());
                expired.push(*id);
            }
        }
        expired
    }
}
