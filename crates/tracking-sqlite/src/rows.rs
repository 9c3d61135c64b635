//! Rows of the tables as the words of the contract, and back.

use rusqlite::Row;
use tracking_core::{
    Data, DataRef, Run, RunId, TaskId, Timestamp, Track, TrackId, TrackRef, UserName,
};

use crate::error::{Done, odd_row};

/// The number of a track in the file; nothing for one that no file can have.
pub(crate) fn track_number(id: TrackId) -> Option<i64> {
    i64::try_from(id.number()).ok()
}

/// The number of a run in the file; nothing for one that no file can have.
pub(crate) fn run_number(id: RunId) -> Option<i64> {
    i64::try_from(id.number()).ok()
}

pub(crate) fn track_id(number: i64) -> Done<TrackId> {
    let id = u64::try_from(number).ok().and_then(TrackId::new);
    id.ok_or_else(|| odd_row("a track number"))
}

pub(crate) fn run_id(number: i64) -> Done<RunId> {
    let id = u64::try_from(number).ok().and_then(RunId::new);
    id.ok_or_else(|| odd_row("a run number"))
}

pub(crate) fn timestamp(micros: i64) -> Done<Timestamp> {
    Timestamp::from_micros(micros).map_err(|_| odd_row("a time"))
}

/// A name or data that the row holds.
fn text<'r>(row: &'r Row<'_>, column: usize) -> Done<&'r str> {
    row.get_ref(column)?.as_str().map_err(|_| odd_row("text"))
}

/// A track that a row lends: id, time, data, run; its names come from elsewhere.
pub(crate) fn lent<'r>(
    row: &'r Row<'_>,
    task: &'r TaskId,
    user: &'r UserName,
) -> Done<TrackRef<'r>> {
    Ok(TrackRef::new(
        track_id(row.get(0)?)?,
        task,
        run_id(row.get(3)?)?,
        user,
        timestamp(row.get(1)?)?,
        DataRef::from_canonical(text(row, 2)?),
    ))
}

/// A track to keep: id, time, data, run, and the names of task and user.
pub(crate) fn track(row: &Row<'_>) -> Done<Track> {
    let task = TaskId::new(row.get::<_, String>(4)?).map_err(|_| odd_row("a task id"))?;
    let user = UserName::new(row.get::<_, String>(5)?).map_err(|_| odd_row("a user name"))?;
    Ok(lent(row, &task, &user)?.to_track())
}

/// A run to keep: id, task, start, end, finished, current.
pub(crate) fn run(row: &Row<'_>) -> Done<Run> {
    let task: Option<String> = row.get(1)?;
    let task = task
        .map(TaskId::new)
        .transpose()
        .map_err(|_| odd_row("a task id"))?;
    let (start, end) = (timestamp(row.get(2)?)?, timestamp(row.get(3)?)?);
    let run = Run::new(run_id(row.get(0)?)?, task, start, end);
    Ok(run.with_finished(row.get(4)?).with_current(row.get(5)?))
}

/// Data that a column holds.
pub(crate) fn data(row: &Row<'_>, column: usize) -> Done<Data> {
    text(row, column).map(Data::from_canonical)
}
