//! Sessions: the runs of no task that a user's tracks are in.

use tracking_core::{SessionGap, TimeRange, Timestamp, rules};

use crate::numbers::{NameId, RunNo, TrackNo};
use crate::runs::UserEntry;
use crate::state::State;
use crate::time_key::TimeKey;

impl UserEntry {
    /// Adds a track in a run of no task.
    pub(crate) fn add_session_track(&mut self, track: TimeKey) {
        self.sessions.get_or_insert_default().insert(track);
    }

    /// Takes a track in a run of no task out.
    pub(crate) fn remove_session_track(&mut self, track: TimeKey) {
        if let Some(sessions) = &mut self.sessions {
            sessions.remove(track);
            if sessions.is_empty() {
                self.sessions = None;
            }
        }
    }

    /// The tracks in runs of no task within a range of time, by time and id.
    fn session_tracks(&self, range: TimeRange) -> impl DoubleEndedIterator<Item = TrackNo> + '_ {
        let sessions = self.sessions.as_deref();
        let tracks = sessions.map(|sessions| {
            let from = sessions.seek(|key| *key < TimeKey::first_at(range.from()));
            let to = sessions.seek(|key| *key <= TimeKey::last_at(range.to()));
            sessions.between(from, to).map(TimeKey::track)
        });
        tracks.into_iter().flatten()
    }
}

impl State {
    /// Whether the tracks of a run are found by the sessions of their users.
    pub(crate) fn is_session(&self, run: RunNo) -> bool {
        self.runs.get(run).is_some_and(|run| run.row.task.is_none())
    }

    /// The run of the session that a track of a user belongs to; see
    /// [`FindRun::find_session`](rules::FindRun::find_session).
    pub(crate) fn session(&self, user: NameId, time: Timestamp, gap: SessionGap) -> Option<RunNo> {
        let user = self.users.get(user)?;
        let is_open = |run: &RunNo| {
            let row = self.run_row(*run);
            row.is_some_and(|row| rules::session_is_open(row.finished, row.end, time))
        };
        let run_of = |track: TrackNo| self.rows.get(track).map(|row| row.run);
        let mut before = user.session_tracks(gap.before(time)).rev();
        let mut after = user.session_tracks(gap.after(time));
        let before = before.by_ref().filter_map(run_of).find(is_open);
        before.or_else(|| after.by_ref().filter_map(run_of).find(is_open))
    }
}
