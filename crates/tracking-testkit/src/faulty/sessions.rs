//! Sessions that are wrong.

use std::time::Duration;

use tracking_core::{
    Batch, NewRun, NewTrack, Operation, Order, Outcome, Query, Result, Run, RunChoice, RunId,
    RunSelector, SessionGap, Timestamp, TrackingStorageExt as _, UserName,
};

use super::wrap::{Right, Rules, only_operation};

/// Gap and time of a save into a session that brings its own time.
fn session(track: &NewTrack) -> Option<(SessionGap, Timestamp)> {
    match (track.run(), track.time()) {
        (RunChoice::Session(gap), Some(time)) => Some((gap, time)),
        _ => None,
    }
}

fn in_run(track: &NewTrack, run: Option<RunId>) -> NewTrack {
    run.map_or_else(|| track.clone(), |run| track.clone().in_run(run))
}

/// A run like that of a session that starts.
fn started(right: &Right, time: Timestamp) -> Option<RunId> {
    let run = NewRun::without_task().starting_at(time);
    right.start_run(run).ok()
}

fn run_of(right: &Right, run: RunId) -> Option<Run> {
    right.run(&RunSelector::Id(run)).ok().flatten()
}

/// The run of the last track of a query that is of a run like this.
fn last_run(right: &Right, query: &Query, is_wanted: impl Fn(&Run) -> bool) -> Option<RunId> {
    let query = query.clone().order(Order::TimeDescending);
    let tracks = right.query(&query).ok()?;
    let mut runs = tracks.iter().filter_map(|track| run_of(right, track.run()));
    runs.find(|run| is_wanted(run)).map(|run| run.id())
}

/// Takes a session for the task's current run.
pub(super) struct SessionsAreCurrentRuns;

impl Rules for SessionsAreCurrentRuns {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        match track.run() {
            RunChoice::Session(_) => track.clone().in_run(RunChoice::Current),
            _ => track.clone(),
        }
    }
}

/// Ends a session where the pause is just as long as the gap.
pub(super) struct GapsExcludeTheirEnd;

impl Rules for GapsExcludeTheirEnd {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        match track.run() {
            RunChoice::Session(gap) => {
                let shorter = Duration::from_micros(gap.micros().saturating_sub(1));
                track.clone().in_session(shorter)
            }
            _ => track.clone(),
        }
    }
}

/// Starts a session at the time of the clock.
pub(super) struct SessionsBeginNow;

impl Rules for SessionsBeginNow {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some((gap, time)) = session(track) else {
            return track.clone();
        };
        match right.session_run(track.user(), time, gap) {
            Ok(None) => in_run(track, right.start_run(NewRun::without_task()).ok()),
            _ => track.clone(),
        }
    }
}

/// Keeps a session for each task.
pub(super) struct SessionsStayInTheirTask;

impl Rules for SessionsStayInTheirTask {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some((gap, time)) = session(track) else {
            return track.clone();
        };
        let theirs = Query::all().user(track.user().as_str());
        let theirs = theirs.task(track.task().as_str());
        let found = last_run(right, &theirs.within(gap.before(time)), |run| {
            run.task().is_none()
        });
        in_run(track, found.or_else(|| started(right, time)))
    }
}

/// Lets all users share one session.
pub(super) struct UsersShareSessions;

impl Rules for UsersShareSessions {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some((gap, time)) = session(track) else {
            return track.clone();
        };
        let all = Query::all().within(gap.before(time));
        in_run(track, last_run(right, &all, |run| run.task().is_none()))
    }
}

/// Takes the runs of tasks for sessions, too.
pub(super) struct TaskRunsAreSessions;

impl Rules for TaskRunsAreSessions {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some((gap, time)) = session(track) else {
            return track.clone();
        };
        let theirs = Query::all().user(track.user().as_str());
        in_run(
            track,
            last_run(right, &theirs.within(gap.before(time)), |_| true),
        )
    }
}

/// Starts a session for a late track, although another one begins right after it.
pub(super) struct LateTracksStartSessions;

impl Rules for LateTracksStartSessions {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some((gap, time)) = session(track) else {
            return track.clone();
        };
        let theirs = Query::all().user(track.user().as_str());
        match right.count(&theirs.within(gap.before(time))) {
            Ok(0) => in_run(track, started(right, time)),
            _ => track.clone(),
        }
    }
}

/// Lets a finished session continue.
pub(super) struct FinishedSessionsGoOn;

impl Rules for FinishedSessionsGoOn {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some((gap, time)) = session(track) else {
            return track.clone();
        };
        let theirs = Query::all().user(track.user().as_str());
        let found = last_run(right, &theirs.within(gap.before(time)), |run| {
            run.task().is_none()
        });
        in_run(track, found)
    }
}

/// Refuses a finished session also what happened before it was finished.
pub(super) struct FinishedSessionsTakeNothing;

impl Rules for FinishedSessionsTakeNothing {
    fn saving(&self, right: &Right, track: &NewTrack) -> NewTrack {
        let Some((gap, time)) = session(track) else {
            return track.clone();
        };
        match right.session_run(track.user(), time, gap) {
            Ok(Some(run)) if run.is_finished() => in_run(track, started(right, time)),
            _ => track.clone(),
        }
    }
}

/// Says that nobody is in a session.
pub(super) struct HidesSessions;

impl Rules for HidesSessions {
    fn session_run(
        &self,
        _right: &Right,
        _user: &UserName,
        _time: Timestamp,
        _gap: SessionGap,
    ) -> Result<Option<Run>> {
        Ok(None)
    }
}

/// Looks for a user's session, and starts one in a step of its own.
pub(super) struct StartsSessionsTwice;

impl Rules for StartsSessionsTwice {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        let Some(Operation::Save(track)) = only_operation(batch) else {
            return right.apply(batch);
        };
        let Some((gap, time)) = session(track) else {
            return right.apply(batch);
        };
        if right.session_run(track.user(), time, gap)?.is_some() {
            return right.apply(batch);
        }
        std::thread::sleep(Duration::from_millis(1));
        let run = right.start_run(NewRun::without_task().starting_at(time))?;
        right.apply(&Batch::new().save(track.clone().in_run(run)))
    }
}
