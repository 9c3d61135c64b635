//! Sessions: the runs of no task that a user's tracks are in.

use tokio_postgres::types::Type;
use tracking_core::{SessionGap, TimeRange, Timestamp, UserName, rules};

use crate::change::Change;
use crate::conditions::store_is;
use crate::error::Result;
use crate::names::equals;
use crate::rows::{run_columns, track_columns};
use crate::session_window::Position;
use crate::statement::Sql;
use crate::values::Time;

/// What a transaction has changed already, so that the tables do not have it yet.
#[derive(Default)]
struct Unwritten {
    tracks: Vec<i64>,
    runs: Vec<i64>,
    /// Those of the runs that take the track.
    open_runs: Vec<i64>,
}

/// What was fetched is not enough to tell.
struct Undecided;

/// Which way the tracks of a user are walked from a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Back,
    Forward,
}

impl Way {
    fn range(self, time: Timestamp, gap: SessionGap) -> TimeRange {
        match self {
            Self::Back => gap.before(time),
            Self::Forward => gap.after(time),
        }
    }

    /// Which of two tracks comes first this way.
    fn nearest<T: Ord>(self, one: Option<T>, other: Option<T>) -> Option<T> {
        match (self, one, other) {
            (Self::Back, one, other) => one.max(other),
            (Self::Forward, Some(one), Some(other)) => Some(one.min(other)),
            (Self::Forward, one, other) => one.or(other),
        }
    }
}

/// Appends a query for the first track of a user one way whose run takes a track of this time:
/// its run, time and id.
fn push_first_open(
    sql: &mut Sql,
    store: &str,
    user: &UserName,
    (time, gap, way): (Timestamp, SessionGap, Way),
    unwritten: &Unwritten,
) {
    let of_store = store_is("t", store);
    let of_user = equals(sql, "t.username", user);
    let range = way.range(time, gap);
    let (from, to) = (sql.bind_time(range.from()), sql.bind_time(range.to()));
    let time = sql.bind_time(time);
    let mut open = format!("(not r.finished or r.end_time >= {time})");
    let mut others = String::new();
    if !unwritten.runs.is_empty() {
        let runs = sql.bind(unwritten.runs.clone(), Type::INT8_ARRAY);
        let open_runs = sql.bind(unwritten.open_runs.clone(), Type::INT8_ARRAY);
        open = format!("case when r.id = any({runs}) then r.id = any({open_runs}) else {open} end");
    }
    if !unwritten.tracks.is_empty() {
        let tracks = sql.bind(unwritten.tracks.clone(), Type::INT8_ARRAY);
        others = format!(" and t.id <> all({tracks})");
    }
    let desc = if way == Way::Back { " desc" } else { "" };
    sql.push(&format!(
        "(select t.run, t.time, t.id from tracking.track as t join tracking.run as r \
         on r.store = t.store and r.id = t.run where {of_store} and {of_user} \
         and t.time between {from} and {to} and r.task is null and {open}{others} \
         order by t.time{desc}, t.id{desc} limit 1)"
    ));
}

/// The run of the session that a track of this user and time belongs to.
pub(crate) fn session_run(store: &str, user: &UserName, time: Timestamp, gap: SessionGap) -> Sql {
    let mut sql = Sql::composed(concat!(
        "select ",
        run_columns!(),
        " from tracking.run as r where "
    ));
    sql.push(&store_is("r", store)).push(" and r.id = ");
    push_run_id(&mut sql, store, user, (time, gap));
    sql
}

/// The last track of a task and user in the session of `now`.
pub(crate) fn last_track(
    store: &str,
    task: &tracking_core::TaskId,
    user: &UserName,
    (now, gap): (Timestamp, SessionGap),
) -> Sql {
    let mut sql = Sql::composed(concat!(
        "select ",
        track_columns!(),
        " from tracking.track as t where "
    ));
    let of_task = equals(&mut sql, "t.task", task);
    let of_user = equals(&mut sql, "t.username", user);
    let of_store = store_is("t", store);
    sql.push(&format!(
        "{of_store} and {of_task} and {of_user} and t.run = "
    ));
    push_run_id(&mut sql, store, user, (now, gap));
    sql.push(" order by t.time desc, t.id desc limit 1");
    sql
}

fn push_run_id(sql: &mut Sql, store: &str, user: &UserName, (time, gap): (Timestamp, SessionGap)) {
    let nothing = Unwritten::default();
    sql.push("coalesce((select s.run from ");
    push_first_open(sql, store, user, (time, gap, Way::Back), &nothing);
    sql.push(" as s), (select s.run from ");
    push_first_open(sql, store, user, (time, gap, Way::Forward), &nothing);
    sql.push(" as s))");
}

