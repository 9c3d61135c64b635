//! Rows of the tables as the words of the contract, and back.

use rusqlite::Row;
use tracking_core::{
    Data, DataRef, Run, RunId, TaskId, Timestamp, Track, TrackId, TrackRef, UserName,
};

use crate::error::{InRow as _, StoreResult, corrupt_by, corrupt_row};

/// The number of a track in the file; nothing for one that no file can have.
pub(crate) fn track_number(id: TrackId) -> Option<i64> {
    i64::try_from(id.number()).ok()
}

/// The number of a run in the file; nothing for one that no file can have.
pub(crate) fn run_number(id: RunId) -> Option<i64> {
    i64::try_from(id.number()).ok()
}

pub(crate) fn track_id(number: i64) -> StoreResult<TrackId> {
    let id = u64::try_from(number).ok().and_then(TrackId::new);
    id.ok_or_else(|| corrupt_row("a track number"))
        .in_row("track", number)
}

pub(crate) fn run_id(number: i64) -> StoreResult<RunId> {
    let id = u64::try_from(number).ok().and_then(RunId::new);
    id.ok_or_else(|| corrupt_row("a run number"))
        .in_row("run", number)
}

pub(crate) fn timestamp(micros: i64) -> StoreResult<Timestamp> {
    Timestamp::from_micros(micros).map_err(|error| corrupt_by("a time", error))
}

/// A name or data that the row holds.
fn text<'r>(row: &'r Row<'_>, column: usize) -> StoreResult<&'r str> {
    let text = row.get_ref(column)?.as_str();
    text.map_err(|error| corrupt_by("what is not text", error))
}

/// Data that the row holds. All of it is looked at only where it is asked for, and by a check;
/// what is no object at all is found here.
fn object<'r>(row: &'r Row<'_>, column: usize) -> StoreResult<&'r str> {
    let text = text(row, column)?;
    if text.starts_with('{') && text.ends_with('}') {
        Ok(text)
    } else {
        Err(corrupt_row("data that is no JSON object"))
    }
}

/// A track as a row has it: id, time, data, run; its names come from elsewhere.
pub(crate) fn track_ref<'r>(
    row: &'r Row<'_>,
    task: &'r TaskId,
    user: &'r UserName,
) -> StoreResult<TrackRef<'r>> {
    let number = row.get(0)?;
    Ok(TrackRef::new(
        track_id(number)?,
        task,
        run_id(row.get(3)?).in_row("track", number)?,
        user,
        timestamp(row.get(1)?).in_row("track", number)?,
        DataRef::from_canonical(object(row, 2).in_row("track", number)?),
    ))
}

/// A track to keep: id, time, data, run, and the names of task and user.
pub(crate) fn track(row: &Row<'_>) -> StoreResult<Track> {
    let number: i64 = row.get(0)?;
    let task = TaskId::new(row.get::<_, String>(4)?)
        .map_err(|error| corrupt_by("a task id", error))
        .in_row("track", number)?;
    let user = UserName::new(row.get::<_, String>(5)?)
        .map_err(|error| corrupt_by("a user name", error))
        .in_row("track", number)?;
    Ok(track_ref(row, &task, &user)?.to_track())
}

/// A run to keep: id, task, start, end, finished, current.
pub(crate) fn run(row: &Row<'_>) -> StoreResult<Run> {
    let number = row.get(0)?;
    let task: Option<String> = row.get(1)?;
    let task = task
        .map(TaskId::new)
        .transpose()
        .map_err(|error| corrupt_by("a task id", error))
        .in_row("run", number)?;
    let time = |column| timestamp(row.get(column)?).in_row("run", number);
    let run = Run::new(run_id(number)?, task, time(2)?, time(3)?);
    Ok(run.with_finished(row.get(4)?).with_current(row.get(5)?))
}

/// Data that a column holds.
pub(crate) fn data(row: &Row<'_>, column: usize) -> StoreResult<Data> {
    object(row, column).map(Data::from_canonical)
}

/// The same, looked at as a whole.
pub(crate) fn validated_data(row: &Row<'_>, column: usize) -> StoreResult<Data> {
    is_json(object(row, column)?)?;
    data(row, column)
}

/// Fails where data is no JSON.
pub(crate) fn is_json(data: &str) -> StoreResult<()> {
    let read = serde_json::from_str::<&serde_json::value::RawValue>(data);
    read.map_err(|error| corrupt_by("data that is no JSON object", error))?;
    Ok(())
}
