//! Checkpoints: how far somebody has come.

use rusqlite::{Connection, Row, params};
use tracking_core::{Batch, Checkpoint, CheckpointName, Data, rules};

use crate::change::Change;
use crate::error::{InRow as _, StoreResult, corrupt_by};
use crate::rows::validated_data;
use crate::sql::Statements;

impl Change<'_> {
    /// Refuses a batch that expects a checkpoint to be what it is not.
    pub(crate) fn check_checkpoints(&self, batch: &Batch) -> StoreResult<()> {
        rules::check_checkpoints(batch, |moved| {
            let position = position(self.connection, self.sql, moved.to().name())?;
            Ok(moved.from().allows(position.as_ref()))
        })
    }

    pub(crate) fn set_checkpoint(&self, checkpoint: &Checkpoint) -> StoreResult<()> {
        let mut statement = self.connection.prepare_cached(&self.sql.set_checkpoint)?;
        statement.execute(params![
            checkpoint.name().as_str(),
            checkpoint.position().as_str()
        ])?;
        Ok(())
    }
}

/// Where a checkpoint is, if it is there.
pub(crate) fn position(
    connection: &Connection,
    sql: &Statements,
    name: &CheckpointName,
) -> StoreResult<Option<Data>> {
    let mut statement = connection.prepare_cached(&sql.checkpoint)?;
    let mut rows = statement.query([name.as_str()])?;
    let found = rows.next()?.map(|row| validated_data(row, 0)).transpose();
    found.in_row("checkpoint", name)
}

/// At most so many checkpoints in order of their names, after one of them.
pub(crate) fn after(
    connection: &Connection,
    sql: &Statements,
    after: Option<&CheckpointName>,
    limit: usize,
) -> StoreResult<Vec<Checkpoint>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let text = if after.is_some() {
        &sql.checkpoints_after
    } else {
        &sql.first_checkpoints
    };
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = match after {
        Some(after) => statement.query(params![limit, after.as_str()])?,
        None => statement.query([limit])?,
    };
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(of_row(row)?);
    }
    Ok(found)
}

/// A checkpoint that a row has: name and position.
pub(crate) fn of_row(row: &Row<'_>) -> StoreResult<Checkpoint> {
    let name: String = row.get(0)?;
    let name = CheckpointName::new(name);
    let name = name.map_err(|error| corrupt_by("a checkpoint name", error))?;
    let position = validated_data(row, 1).in_row("checkpoint", &name)?;
    Ok(Checkpoint::new(name, position))
}
