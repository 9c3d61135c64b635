//! Saving one track in one round trip.
//!
//! A change takes two round trips: the first one locks the store's row and reads what the rules of
//! the contract need, the second one writes. For a single save into a run that is there, the function
//! `tracking.save_track` does both on the server, with the same result. Whatever it does not do, or
//! the server refuses, takes the two round trips, and errors are reported by these.

use std::time::Duration;

use tokio_postgres::types::Type;
use tracking_core::{Batch, NewTrack, Operation, Outcome, RunChoice, SaveMode, Timestamp};

use crate::error::{Result, StoreError};
use crate::events;
use crate::inner::Inner;
use crate::names::split_owned;
use crate::ranges;
use crate::rows::{run_number, track_id};
use crate::statement::Sql;

/// Saves the track of a batch that is a single save, in one round trip; nothing where that takes two
/// round trips, in which case nothing was changed.
pub(crate) async fn try_save(inner: &Inner, batch: &Batch) -> Option<Result<Vec<Outcome>>> {
    let track = single_track(batch)?;
    if !inner.single_saves.is_next_attempt() {
        return None;
    }
    let settings = &inner.pool.settings;
    let connection = match inner.pool.get().await {
        Ok(connection) => connection,
        Err(error) => return Some(Err(error)),
    };
    if !connection.has_answered_lately() {
        return None;
    }
    let sql = statement(&inner.store, track, inner.now(), settings.lock_timeout)?;
    let limit = settings.locking_timeout();
    let rows = match connection.autocommit(&sql, limit).await {
        Ok(rows) => rows,
        // Without a time of its own it did not wait. Two round trips read the clock after the wait.
        Err(error) if error.is_lock_timeout() && track.time().is_none() => return None,
        Err(error) if error.is_lock_timeout() => {
            events::lock_timeout(&inner.store, settings.lock_timeout);
            return Some(Err(error));
        }
        Err(error @ StoreError::CommitUnknown(_)) => return Some(Err(error)),
        // It took too long, or is to end; a second attempt would take as long again.
        Err(error) if error.is_interrupted() => return Some(Err(error)),
        Err(_) => {
            inner.single_saves.note(false);
            return None;
        }
    };
    let saved = rows.first().map_or(Ok(None), |row| row.try_get(0));
    let saved = match saved {
        Ok(saved) => saved.filter(|id: &i64| *id != 0),
        Err(error) => return Some(Err(error.into())),
    };
    inner.single_saves.note(saved.is_some());
    let saved = saved?;
    if let Some(size) = inner.partition_every.get() {
        let last_ids = saved - 1..=saved;
        ranges::extend_after_change(&connection, &inner.store, *size, last_ids).await;
    }
    Some(track_id(saved).map(|id| vec![Outcome::Saved(id)]))
}

/// The track of a batch that only saves one, without a key.
fn single_track(batch: &Batch) -> Option<&NewTrack> {
    match batch.operations() {
        [Operation::Save(track)] => {
            let is_plain =
                batch.id().is_none() && batch.checkpoints().is_empty() && track.key().is_none();
            is_plain.then_some(track)
        }
        _ => None,
    }
}

/// The statement that saves it; nothing where the function does not do that.
fn statement(store: &str, track: &NewTrack, now: Timestamp, lock_timeout: Duration) -> Option<Sql> {
    let run = match track.run() {
        RunChoice::Current => None,
        RunChoice::Id(id) => Some(run_number(id)?),
        _ => return None,
    };
    let mode = match track.mode() {
        SaveMode::Append => "append",
        SaveMode::Replace => "replace",
        // A merge of nothing leaves the track as it is.
        SaveMode::Merge if !track.data().is_empty() => "merge",
        _ => return None,
    };
    let (task, task_rest) = split_owned(track.task());
    let (user, user_rest) = split_owned(track.user());
    let sql = Sql::fixed(
        "select tracking.save_track($1, $2, $3, $4, $5, $6, $7, $8::json, $9, $10, $11)",
    );
    Some(
        sql.with_text(store)
            .with_text(task)
            .with_optional_text(task_rest)
            .with(run, Type::INT8)
            .with_text(user)
            .with_optional_text(user_rest)
            .with_time(track.time().unwrap_or(now))
            .with_text(track.data().as_str())
            .with_text(mode)
            .with_text(lock_timeout.as_millis().to_string())
            .with(track.time().is_some(), Type::BOOL),
    )
}