impl Change {
    /// Finds the run of the session that a track of this user and time belongs to, and lets the
    /// cache know it; see [`FindRun::find_session`](rules::FindRun::find_session).
    pub(crate) async fn ensure_session(
        &mut self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<()> {
        let mut found = self.first_open(user, (time, gap, Way::Back)).await?;
        if found.is_none() {
            found = self.first_open(user, (time, gap, Way::Forward)).await?;
        }
        if let Some(run) = found {
            self.ensure_run(run).await?;
        }
        self.cache.session = found;
        Ok(())
    }

    /// The run of the first track one way whose run takes a track of this time.
    async fn first_open(
        &self,
        user: &UserName,
        place: (Timestamp, SessionGap, Way),
    ) -> Result<Option<i64>> {
        match self.first_open_fetched(user, place) {
            Ok(found) => Ok(found),
            Err(Undecided) => self.first_open_stored(user, place).await,
        }
    }

    /// The same from what was fetched before.
    fn first_open_fetched(
        &self,
        user: &UserName,
        (time, gap, way): (Timestamp, SessionGap, Way),
    ) -> Result<Option<i64>, Undecided> {
        let window = self.sessions.around(user, time).ok_or(Undecided)?;
        let range = way.range(time, gap);
        if range.is_empty() || window.to < (time, i64::MAX) || window.from > (time, i64::MAX) {
            return Err(Undecided);
        }
        let (first, last) = ((range.from(), i64::MIN), (range.to(), i64::MAX));
        let mut stored = window.tracks.range(first..=last).filter(|(place, run)| {
            !self.cache.is_changed_stored(place.1) && self.is_open(**run, time)
        });
        let stored = match way {
            Way::Back => stored.next_back(),
            Way::Forward => stored.next(),
        };
        let stored = stored.map(|(place, run)| (*place, *run));
        let nearest = way.nearest(stored, self.first_open_cached(user, (time, gap, way)));
        let is_known = |place: Position| match way {
            Way::Back => window.from <= place,
            Way::Forward => place <= window.to,
        };
        let end = if way == Way::Back { first } else { last };
        if is_known(nearest.map_or(end, |(place, _)| place)) {
            Ok(nearest.map(|(_, run)| run))
        } else {
            Err(Undecided)
        }
    }

    async fn first_open_stored(
        &self,
        user: &UserName,
        (time, gap, way): (Timestamp, SessionGap, Way),
    ) -> Result<Option<i64>> {
        let unwritten = self.unwritten(time);
        let mut sql = Sql::composed("");
        let place = (time, gap, way);
        push_first_open(&mut sql, &self.transaction.store, user, place, &unwritten);
        let rows = self.transaction.query(sql).await?;
        let written = match rows.first() {
            Some(row) => {
                let at: Time = row.try_get(1)?;
                Some(((at.0, row.try_get::<_, i64>(2)?), row.try_get(0)?))
            }
            None => None,
        };
        let cached = self.first_open_cached(user, place);
        Ok(way.nearest(written, cached).map(|(_, run)| run))
    }

    fn first_open_cached(
        &self,
        user: &UserName,
        (time, gap, way): (Timestamp, SessionGap, Way),
    ) -> Option<((Timestamp, i64), i64)> {
        let range = way.range(time, gap);
        let mut tracks = self.cache.changed_of(user, range);
        let open = |place: (Timestamp, i64)| {
            let run = self.cache.track(place.1)?.run();
            let number = i64::try_from(run.number()).ok()?;
            self.is_open(number, time).then_some((place, number))
        };
        match way {
            Way::Back => tracks.rev().find_map(open),
            Way::Forward => tracks.find_map(open),
        }
    }

    fn is_open(&self, run: i64, time: Timestamp) -> bool {
        self.cache.run(run).is_some_and(|run| {
            run.task().is_none() && rules::session_is_open(run.is_finished(), run.end(), time)
        })
    }

    fn unwritten(&self, time: Timestamp) -> Unwritten {
        let runs = self.cache.runs.iter();
        let runs = runs.filter(|(_, run)| run.is_stored && run.is_changed);
        let runs: Vec<i64> = runs.map(|(number, _)| *number).collect();
        let open = runs.iter().filter(|run| self.is_open(**run, time));
        Unwritten {
            tracks: self.cache.changed_stored(),
            open_runs: open.copied().collect(),
            runs,
        }
    }
}
