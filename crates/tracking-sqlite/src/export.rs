//! Everything the store holds, as of one moment.

use std::ops::ControlFlow;

use rusqlite::{CachedStatement, Row};
use tracking_core::{Counters, Record, RecordVisitor, RunId, TrackId};

use crate::checkpoints;
use crate::error::{InRow as _, StoreResult};
use crate::fields::indexed;
use crate::keys;
use crate::name_cache::NameCache;
use crate::pool::Reader;
use crate::rows::{is_json, run, track_ref};
use crate::sql::Statements;

/// Hands out each record of the store, until the visitor stops; within a transaction, so that
/// all are of one moment. It holds one row at a time, whatever the store holds.
pub(crate) fn export(
    reader: &mut Reader,
    sql: &Statements,
    visitor: &mut RecordVisitor<'_>,
) -> StoreResult<()> {
    let _broken_off = each(reader, sql, visitor)?;
    Ok(())
}

/// Whether the visitor goes on.
type Next = ControlFlow<()>;

fn each(
    reader: &mut Reader,
    sql: &Statements,
    visitor: &mut RecordVisitor<'_>,
) -> StoreResult<Next> {
    let Reader { connection, names } = reader;
    for field in indexed(connection, sql)?.into_keys() {
        if visitor(Record::Index(field)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    let runs = connection.prepare_cached(&sql.all_runs)?;
    if each_row(runs, visitor, |row| run(row).map(Record::Run))?.is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let tracks = connection.prepare_cached(&sql.all_tracks)?;
    let track = |row: &Row<'_>, names: &mut NameCache| {
        let (task, user) = names.both(connection, sql, (row.get(4)?, row.get(5)?))?;
        let track = track_ref(row, task, user)?;
        is_json(track.data().as_str()).in_row("track", track.id())?;
        Ok(Record::Track(track.to_track()))
    };
    if each_row(tracks, visitor, |row| track(row, names))?.is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let keys = connection.prepare_cached(&sql.all_keys)?;
    if each_row(keys, visitor, |row| keys::of_row(row).map(Record::Key))?.is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let positions = connection.prepare_cached(&sql.checkpoints)?;
    let checkpoint = |row: &Row<'_>| checkpoints::of_row(row).map(Record::Checkpoint);
    if each_row(positions, visitor, checkpoint)?.is_break() {
        return Ok(ControlFlow::Break(()));
    }
    Ok(visitor(Record::Counters(counters(
        &mut connection.prepare_cached(&sql.counters)?,
    )?)))
}

fn each_row(
    mut statement: CachedStatement<'_>,
    visitor: &mut RecordVisitor<'_>,
    mut record: impl FnMut(&Row<'_>) -> StoreResult<Record>,
) -> StoreResult<Next> {
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if visitor(record(row)?).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The last ids given.
pub(crate) fn counters(statement: &mut CachedStatement<'_>) -> StoreResult<Counters> {
    let (track, run): (i64, i64) = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Counters::new(
        TrackId::new(track.unsigned_abs()),
        RunId::new(run.unsigned_abs()),
    ))
}
