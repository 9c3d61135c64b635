//! Wiping what removed names leave behind: in unused space of the file, and in the log next to it.
//!
//! `SQLite` overwrites what is deleted (`secure_delete`), but when it moves rows between pages it
//! leaves copies in their unused space. Only rewriting the whole file removes those. The log still
//! has the pages as they were before, until all of it is in the file and it is emptied.
//!
//! A wipe is requested in the transaction that removes the name. So the file itself records that
//! it is due, and whoever opens the file or writes to it next completes it, also after a kill.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use tracking_core::{Result, Wipe};

use crate::SqliteStorage;
use crate::backoff::Backoff;
use crate::change::Change;
use crate::error::StoreResult;
use crate::events;
use crate::sql::{FIND_WIPE, WIPE_STATE};
use crate::write_cache::WriteCache;
use tracking_core::StoreName;

/// Counts requests, so that a request that comes in while another is worked on is not lost.
const TABLE: &str = "create table if not exists wipe (
  id integer primary key check (id = 1),
  requested integer not null,
  rewritten integer not null,
  done integer not null
) strict";

const REQUEST: &str = "insert into wipe (id, requested, rewritten, done) values (1, 1, 0, 0) \
    on conflict (id) do update set requested = requested + 1";

/// A call that removes a name waits this long for readers of older snapshots.
const MAX_READER_WAIT: Duration = Duration::from_secs(1);

/// The progress of requested wipes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct WipeProgress {
    /// How many wipes were requested.
    requested: i64,
    /// How many of these the file has been rewritten for.
    rewritten: i64,
    /// For how many of these the log has been emptied afterwards.
    done: i64,
}

impl Change<'_> {
    /// Requests a wipe, which is due once the transaction is committed.
    pub(crate) fn request_wipe(&mut self, store: &StoreName) -> StoreResult<()> {
        delete_statistics(self.connection, store)?;
        self.connection.execute_batch(TABLE)?;
        self.connection.execute(REQUEST, [])?;
        self.cache.is_wipe_due = true;
        Ok(())
    }
}

impl SqliteStorage {
    /// Completes a wipe that a user's erasure or renaming has requested, where one is still due,
    /// and says whether any trace may remain.
    ///
    /// It rewrites the whole file, and empties the log next to it. It needs room for a copy of the
    /// file twice, next to it and where the system keeps temporary files, and nobody else can
    /// write meanwhile. Whoever opens the file for writing, or changes something, does this by
    /// itself; call it to learn when it is done.
    ///
    /// # Errors
    ///
    /// Those of every change.
    pub fn wipe(&self) -> Result<Wipe> {
        let timeout = self.busy_timeout();
        let reader_timeout = MAX_READER_WAIT.min(timeout);
        let is_complete = self.write("wipe removed data from", |writer| {
            let finished = finish(&writer.connection, reader_timeout, timeout);
            writer.wipe_attempted(&finished);
            finished
        })?;
        Ok(if is_complete {
            Wipe::Complete
        } else {
            events::wipe_pending(self.path());
            Wipe::Pending(format!(
                "somebody still reads {} as it was before; the next change after they have \
                 finished wipes the rest",
                self.path().display()
            ))
        })
    }

    /// The same for a call whose change is made, whatever becomes of the wipe.
    pub(crate) fn wipe_or_say(&self) -> Wipe {
        self.wipe().unwrap_or_else(|error| {
            let why = std::error::Error::source(&error).map(ToString::to_string);
            let why = why.map_or_else(String::new, |why| format!(": {why}"));
            Wipe::Pending(format!(
                "{error}{why}; the next change, or the next program that opens the file for \
                 writing, tries again"
            ))
        })
    }
}

impl crate::writer::Writer {
    /// Completes a wipe that is due, after a change: nobody is waited for, and what fails is left
    /// to a later change.
    pub(crate) fn wipe_if_due(&mut self, timeout: Duration) {
        if !self.cache.is_wipe_due {
            return;
        }
        if self.backoff.skips() {
            return;
        }
        let finished = finish(&self.connection, Duration::ZERO, timeout);
        if matches!(finished, Ok(true)) {
            events::wipe_completed(&self.connection);
        }
        self.wipe_attempted(&finished);
    }

    fn wipe_attempted(&mut self, finished: &StoreResult<bool>) {
        if let Ok(is_complete) = finished {
            self.cache.is_wipe_due = !is_complete;
            self.backoff = Backoff::default();
        } else {
            self.backoff.fail();
            events::wipe_failed(&self.connection, self.backoff.changes_to_skip());
        }
    }
}

/// Whether a wipe is due; within a transaction.
pub(crate) fn is_due(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(state(connection)?.is_some_and(|state| state.done < state.requested))
}

