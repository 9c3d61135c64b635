//! Fetching what saves into sessions will need, before it is known which session each goes into.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Row;
use tracking_core::{SessionGap, TaskId, Timestamp, UserName};

use crate::change::Change;
use crate::error::Result;
use crate::names::split_owned;
use crate::rows::{self, run_columns, run_number, track_columns};
use crate::session_window::{Saver, SessionWindow, SessionWindows, TRACKS};
use crate::statement::Sql;
use crate::values::Time;

/// The stored tracks `t` around each save `o`, those of runs with a task left out: at most so many
/// up to its time and after it.
macro_rules! around_savers {
    () => {
        "from unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], \
         $7::timestamptz[]) with ordinality as o (username, username_rest, low, time, high, place) \
         cross join lateral ((select t.run, t.time, t.id from tracking.track as t \
         join tracking.run as r on r.store = t.store and r.id = t.run where t.store = $1 \
         and t.username = o.username and t.username_rest is not distinct from o.username_rest \
         and t.time between o.low and o.time and r.task is null \
         order by t.time desc, t.id desc limit $2) union all (select t.run, t.time, t.id \
         from tracking.track as t join tracking.run as r on r.store = t.store and r.id = t.run \
         where t.store = $1 and t.username = o.username \
         and t.username_rest is not distinct from o.username_rest and t.time > o.time \
         and t.time <= o.high and r.task is null order by t.time, t.id limit $2)) as t"
    };
}

/// What saves into sessions will need.
#[derive(Debug, Default)]
pub(crate) struct SessionPrefetch {
    savers: BTreeMap<Saver, SessionGap>,
    /// Those that update the last track of a task.
    updates: BTreeSet<(Saver, TaskId)>,
    /// About the time at which those without a time will be saved, not later.
    now: Option<Timestamp>,
}

impl SessionPrefetch {
    pub(crate) fn add(&mut self, user: &UserName, time: Option<Timestamp>, gap: SessionGap) {
        let longest = self.savers.entry((user.clone(), time)).or_insert(gap);
        *longest = gap.max(*longest);
    }

    /// Adds that the save updates the user's last track of a task in the session.
    pub(crate) fn add_update(&mut self, user: &UserName, time: Option<Timestamp>, task: &TaskId) {
        let saver = (user.clone(), time);
        self.updates.insert((saver, task.clone()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.savers.is_empty()
    }

    pub(crate) fn has_updates(&self) -> bool {
        !self.updates.is_empty()
    }

    /// Whether a save takes its time from the clock.
    pub(crate) fn needs_now(&self) -> bool {
        self.savers.keys().any(|(_, time)| time.is_none())
    }

    pub(crate) fn set_now(&mut self, now: Timestamp) {
        self.now = Some(now);
    }

    /// The first time, the time of the save, and the last time that matter for a save. Nothing
    /// comes after the clock, so of a save without a time all later tracks are fetched.
    fn range(&self, saver: &Saver) -> (Timestamp, Timestamp, Timestamp) {
        let gap = self.savers.get(saver).copied().unwrap_or_default();
        if let Some(time) = saver.1 {
            return (gap.before(time).from(), time, gap.after(time).to());
        }
        let now = self.now.unwrap_or(Timestamp::MAX);
        (gap.before(now).from(), Timestamp::MAX, Timestamp::MAX)
    }

    fn with_savers<'s>(&self, sql: Sql, savers: impl Iterator<Item = &'s Saver>) -> Sql {
        let (mut users, mut rests) = (Vec::new(), Vec::new());
        let (mut lows, mut times, mut highs) = (Vec::new(), Vec::new(), Vec::new());
        for saver in savers {
            let (head, rest) = split_owned(&saver.0);
            users.push(head);
            rests.push(rest);
            let (low, time, high) = self.range(saver);
            lows.push(Time(low));
            times.push(Time(time));
            highs.push(Time(high));
        }
        sql.with_int(TRACKS)
            .with_texts(users)
            .with_optional_texts(rests)
            .with_times(lows)
            .with_times(times)
            .with_times(highs)
    }

    /// The statement that fetches the tracks around each save, and their runs.
    pub(crate) fn select_windows(&self, store: &str) -> Sql {
        let sql = Sql::fixed(concat!(
            "select ",
            run_columns!(),
            ", t.time, t.id, o.place ",
            around_savers!(),
            " join tracking.run as r on r.store = $1 and r.id = t.run"
        ));
        self.with_savers(sql.with_text(store), self.savers.keys())
    }

    /// The statement that fetches the last track of a task in each of these runs.
    pub(crate) fn select_last(&self, store: &str) -> Sql {
        let sql = Sql::fixed(concat!(
            "select distinct on (t.id) ",
            track_columns!(),
            " from (select distinct o.place, o.username, o.username_rest, t.run ",
            around_savers!(),
            ") as s join unnest($8::text[], $9::text[]) with ordinality as k (task, task_rest, place) \
             on k.place = s.place cross join lateral (select t.* from tracking.track as t \
             where t.store = $1 and t.task = k.task \
             and t.task_rest is not distinct from k.task_rest and t.username = s.username \
             and t.username_rest is not distinct from s.username_rest and t.run = s.run \
             order by t.time desc, t.id desc limit 1) as t"
        ));
        let savers = self.updates.iter().map(|(saver, _)| saver);
        let (mut tasks, mut rests) = (Vec::new(), Vec::new());
        for (_, task) in &self.updates {
            let (head, rest) = split_owned(task);
            tasks.push(head);
            rests.push(rest);
        }
        self.with_savers(sql.with_text(store), savers)
            .with_texts(tasks)
            .with_optional_texts(rests)
    }

    /// Takes in the windows.
    pub(crate) fn load_windows(&self, change: &mut Change, fetched: &[Row]) -> Result<()> {
        change.load_runs(fetched)?;
        let mut tracks = vec![BTreeMap::new(); self.savers.len()];
        for row in fetched {
            let (time, id, place): (Time, i64, i64) =
                (row.try_get(7)?, row.try_get(8)?, row.try_get(9)?);
            let index = usize::try_from(place).unwrap_or(0).wrapping_sub(1);
            if let Some(tracks) = tracks.get_mut(index) {
                tracks.insert((time.0, id), row.try_get(0)?);
            }
        }
        let windows = self.savers.keys().zip(tracks).map(|(saver, tracks)| {
            let window = SessionWindow::new(self.range(saver), tracks);
            (saver.clone(), window)
        });
        change.sessions = SessionWindows::new(windows.collect());
        Ok(())
    }

    /// Takes in the last tracks, and which runs have none.
    pub(crate) fn load_last(&self, change: &mut Change, fetched: &[Row]) -> Result<()> {
        for row in fetched {
            let track = rows::track(row)?;
            if let Some(run) = run_number(track.run()) {
                let owner = (track.task().clone(), run, track.user().clone());
                let last = Some((row.try_get(0)?, track));
                change.cache.load_last(owner, last);
            }
        }
        for (saver, task) in &self.updates {
            let window = change.sessions.get(saver);
            let runs = window.into_iter().flat_map(|window| window.tracks.values());
            for run in runs {
                let owner = (task.clone(), *run, saver.0.clone());
                if !change.cache.knows_last(&owner) {
                    change.cache.load_last(owner, None);
                }
            }
        }
        Ok(())
    }
}
