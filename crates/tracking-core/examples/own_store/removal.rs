//! Removing many tracks and runs.

use std::collections::{BTreeMap, BTreeSet};

use tracking_core::{
    ChangeKind, Error, Order, Query, Removal, RemovalTarget, Removed, Result, Retention, RunId,
    RunQuery, Track, TrackId,
};

use super::state::State;

impl State {
    pub(crate) fn remove_by(&mut self, removal: &Removal) -> Result<Removed> {
        let (tracks, kind) = match removal.target() {
            RemovalTarget::Tracks(query) => (self.asked_for(query)?, ChangeKind::TrackRemoved),
            RemovalTarget::OldTracks { retention, among } => {
                (self.old(retention, among)?, ChangeKind::TrackRemoved)
            }
            RemovalTarget::User(user) => {
                let query = Query::all().user(user.as_str());
                (self.asked_for(&query)?, ChangeKind::UserErased)
            }
            RemovalTarget::Runs { query, only_empty } => {
                return Ok(self.remove_runs(query, *only_empty));
            }
            _ => return Err(Error::unsupported("remove what this version does not know")),
        };
        // Rule: only runs go that had tracks, and lose the last one now.
        let left = self
            .tracks
            .iter()
            .filter(|track| tracks.contains(&track.id()));
        let mut runs: BTreeSet<RunId> = left.map(Track::run).collect();
        let tracks = self.remove_tracks(&tracks, kind);
        runs.retain(|run| removal.removes_empty_runs() && !self.has_tracks(*run));
        Ok(Removed::new(tracks, self.remove_empty(&runs)))
    }

    fn asked_for(&self, query: &Query) -> Result<BTreeSet<TrackId>> {
        let limit = query.max_tracks().unwrap_or(usize::MAX);
        Ok(self
            .select(query)?
            .iter()
            .take(limit)
            .map(Track::id)
            .collect())
    }

    fn old(&self, retention: &Retention, among: &Query) -> Result<BTreeSet<TrackId>> {
        let kept_per_user = retention.kept_per_user().unwrap_or(usize::MAX);
        let (mut seen, mut old) = (BTreeMap::<_, usize>::new(), BTreeSet::new());
        for track in self.select(&among.clone().criteria_only().order(Order::TimeDescending))? {
            let whose = (track.task().clone(), track.user().clone());
            let count = seen.entry(whose).or_default();
            *count += 1;
            let oldest = retention.oldest_kept();
            let is_old = oldest.is_some_and(|time| track.time() < time);
            if is_old || *count > kept_per_user {
                old.insert(track.id());
            }
        }
        // Rule: those with the lowest ids go first.
        let limit = retention.max_removed().unwrap_or(usize::MAX);
        Ok(old.into_iter().take(limit).collect())
    }

    /// Rule: a run goes with all its tracks, whatever task these have.
    fn remove_runs(&mut self, query: &RunQuery, only_empty: bool) -> Removed {
        let limit = query.max_runs().unwrap_or(usize::MAX);
        let runs = self.matching_runs(query).map(tracking_core::Run::id);
        let runs = runs.filter(|run| !only_empty || !self.has_tracks(*run));
        let runs: BTreeSet<RunId> = runs.take(limit).collect();
        let tracks = self
            .tracks
            .iter()
            .filter(|track| runs.contains(&track.run()));
        let tracks = tracks.map(Track::id).collect();
        let tracks = self.remove_tracks(&tracks, ChangeKind::TrackRemoved);
        Removed::new(tracks, self.remove_empty(&runs))
    }

    fn has_tracks(&self, run: RunId) -> bool {
        self.tracks.iter().any(|track| track.run() == run)
    }

    /// Rule: the current run of a task may go, too; then the task has none.
    fn remove_empty(&mut self, runs: &BTreeSet<RunId>) -> u64 {
        self.runs.retain(|run| !runs.contains(&run.id()));
        for run in runs {
            self.note(ChangeKind::RunRemoved, run.number());
        }
        runs.len() as u64
    }

    /// Rule: a key goes with its track.
    pub(crate) fn remove_tracks(&mut self, ids: &BTreeSet<TrackId>, kind: ChangeKind) -> u64 {
        let goes = |track: &Track| ids.contains(&track.id());
        let (removed, state) = std::mem::take(&mut self.tracks).into_iter().partition(goes);
        self.tracks = state;
        self.keys.retain(|_, used| !ids.contains(&used.track()));
        let removed: Vec<Track> = removed;
        for track in &removed {
            self.note(kind, track.id().number());
        }
        removed.len() as u64
    }
}
