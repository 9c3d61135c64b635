//! Looks up one track: by id, or the last one of a task, run and user.

use rusqlite::{Connection, params};
use tracking_core::{RunChoice, TaskId, Timestamp, Track, TrackId, UserName};

use crate::error::{InRow as _, StoreResult};
use crate::rows::{self, data, run_id, run_number, timestamp, track_id, track_number};
use crate::sessions;
use crate::sql::Statements;

/// The track of an id, if it is there.
pub(crate) fn track(
    connection: &Connection,
    sql: &Statements,
    id: TrackId,
) -> StoreResult<Option<Track>> {
    let Some(number) = track_number(id) else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached(&sql.track)?;
    let mut rows = statement.query([number])?;
    rows.next()?.map(rows::track).transpose()
}

/// The last track of a task, run and user, if there is one; a session is that of `now`.
pub(crate) fn last_track(
    connection: &Connection,
    sql: &Statements,
    task: &TaskId,
    run: RunChoice,
    user: &UserName,
    now: Timestamp,
) -> StoreResult<Option<Track>> {
    let (text, run) = match run {
        RunChoice::Current => (&sql.last_track_in_current_run, None),
        RunChoice::Id(run) => match run_number(run) {
            Some(run) => (&sql.last_track_in_run, Some(run)),
            None => return Ok(None),
        },
        RunChoice::Session(gap) => {
            let found = sessions::session_id(connection, sql, user, now, gap)?;
            match found.and_then(run_number) {
                Some(run) => (&sql.last_track_in_run, Some(run)),
                None => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = match run {
        Some(run) => statement.query(params![task.as_str(), user.as_str(), run])?,
        None => statement.query(params![task.as_str(), user.as_str()])?,
    };
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let number = row.get(0)?;
    Ok(Some(Track::new(
        track_id(number)?,
        task.clone(),
        run_id(row.get(1)?).in_row("track", number)?,
        user.clone(),
        timestamp(row.get(2)?).in_row("track", number)?,
        data(row, 3).in_row("track", number)?,
    )))
}
