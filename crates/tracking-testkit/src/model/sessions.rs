//! Sessions, found by looking at every track.

use tracking_core::{RunId, SessionGap, Timestamp, UserName};

use super::state::State;

impl State {
    /// The run of the session that a track of this user and time belongs to.
    pub(super) fn session_of(
        &self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Option<RunId> {
        let (mut last_before, mut first_after) = (None, None);
        for track in self.tracks.values().filter(|track| track.user() == user) {
            let Some(run) = self.runs.get(&track.run()) else {
                continue;
            };
            let is_over = run.is_finished() && run.end() < time;
            let pause = i128::from(track.time().micros()) - i128::from(time.micros());
            if run.task().is_some() || is_over || pause.unsigned_abs() > gap.micros().into() {
                continue;
            }
            let found = (track.time(), track.id(), run.id());
            if pause <= 0 {
                last_before = last_before.max(Some(found));
            }
            if pause >= 0 && first_after.is_none_or(|first| found < first) {
                first_after = Some(found);
            }
        }
        last_before.or(first_after).map(|(_, _, run)| run)
    }
}
