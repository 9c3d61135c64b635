//! What goes: by query, by age, by count; and what gets another name.

use std::collections::{BTreeMap, BTreeSet};

use tracking_core::{
    ChangeKind, Query, Result, Retention, RunId, TaskId, Timestamp, Track, TrackId, UserName,
};

use super::state::State;

impl State {
    pub(super) fn remove_matching(&mut self, query: &Query, kind: ChangeKind) -> Result<u64> {
        let limit = query.max_tracks().unwrap_or(usize::MAX);
        let tracks = self.rest(query)?;
        let ids = tracks.iter().take(limit).map(Track::id);
        Ok(self.remove_all(ids, kind))
    }

    pub(super) fn prune(&mut self, retention: &Retention) -> u64 {
        let mut old = BTreeSet::new();
        if let Some(time) = retention.oldest_kept() {
            let before = self.tracks.values().filter(|track| track.time() < time);
            old.extend(before.map(Track::id));
        }
        if let Some(kept) = retention.kept_per_user() {
            old.extend(self.all_but_last(kept));
        }
        // The set goes by id, so those with the lowest ids go first.
        let limit = retention.max_removed().unwrap_or(usize::MAX);
        self.remove_all(old.into_iter().take(limit), ChangeKind::TrackRemoved)
    }

    /// All but the last `kept` tracks of each task and user.
    fn all_but_last(&self, kept: usize) -> Vec<TrackId> {
        let mut groups: BTreeMap<(&TaskId, &UserName), Vec<(Timestamp, TrackId)>> = BTreeMap::new();
        for track in self.tracks.values() {
            let group = groups.entry((track.task(), track.user())).or_default();
            group.push((track.time(), track.id()));
        }
        let mut gone = Vec::new();
        for mut group in groups.into_values() {
            group.sort_unstable();
            let count = group.len().saturating_sub(kept);
            gone.extend(group.into_iter().take(count).map(|(_, id)| id));
        }
        gone
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
                self.feed.note(ChangeKind::UserRenamed, track.id().number());
            }
        }
        theirs.len() as u64
    }

    /// Stops current runs that nobody has touched since a time; their end stays.
    pub(super) fn expire_runs(&mut self, untouched_since: Timestamp) -> Vec<RunId> {
        let mut expired = Vec::new();
        for (id, run) in &mut self.runs {
            if run.is_current() && run.end() < untouched_since {
                *run = run.clone().with_current(false).with_finished(false);
                self.feed.note(ChangeKind::RunStopped, id.number());
                expired.push(*id);
            }
        }
        expired
    }
}
