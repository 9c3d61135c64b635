//! Batches that were applied under an id.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use tracking_core::{AppliedBatch, BatchId, BatchRetention, Fingerprint, Timestamp};

use crate::change::Change;
use crate::error::{InRow as _, StoreResult, corrupt_by};
use crate::rows::timestamp;
use crate::settings::{self, NO_LIMIT, Setting};
use crate::sql::Statements;

/// How long ids are remembered.
pub(crate) fn retention(connection: &Connection, sql: &Statements) -> StoreResult<BatchRetention> {
    let mut retention = BatchRetention::default();
    if let Some(age) = settings::get(connection, sql, Setting::BatchMaxAge)? {
        retention = retention.with_max_age(u64::try_from(age).ok().map(Duration::from_micros));
    }
    if let Some(count) = settings::get(connection, sql, Setting::BatchMaxCount)? {
        retention = retention.with_max_count(u64::try_from(count).ok());
    }
    Ok(retention)
}

impl Change<'_> {
    pub(crate) fn set_batch_retention(&self, retention: &BatchRetention) -> StoreResult<()> {
        let age = retention.max_age().map_or(NO_LIMIT, |age| {
            i64::try_from(age.as_micros()).unwrap_or(NO_LIMIT)
        });
        let count = retention
            .max_count()
            .map_or(NO_LIMIT, |count| i64::try_from(count).unwrap_or(NO_LIMIT));
        self.set(Setting::BatchMaxAge, age)?;
        self.set(Setting::BatchMaxCount, count)
    }

    /// The batch that was applied under an id, if it is remembered.
    pub(crate) fn applied_batch(&self, id: &BatchId) -> StoreResult<Option<AppliedBatch>> {
        let mut statement = self.connection.prepare_cached(&self.sql.find_batch)?;
        let found = statement
            .query_row([id.as_str()], |row| {
                Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((time, fingerprint, outcomes)) = found else {
            return Ok(None);
        };
        let fingerprint = <[u8; 16]>::try_from(fingerprint.as_slice())
            .map_err(|error| corrupt_by("a fingerprint", error))
            .in_row("batch", id)?;
        let outcomes: String = outcomes;
        Ok(Some(AppliedBatch::from_parts(
            id.clone(),
            Fingerprint::from_u128(u128::from_be_bytes(fingerprint)),
            outcomes,
            timestamp(time).in_row("batch", id)?,
        )))
    }

    /// Remembers a batch that has been applied, and forgets what is beyond the retention.
    pub(crate) fn remember_batch(&self, applied: &AppliedBatch) -> StoreResult<()> {
        let fingerprint = applied.fingerprint().to_u128().to_be_bytes();
        let mut statement = self.connection.prepare_cached(&self.sql.add_batch)?;
        statement.execute(params![
            applied.id().as_str(),
            applied.time().micros(),
            fingerprint,
            applied.outcomes_text()
        ])?;
        let retention = retention(self.connection, self.sql)?;
        if let Some(count) = retention.max_count() {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            // Numbers have no gaps, since they are only ever taken from the front.
            let mut statement = self.connection.prepare_cached(&self.sql.keep_batches)?;
            statement.execute([count])?;
        }
        if retention.max_age().is_some() {
            self.forget_old_batches(&retention, applied.time())?;
        }
        Ok(())
    }

    fn forget_old_batches(&self, retention: &BatchRetention, now: Timestamp) -> StoreResult<()> {
        let mut oldest = self.connection.prepare_cached(&self.sql.oldest_batch)?;
        let mut remove = self.connection.prepare_cached(&self.sql.remove_batch)?;
        loop {
            let found: Option<(i64, i64)> = oldest
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            match found {
                Some((number, time)) if retention.is_too_old(timestamp(time)?, now) => {
                    remove.execute([number])?;
                }
                _ => return Ok(()),
            }
        }
    }
}
