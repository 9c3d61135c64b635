//! Sessions: the runs of no task that a user's tracks are in.

use rusqlite::{Connection, OptionalExtension, params};
use tracking_core::{Run, RunId, RunSelector, SessionGap, TimeRange, Timestamp, UserName, rules};

use crate::change::Change;
use crate::error::{InRow as _, StoreResult};
use crate::rows::{run_id, timestamp};
use crate::run_queries;
use crate::sql::Statements;

impl Change<'_> {
    /// The run of the session that a track belongs to; see
    /// [`FindRun::find_session`](rules::FindRun::find_session).
    pub(crate) fn session(
        &mut self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> StoreResult<Option<i64>> {
        let Some(user) = self.find_user(user)? else {
            return Ok(None);
        };
        let (connection, sql) = (self.connection, self.sql);
        // The end of a run that this batch has moved is not in the file yet.
        let end = |run, end| Ok(self.run_end(run)?.unwrap_or(end));
        find(connection, sql, (user, time, gap), end)
    }
}

/// The run of the session that a track of this user and time belongs to, as it is in the file.
pub(crate) fn session_run(
    connection: &Connection,
    sql: &Statements,
    user: &UserName,
    time: Timestamp,
    gap: SessionGap,
) -> StoreResult<Option<Run>> {
    match session_id(connection, sql, user, time, gap)? {
        Some(id) => run_queries::find(connection, sql, &RunSelector::Id(id)),
        None => Ok(None),
    }
}

/// The id of that run.
pub(crate) fn session_id(
    connection: &Connection,
    sql: &Statements,
    user: &UserName,
    time: Timestamp,
    gap: SessionGap,
) -> StoreResult<Option<RunId>> {
    let mut statement = connection.prepare_cached(&sql.find_user)?;
    let user = statement.query_row([user.as_str()], |row| row.get(0));
    let Some(user) = user.optional()? else {
        return Ok(None);
    };
    let run = find(connection, sql, (user, time, gap), |_, end| Ok(end))?;
    run.map(run_id).transpose()
}

/// The number of the run. `end` gives the end of a finished run, of which it gets the number and
/// the end in the file.
fn find(
    connection: &Connection,
    sql: &Statements,
    (user, time, gap): (i64, Timestamp, SessionGap),
    mut end: impl FnMut(i64, i64) -> StoreResult<i64>,
) -> StoreResult<Option<i64>> {
    let mut first_open = |text: &str, range: TimeRange| {
        let mut statement = connection.prepare_cached(text)?;
        let (from, to) = (range.from().micros(), range.to().micros());
        let mut rows = statement.query(params![user, from, to])?;
        while let Some(row) = rows.next()? {
            let (run, is_finished): (i64, bool) = (row.get(0)?, row.get(1)?);
            let end = if is_finished {
                timestamp(end(run, row.get(2)?)?).in_row("run", run)?
            } else {
                time
            };
            if rules::session_is_open(is_finished, end, time) {
                return Ok(Some(run));
            }
        }
        Ok(None)
    };
    match first_open(&sql.session_before, gap.before(time))? {
        None => first_open(&sql.session_after, gap.after(time)),
        run => Ok(run),
    }
}
