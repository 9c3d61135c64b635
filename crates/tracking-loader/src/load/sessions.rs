//! Runs of a log: what one user does without a long pause, or what the log gives as a session.

mod log_sessions;

use std::collections::HashMap;

use tracking_core::{
    NewRun, Operation, Order, Query, Result, Run, RunChoice, RunId, SessionGap, TimeRange,
    Timestamp, Track, TrackingStorage, UserName,
};

pub(super) use log_sessions::{LogSessions, SessionLookup};

/// Gives each record its run, by the rule of the store
/// ([`session_run`](TrackingStorage::session_run)).
///
/// The loader does not leave that to the store with
/// [`NewTrack::in_session`](tracking_core::NewTrack::in_session): it has to count the runs that a
/// log starts, also in a trial, and asking for each record costs more than remembering. What is
/// remembered here is only to ask less often; all of it is in the store. So two things are
/// known late: a session that somebody else starts for the same user while a batch is filled, and
/// one that somebody finishes while it goes on in a log.
#[derive(Debug)]
pub(super) struct UserSessions<'s> {
    store: &'s dyn TrackingStorage,
    gap: SessionGap,
    users: HashMap<UserName, OpenRun>,
    /// Whether the store has nothing of users who are not among these.
    is_complete: bool,
    /// Who is in runs that the batch starts.
    fresh: Vec<UserName>,
}

/// The run of a user that was met last.
#[derive(Clone, Copy, Debug)]
struct OpenRun {
    run: RunChoice,
    first: Timestamp,
    last: Timestamp,
    /// Whether the user has nothing later.
    is_latest: bool,
}

/// How many users are remembered.
const MAX_CACHED_USERS: usize = 100_000;

impl<'s> UserSessions<'s> {
    pub(super) fn new(store: &'s dyn TrackingStorage, gap: SessionGap) -> Result<Self> {
        Ok(Self {
            store,
            gap,
            users: HashMap::new(),
            is_complete: store.counters()?.last_track().is_none(),
            fresh: Vec::new(),
        })
    }

    /// The run of what a user does at a time. Where it is a new one, `start` starts it.
    pub(super) fn run_of(
        &mut self,
        user: &UserName,
        time: Timestamp,
        start: impl FnOnce(Operation) -> RunChoice,
    ) -> Result<RunChoice> {
        if let Some(open) = self.users.get_mut(user)
            && open.covers(time, self.gap)
        {
            open.last = open.last.max(time);
            return Ok(open.run);
        }
        let (run, is_latest) = self.find_run(user, time)?;
        let run = match run {
            Some(run) if run.is_finished() => {
                // It takes nothing later, so it is not remembered.
                self.ask_again(user);
                return Ok(RunChoice::Id(run.id()));
            }
            Some(run) => RunChoice::Id(run.id()),
            None => start(start_run_at(time)),
        };
        self.record_activity(user, time, run, is_latest);
        Ok(run)
    }

    /// Remembers that a user was in a run.
    pub(super) fn record_activity(
        &mut self,
        user: &UserName,
        time: Timestamp,
        run: RunChoice,
        latest: bool,
    ) {
        if matches!(run, RunChoice::Started(_)) {
            self.fresh.push(user.clone());
        }
        let mut open = OpenRun {
            run,
            first: time,
            last: time,
            is_latest: latest,
        };
        if let Some(before) = self.users.get(user) {
            if before.run == run {
                open.first = before.first.min(time);
                open.last = before.last.max(time);
            }
            open.is_latest |= before.is_latest && before.last <= time;
        }
        self.users.insert(user.clone(), open);
    }

    /// The run of the user's session at a time, as the store has it; and whether the user has
    /// nothing later.
    fn find_run(&self, user: &UserName, time: Timestamp) -> Result<(Option<Run>, bool)> {
        let nothing_later = match self.users.get(user) {
            Some(open) => open.is_latest && open.last < time,
            None => self.is_complete,
        };
        if nothing_later {
            return Ok((None, true));
        }
        let since = TimeRange::since(self.gap.before(time).from());
        let latest = Query::all().user(user.as_str()).within(since);
        let latest = latest.order(Order::TimeDescending).limit(1);
        // A page, unlike a visit, does not make the store commit first.
        let page = self.store.page(&latest)?;
        let Some(last) = page.tracks.first().map(Track::time) else {
            return Ok((None, true));
        };
        let run = self.store.session_run(user, time, self.gap)?;
        Ok((run, last <= time))
    }

    /// Forgets that the user has nothing later than what is remembered.
    fn ask_again(&mut self, user: &UserName) {
        match self.users.get_mut(user) {
            Some(open) => open.is_latest = false,
            None => self.is_complete = false,
        }
    }

    /// The batch is done, and has started these runs.
    pub(super) fn committed(&mut self, started: &[RunId]) {
        for user in std::mem::take(&mut self.fresh) {
            if let Some(open) = self.users.get_mut(&user) {
                open.run = resolve_run(open.run, started);
            }
        }
        if self.users.len() > MAX_CACHED_USERS {
            self.forget();
        }
    }

    /// Forgets everything: the store knows.
    pub(super) fn forget(&mut self) {
        self.users.clear();
        self.fresh.clear();
        self.is_complete = false;
    }
}

impl OpenRun {
    /// Whether a time belongs to the run without asking anybody.
    fn covers(&self, time: Timestamp, gap: SessionGap) -> bool {
        self.first <= time && time.since(self.last) <= gap.length()
    }
}

/// Starts a run like those of logs.
pub(super) fn start_run_at(time: Timestamp) -> Operation {
    Operation::StartRun(NewRun::without_task().starting_at(time))
}

/// The number of a run that a batch has started.
pub(super) fn resolve_run(run: RunChoice, started: &[RunId]) -> RunChoice {
    match run {
        RunChoice::Started(n) => started.get(n).map_or(run, |id| RunChoice::Id(*id)),
        run => run,
    }
}
