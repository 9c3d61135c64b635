//! Rows as tracks, runs and keys.

use tokio_postgres::Row;
use tracking_core::{
    CheckpointName, Data, DataRef, Fingerprint, Key, KeyUse, Run, RunId, TaskId, Track, TrackId,
    TrackRef,
};

use crate::error::{Result, corrupt_row};
use crate::names::join;
use crate::values::{Json, Time};

/// The columns of a track, as [`with_track`] reads them.
macro_rules! track_columns {
    () => {
        "t.id, t.task, t.task_rest, t.run, t.username, t.username_rest, t.time, t.data"
    };
}
pub(crate) use track_columns;

/// The columns of a run, as [`run`] reads them.
macro_rules! run_columns {
    () => {
        "r.id, r.task, r.task_rest, r.start_time, r.end_time, r.finished, r.current"
    };
}
pub(crate) use run_columns;

/// The id of a track as the tables have it; nothing where no table can have it.
pub(crate) fn track_number(id: TrackId) -> Option<i64> {
    i64::try_from(id.number()).ok()
}

/// The id of a run as the tables have it; nothing where no table can have it.
pub(crate) fn run_number(id: RunId) -> Option<i64> {
    i64::try_from(id.number()).ok()
}

pub(crate) fn track_id(number: i64) -> Result<TrackId> {
    let id = u64::try_from(number).ok().and_then(TrackId::new);
    id.ok_or_else(|| corrupt_row("track", number, "the id is not positive"))
}

pub(crate) fn run_id(number: i64) -> Result<RunId> {
    let id = u64::try_from(number).ok().and_then(RunId::new);
    id.ok_or_else(|| corrupt_row("run", number, "the id is not positive"))
}

/// Lends the track of a row that begins with the [columns](track_columns) of one.
pub(crate) fn with_track<T>(row: &Row, use_it: impl FnOnce(TrackRef<'_>) -> T) -> Result<T> {
    let number: i64 = row.try_get(0)?;
    let (task, task_rest): (&str, Option<&str>) = (row.try_get(1)?, row.try_get(2)?);
    let (user, user_rest): (&str, Option<&str>) = (row.try_get(4)?, row.try_get(5)?);
    let time: Time = row.try_get(6)?;
    let data: Json<'_> = row.try_get(7)?;
    let (id, run) = (track_id(number)?, run_id(row.try_get(3)?)?);
    if task.is_empty() {
        return Err(corrupt_row("track", number, "it has no task"));
    }
    let data = DataRef::from_canonical(data.0);
    if task_rest.is_none() && user_rest.is_none() {
        return Ok(use_it(TrackRef::new(id, task, run, user, time.0, data)));
    }
    let (task, user) = (join(task, task_rest), join(user, user_rest));
    Ok(use_it(TrackRef::new(
        id,
        task.as_str(),
        run,
        user.as_str(),
        time.0,
        data,
    )))
}

pub(crate) fn track(row: &Row) -> Result<Track> {
    with_track(row, |track| track.to_track())
}

/// A name of two columns.
pub(crate) fn task(row: &Row, column: usize) -> Result<Option<TaskId>> {
    let head: Option<&str> = row.try_get(column)?;
    let rest: Option<&str> = row.try_get(column + 1)?;
    Ok(head.map(|head| TaskId::new(join(head, rest))).transpose()?)
}

/// The run of a row that begins with the [columns](run_columns) of one.
pub(crate) fn run(row: &Row) -> Result<Run> {
    let (start, end): (Time, Time) = (row.try_get(3)?, row.try_get(4)?);
    let run = Run::new(run_id(row.try_get(0)?)?, task(row, 1)?, start.0, end.0);
    Ok(run
        .with_finished(row.try_get(5)?)
        .with_current(row.try_get(6)?))
}

/// The key of a row with the columns key, `key_rest`, track, fingerprint.
pub(crate) fn key_use(row: &Row) -> Result<KeyUse> {
    let key = join(row.try_get(0)?, row.try_get(1)?);
    let bytes: &[u8] = row.try_get(3)?;
    let fingerprint = fingerprint(bytes)
        .ok_or_else(|| corrupt_row("key", &key, "the fingerprint does not have 16 bytes"))?;
    Ok(KeyUse::new(
        Key::new(key)?,
        track_id(row.try_get(2)?)?,
        fingerprint,
    ))
}

pub(crate) fn fingerprint(bytes: &[u8]) -> Option<Fingerprint> {
    let bytes = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Fingerprint::from_u128(u128::from_be_bytes(bytes)))
}

/// The checkpoint of a row with the columns name, `name_rest`, position.
pub(crate) fn checkpoint(row: &Row) -> Result<tracking_core::Checkpoint> {
    let name = CheckpointName::new(join(row.try_get(0)?, row.try_get(1)?))?;
    let position: Json<'_> = row.try_get(2)?;
    let position = Data::from_canonical(position.0);
    Ok(tracking_core::Checkpoint::new(name, position))
}