fn state(connection: &Connection) -> rusqlite::Result<Option<WipeProgress>> {
    let mut find = connection.prepare_cached(FIND_WIPE)?;
    if !find.exists([])? {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(WIPE_STATE)?;
    let state = statement.query_row([], |row| {
        Ok(WipeProgress {
            requested: row.get(0)?,
            rewritten: row.get(1)?,
            done: row.get(2)?,
        })
    });
    state.optional()
}

/// Does what is due, and tells whether nothing is left to do. Those who read are waited for as
/// long as `reader_timeout`, those who write as long as `timeout`.
pub(crate) fn finish(
    connection: &Connection,
    reader_timeout: Duration,
    timeout: Duration,
) -> StoreResult<bool> {
    let Some(before) = state(connection)?.filter(|state| state.done < state.requested) else {
        return Ok(true);
    };
    if before.rewritten < before.requested {
        rewrite(connection)?;
        let text = "update wipe set rewritten = max(rewritten, ?1)";
        connection.execute(text, params![before.requested])?;
    }
    connection.busy_timeout(reader_timeout)?;
    let emptied = crate::shrink::checkpoint_and_truncate(connection);
    connection.busy_timeout(timeout)?;
    if !emptied? {
        return Ok(false);
    }
    let text = "update wipe set done = max(done, ?1)";
    connection.execute(text, params![before.requested])?;
    Ok(!is_due(connection)?)
}

/// Rewrites every page of the file, so that unused space holds nothing.
fn rewrite(connection: &Connection) -> StoreResult<()> {
    // What is copied on the way need not fit into memory.
    connection.pragma_update(None, "temp_store", "file")?;
    let rewritten = connection.execute_batch("vacuum");
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(rewritten?)
}

/// Deletes the samples of names and values that `analyze` has put into the file. The store needs
/// none.
fn delete_statistics(connection: &Connection, store: &StoreName) -> StoreResult<()> {
    let prefix = crate::store_name::table_prefix(store);
    let tables: Vec<String> = ["task", "user", "run", "track", "key", "checkpoint"]
        .map(|table| format!("'{prefix}{table}'"))
        .into();
    for samples in ["sqlite_stat3", "sqlite_stat4"] {
        let there = connection
            .prepare("select 1 from sqlite_schema where type = 'table' and name = ?1")?
            .exists([samples])?;
        if there {
            let tables = tables.join(", ");
            connection.execute_batch(&format!("delete from {samples} where tbl in ({tables})"))?;
        }
    }
    Ok(())
}

impl WriteCache {
    /// Looks whether another process has requested a wipe that is still due.
    pub(crate) fn refresh_wipe_due(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.is_wipe_due = is_due(connection)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;
    use tracking_core::{Removal, TrackingStorageExt, UserName};

    use super::*;

    const NAME: &str = "Zaphod Beeblebrox";

    fn is_named(folder: &Path) -> bool {
        let files = std::fs::read_dir(folder).unwrap();
        files.into_iter().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let mut parts = bytes.windows(NAME.len());
            parts.any(|part| part == NAME.as_bytes())
        })
    }

    fn store(folder: &Path) -> SqliteStorage {
        SqliteStorage::open(folder.join("test.db")).unwrap()
    }

    /// As a kill leaves it: the removal is committed, and nothing after it was done.
    fn remove_without_a_wipe(store: &SqliteStorage) {
        for n in 0..100 {
            store.save_data("t", NAME, json!({"n": n})).unwrap();
        }
        assert_eq!(remove_again_without_a_wipe(store), 100);
    }

    fn remove_again_without_a_wipe(store: &SqliteStorage) -> u64 {
        let removed = store.write("write to", |writer| {
            writer.change(&store.sql, |change| {
                change.request_wipe(store.store_name())?;
                change.remove_by(&Removal::user(UserName::new(NAME)?))
            })
        });
        removed.unwrap().tracks
    }

    #[test]
    fn a_wipe_that_was_cut_short_is_completed_by_the_next_who_opens_or_writes() {
        for by_opening in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let killed = store(folder.path());
            let other = store(folder.path());
            remove_without_a_wipe(&killed);
            assert!(is_named(folder.path()));
            if by_opening {
                store(folder.path());
            } else {
                other.save_data("t", "anna", json!({})).unwrap();
            }
            assert!(!is_named(folder.path()), "{by_opening}");
            assert_eq!(killed.wipe().unwrap(), Wipe::Complete);
        }
    }

    #[test]
    fn a_wipe_that_fails_is_tried_again_after_more_and_more_changes() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let passed = store.write("write to", |writer| {
            let mut passed = Vec::new();
            for _ in 0..12 {
                writer.wipe_attempted(&Err(crate::error::corrupt_row("a fault")));
                passed.push(writer.backoff.changes_to_skip());
            }
            writer.wipe_attempted(&Ok(true));
            passed.push(writer.backoff.changes_to_skip());
            Ok(passed)
        });
        let expected = [0, 2, 6, 14, 30, 62, 126, 254, 510, 1022, 1022, 1022, 0];
        assert_eq!(passed.unwrap(), expected);
    }

    #[test]
    fn a_request_during_a_wipe_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        remove_without_a_wipe(&store);
        remove_again_without_a_wipe(&store);
        store
            .write("write to", |writer| {
                let before = state(&writer.connection)?.unwrap();
                assert_eq!((before.requested, before.done), (2, 0));
                writer
                    .connection
                    .execute_batch("update wipe set rewritten = 1, done = 1")?;
                assert!(is_due(&writer.connection)?);
                Ok(())
            })
            .unwrap();
        assert_eq!(store.wipe().unwrap(), Wipe::Complete);
        assert!(!is_named(folder.path()));
    }
}
