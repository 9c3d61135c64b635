//! Events for operators, emitted with the feature `tracing`. Without it, every call is empty.
//!
//! An event names files, counts, durations and kinds of errors, and never users, tasks or data.

#![cfg_attr(
    not(feature = "tracing"),
    expect(
        unused_variables,
        clippy::unused_self,
        reason = "without the feature nothing is emitted"
    )
)]

use std::path::Path;
use std::time::Duration;
#[cfg(feature = "tracing")]
use std::time::Instant;

use rusqlite::Connection;
#[cfg(feature = "tracing")]
use rusqlite::ErrorCode;

use crate::error::StoreError;

/// A wait for a lock that is shorter than this is normal.
#[cfg(feature = "tracing")]
const LONG_WAIT: Duration = if cfg!(test) {
    Duration::from_millis(10)
} else {
    Duration::from_secs(1)
};

/// Measures how long a call waits for a lock.
#[derive(Debug)]
pub(crate) struct LockWait {
    #[cfg(feature = "tracing")]
    start: Instant,
}

impl LockWait {
    #[inline]
    pub(crate) fn start() -> Self {
        Self {
            #[cfg(feature = "tracing")]
            start: Instant::now(),
        }
    }

    /// Emits an event if the wait was long, or if it ended with the error that the file is busy.
    #[inline]
    pub(crate) fn end(self, file: &Path, error: Option<&StoreError>) {
        #[cfg(feature = "tracing")]
        {
            let waited = self.start.elapsed();
            match error {
                Some(StoreError::Sqlite(error))
                    if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
                {
                    lock_timeout(file, waited);
                }
                None if waited >= LONG_WAIT => {
                    tracing::warn!(file = %file.display(), ?waited, "waited for a lock");
                }
                _ => {}
            }
        }
    }

    /// The same for the file of a connection.
    #[inline]
    pub(crate) fn end_of(self, connection: &Connection, error: Option<&StoreError>) {
        #[cfg(feature = "tracing")]
        self.end(Path::new(connection.path().unwrap_or_default()), error);
    }
}

/// A call gave up, because others held a lock for too long.
#[inline]
pub(crate) fn lock_timeout(file: &Path, waited: Duration) {
    #[cfg(feature = "tracing")]
    tracing::warn!(file = %file.display(), ?waited, "gave up waiting for a lock");
}

/// A call gave up, because all connections that read were in use for too long.
#[inline]
pub(crate) fn readers_exhausted(file: &Path, readers: usize, waited: Duration) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        file = %file.display(), readers, ?waited,
        "gave up waiting for a connection that reads"
    );
}

/// The tables of a file were upgraded.
#[inline]
pub(crate) fn migrated(file: &Path, from: i64, to: i64) {
    #[cfg(feature = "tracing")]
    tracing::info!(file = %file.display(), from, to, "upgraded the tables");
}

/// Traces of a removed name stay in the file for now, because somebody still reads them.
#[inline]
pub(crate) fn wipe_pending(file: &Path) {
    #[cfg(feature = "tracing")]
    tracing::warn!(file = %file.display(), "a wipe is pending");
}

/// A wipe failed, and is retried after some more changes.
#[inline]
pub(crate) fn wipe_failed(connection: &Connection, changes_to_skip: u32) {
    #[cfg(feature = "tracing")]
    {
        let file = connection.path().unwrap_or_default();
        tracing::warn!(file, changes_to_skip, "a wipe failed and will be retried");
    }
}

/// A wipe that was pending is complete.
#[inline]
pub(crate) fn wipe_completed(connection: &Connection) {
    #[cfg(feature = "tracing")]
    tracing::info!(
        file = connection.path().unwrap_or_default(),
        "a pending wipe is complete"
    );
}

#[cfg(feature = "tracing")]
#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use serde_json::json;
    use tracking_core::{TrackingStorage, TrackingStorageExt};
    use tracking_testkit::events::events_of;

    use super::*;
    use crate::SqliteStorage;

    fn assert_one(events: &[String], level: &str, message: &str, field: &str) {
        let found = events.iter().filter(|event| {
            event.starts_with(level)
                && event.contains(&format!(" message={message}"))
                && event.contains(field)
        });
        assert_eq!(found.count(), 1, "{message} in {events:#?}");
    }

    #[test]
    fn an_upgrade_of_the_tables_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/version-1.db");
        std::fs::copy(old, &file).unwrap();
        let upgraded = events_of(|| drop(SqliteStorage::open(&file).unwrap()));
        assert_one(&upgraded, "INFO", "upgraded the tables", " from=1 to=4");
        assert_one(&upgraded, "INFO", "upgraded the tables", "test.db");
        let opened = events_of(|| drop(SqliteStorage::open(&file).unwrap()));
        assert!(opened.is_empty(), "{opened:?}");
    }

    #[test]
    fn a_long_wait_for_another_thread_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStorage::open(folder.path().join("test.db")).unwrap();
        let locked = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                let held = store.write("write to", |_| {
                    locked.wait();
                    thread::sleep(Duration::from_millis(500));
                    Ok(())
                });
                held.unwrap();
            });
            locked.wait();
            let events = events_of(|| {
                store.save_data("task", "user", json!({})).unwrap();
            });
            assert_one(&events, "WARN", "waited for a lock", "test.db");
            let event = events.concat();
            assert!(
                !event.contains("task") && !event.contains("user"),
                "{event}"
            );
        });
    }

    #[test]
    fn a_call_that_gives_up_waiting_for_another_process_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let timeout = Duration::from_millis(20);
        let builder = SqliteStorage::builder(&file).busy_timeout(timeout);
        let store = builder.open().unwrap();
        let other = Connection::open(&file).unwrap();
        other.execute_batch("begin immediate").unwrap();
        let events = events_of(|| {
            store.save_data("task", "user", json!({})).unwrap_err();
        });
        assert_one(&events, "WARN", "gave up waiting for a lock", "test.db");
    }

    #[test]
    fn a_wipe_that_waits_for_a_reader_and_its_completion_are_events() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let timeout = Duration::from_millis(20);
        let builder = SqliteStorage::builder(&file).busy_timeout(timeout);
        let store = builder.open().unwrap();
        store.save_data("task", "user", json!({})).unwrap();
        let reader = Connection::open(&file).unwrap();
        reader
            .execute_batch("begin; select count(*) from track")
            .unwrap();
        let erased = events_of(|| {
            let user = tracking_core::UserName::new("user").unwrap();
            store.erase_user(&user).unwrap();
        });
        assert_one(&erased, "WARN", "a wipe is pending", "test.db");
        drop(reader);
        let saved = events_of(|| {
            store.save_data("task", "other", json!({})).unwrap();
        });
        assert_one(&saved, "INFO", "a pending wipe is complete", "test.db");
    }
}
