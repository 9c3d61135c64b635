//! Runs of a log: what one user does without a long pause, or what the log gives as a session.

mod log_sessions;

use std::collections::HashMap;

use chrono::TimeDelta;
use tracking_core::{
    NewRun, Operation, Order, Query, Result, RunChoice, RunId, RunSelector, TimeRange, Timestamp,
    TrackingStorage, UserName,
};

pub(super) use log_sessions::LogSessions;

/// The longest pause within a run; after a longer one, the user's next run starts.
///
/// ```
/// use chrono::TimeDelta;
/// use tracking_loader::SessionGap;
///
/// assert_eq!(SessionGap::default().length(), TimeDelta::minutes(30));
/// assert!(SessionGap::new(TimeDelta::seconds(-1)).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionGap(TimeDelta);

impl SessionGap {
    /// Takes a length of time; nothing where that is negative.
    pub fn new(length: TimeDelta) -> Option<Self> {
        (length >= TimeDelta::zero()).then_some(Self(length))
    }

    /// How long it is.
    pub fn length(self) -> TimeDelta {
        self.0
    }
}

impl Default for SessionGap {
    /// 30 minutes, as web statistics have it.
    fn default() -> Self {
        Self(TimeDelta::minutes(30))
    }
}

/// Gives each record its run.
///
/// What is remembered here is only to ask the store less often. All of it can be found in the
/// store: the run of a user's tracks around a time, as long as that run is of no task, as those
/// that are started here are.
#[derive(Debug)]
pub(super) struct UserSessions<'s> {
    store: &'s dyn TrackingStorage,
    gap: TimeDelta,
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
            gap: gap.0,
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
        let run = run.map_or_else(|| start(start_run_at(time)), RunChoice::Id);
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

    /// The run of what the user did last within the gap before a time, or else first within
    /// the gap after it; and whether the user has nothing later.
    fn find_run(&self, user: &UserName, time: Timestamp) -> Result<(Option<RunId>, bool)> {
        let nothing_later = match self.users.get(user) {
            Some(open) => open.is_latest && open.last < time,
            None => self.is_complete,
        };
        if nothing_later {
            return Ok((None, true));
        }
        let from = time.saturating_add(-self.gap);
        let query = |range| Query::all().user(user.as_str()).within(range);
        let latest = query(TimeRange::since(from)).order(Order::TimeDescending);
        let mut last = None;
        self.store.visit(&latest.limit(1), &mut |track| {
            last = Some(track.time());
            std::ops::ControlFlow::Break(())
        })?;
        let Some(last) = last else {
            return Ok((None, true));
        };
        let before = query(TimeRange::between(from, time)).order(Order::TimeDescending);
        let mut run = self.first_run(before)?;
        if run.is_none() {
            let to = time.saturating_add(self.gap);
            let after = query(TimeRange::between(time, to)).order(Order::Time);
            run = self.first_run(after)?;
        }
        Ok((run, last <= time))
    }

    /// The first run of no task among the tracks of a query.
    fn first_run(&self, query: Query) -> Result<Option<RunId>> {
        const PAGE: usize = 16;
        let mut query = query.limit(PAGE);
        loop {
            let page = self.store.page(&query)?;
            let mut seen = None;
            for run in page.tracks.iter().map(tracking_core::Track::run) {
                if seen != Some(run) && self.has_no_task(run)? {
                    return Ok(Some(run));
                }
                seen = Some(run);
            }
            match page.next {
                Some(next) => query = query.after(next),
                None => return Ok(None),
            }
        }
    }

    fn has_no_task(&self, run: RunId) -> Result<bool> {
        let run = self.store.run(&RunSelector::Id(run))?;
        Ok(run.is_some_and(|run| run.task().is_none()))
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
    fn covers(&self, time: Timestamp, gap: TimeDelta) -> bool {
        self.first <= time && time.since(self.last) <= gap
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
