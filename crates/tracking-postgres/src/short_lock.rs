//! Statements that lock a table, without making others wait for long.

use std::time::Duration;

use crate::connection::Connection;
use crate::error::{Result, StoreError};
use crate::transaction::{SHORT_LOCK, opening};

/// How often a lock is tried for, each time for [`SHORT_LOCK`].
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Runs a statement that locks a table, in many short attempts.
pub(crate) async fn with_short_lock(connection: &Connection, text: &str) -> Result<()> {
    let opening = opening(SHORT_LOCK);
    let mut attempt = 1;
    loop {
        let Err(error) = connection.execute_in_transaction(&opening, text).await else {
            return Ok(());
        };
        let is_locked = error.is_conflict() || error.is_lock_timeout();
        if attempt >= LOCK_ATTEMPTS || !is_locked {
            return Err(error);
        }
        tokio::time::sleep(LOCK_PAUSE * attempt).await;
        attempt += 1;
    }
}

/// Takes it for done where a lock was not free: what was left out does no harm.
pub(crate) fn unless_locked(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if StoreError::is_lock_timeout(&error) => Ok(()),
        done => done,
    }
}
