//! Batches whose commit is delayed: they share one transaction.
//!
//! Each batch has a savepoint of its own, so that one that fails is undone alone. The transaction
//! stays open between the calls, and with it the lock that keeps other programs from writing. So it
//! is committed when it is old or large, and before the store does anything else.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use parking_lot::MutexGuard;
use rusqlite::Connection;
use tracking_core::Result;

use crate::SqliteStorage;
use crate::change::Change;
use crate::connection::{DELAYED_WAL_PAGES, WAL_PAGES};
use crate::delayed_transaction::DelayedTransaction;
use crate::error::{StoreError, StoreResult};
use crate::name_cache::NameCache;
use crate::sql::Statements;
use crate::writer::Writer;

/// How long a program leaves the file to others after a transaction of delayed batches.
const PAUSE_AFTER_COMMIT: Duration = Duration::from_millis(10);

/// How many tracks a look-up reads at most within a transaction of delayed batches.
pub(crate) const MAX_LOOKUP: usize = 1_000;

impl Writer {
    /// Whether batches wait for their commit.
    pub(crate) fn has_delayed(&self) -> bool {
        self.delayed.is_some()
    }

    /// Makes a change of so many operations that may be committed later.
    pub(crate) fn change_delayed<T>(
        &mut self,
        sql: &Statements,
        operations: usize,
        work: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> StoreResult<T> {
        if self.delayed.is_none() {
            self.limit_wal(DELAYED_WAL_PAGES)?;
            self.begin()?;
            self.delayed = Some(DelayedTransaction::new(self.clock.now()));
        }
        let result = self.change_in_savepoint(sql, work);
        let now = self.clock.now();
        let Some(delayed) = &mut self.delayed else {
            return result;
        };
        match result {
            Ok(answer) => {
                delayed.batches += 1;
                delayed.operations += operations;
                if delayed.is_due(now) {
                    self.flush()?;
                }
                Ok(answer)
            }
            Err(error) => {
                let batches = delayed.batches;
                // Some errors, like that of a full disk, undo the whole transaction.
                let is_lost = self.connection.is_autocommit();
                if is_lost || batches == 0 {
                    self.delayed = None;
                    self.roll_back();
                }
                Err(if is_lost && batches > 0 {
                    error.of_delayed(batches)
                } else {
                    error
                })
            }
        }
    }

    /// Commits the batches whose commit was delayed.
    pub(crate) fn flush(&mut self) -> StoreResult<()> {
        let Some(DelayedTransaction { batches, .. }) = self.delayed.take() else {
            return Ok(());
        };
        self.commit().map_err(|error| {
            self.roll_back();
            StoreError::of_delayed(error, batches)
        })
    }
}

impl SqliteStorage {
    /// Makes a change of so many operations that may be committed later, with others.
    pub(crate) fn change_delayed<T>(
        &self,
        operations: usize,
        make: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> Result<T> {
        let action = "write to";
        let mut writer = self.lock_writer(action)?;
        let changed = writer.change_delayed(&self.sql, operations, make);
        let is_committed = !writer.has_delayed();
        self.has_delayed.store(!is_committed, Ordering::Release);
        if is_committed && changed.is_ok() {
            writer.wipe_if_due(self.busy_timeout());
            drop(writer);
            thread::sleep(PAUSE_AFTER_COMMIT);
        }
        changed.map_err(|failure| failure.into_core(action, self.path()))
    }

    /// Commits the batches whose commit was delayed, if there are some.
    pub(crate) fn commit_delayed(&self) -> Result<()> {
        if self.has_delayed.load(Ordering::Acquire) {
            return self.write("write to", |writer| {
                writer.wipe_if_due(self.busy_timeout());
                Ok(())
            });
        }
        Ok(())
    }

    /// Ends the transaction of delayed batches, before the connection does anything else.
    pub(crate) fn flush_writer(&self, writer: &mut Writer) -> StoreResult<()> {
        if !writer.has_delayed() {
            return Ok(());
        }
        // This may be the last write for long.
        let flushed = writer.limit_wal(WAL_PAGES).and_then(|()| writer.flush());
        self.has_delayed.store(false, Ordering::Release);
        flushed
    }

    /// Reads little with one statement. While batches wait for their commit, it reads within their
    /// transaction, so that a loader that looks something up need not commit first.
    pub(crate) fn look_up<T>(
        &self,
        read: impl FnOnce(&Connection, &Statements) -> StoreResult<T>,
    ) -> Result<T> {
        if let Some(writer) = self.delayed_writer()? {
            let found = read(&writer.connection, &self.sql);
            return found.map_err(|failure| failure.into_core("read from", self.path()));
        }
        self.read(read)
    }

    /// The same with several statements, as of one moment.
    pub(crate) fn look_up_snapshot<T>(
        &self,
        read: impl FnOnce(&Connection, &mut NameCache, &Statements) -> StoreResult<T>,
    ) -> Result<T> {
        if let Some(mut writer) = self.delayed_writer()? {
            let Writer {
                connection, names, ..
            } = &mut *writer;
            let found = read(connection, names, &self.sql);
            return found.map_err(|failure| failure.into_core("read from", self.path()));
        }
        self.read_snapshot(|reader, sql| read(&reader.connection, &mut reader.names, sql))
    }

    /// The connection that writes, if batches wait for their commit.
    fn delayed_writer(&self) -> Result<Option<MutexGuard<'_, Writer>>> {
        if !self.has_delayed.load(Ordering::Acquire) {
            return Ok(None);
        }
        let writer = self.lock_writer("read from")?;
        Ok(writer.has_delayed().then_some(writer))
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use serde_json::json;
    use tracking_core::{
        Batch, Clock, ManualClock, NewTrack, Operation, Query, RunQuery, Timestamp, TrackId,
        TrackUpdate, TrackingStorage, TrackingStorageExt as _,
    };

    use super::*;
    use crate::delayed_transaction::{MAX_AGE_MICROS, MAX_OPERATIONS};

    fn folder_and_file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        (folder, file)
    }

    fn clock() -> Arc<ManualClock> {
        Arc::new(ManualClock::new(Timestamp::EPOCH))
    }

    fn open(file: &Path) -> SqliteStorage {
        SqliteStorage::builder(file).clock(clock()).open().unwrap()
    }

    fn one(user: &str) -> Batch {
        Batch::new().save(NewTrack::new("lesson", user, json!({"page": 1})).unwrap())
    }

    /// How many tracks another program sees.
    fn seen(file: &Path) -> i64 {
        let other = Connection::open(file).unwrap();
        other
            .query_row("select count(*) from track", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn a_look_up_leaves_a_delayed_batch_waiting() {
        let (_folder, file) = folder_and_file();
        let store = open(&file);
        for _ in 0..2 {
            store.apply_delayed(&one("anna")).unwrap();
            let track = store.track(TrackId::FIRST).unwrap().unwrap();
            store.run(&track.run().into()).unwrap().unwrap();
            store.runs(&RunQuery::all()).unwrap();
            let user = track.user();
            store
                .last_track(track.task(), track.run().into(), user)
                .unwrap()
                .unwrap();
            let gap = tracking_core::SessionGap::default();
            store.session_run(user, Timestamp::EPOCH, gap).unwrap();
            let page = store.page(&Query::all().user("anna").limit(10)).unwrap();
            assert!(!page.tracks.is_empty());
            store.checkpoints().unwrap();
            store.key_uses(None, 10).unwrap();
            store.counters().unwrap();
            store.indexes().unwrap();
            assert_eq!(seen(&file), 0);
        }
        store.flush().unwrap();
        assert_eq!(seen(&file), 2);
    }

    #[test]
    fn every_other_call_commits_first() {
        let (folder, file) = folder_and_file();
        let store = open(&file);
        let backup = folder.path().join("backup.db");
        let calls: [&dyn Fn(); 10] = [
            &|| assert!(store.count(&Query::all()).unwrap() > 0),
            &|| {
                let mut visitor = |_: tracking_core::TrackRef<'_>| ControlFlow::Continue(());
                store.visit(&Query::all(), &mut visitor).unwrap();
            },
            &|| assert!(!store.page(&Query::all()).unwrap().tracks.is_empty()),
            &|| assert_eq!(store.task_ids().unwrap().len(), 1),
            &|| store.export(&mut |_| ControlFlow::Continue(())).unwrap(),
            &|| store.backup(&backup, &mut |_| ()).unwrap(),
            &|| assert_eq!(store.check().unwrap(), []),
            &|| assert!(store.truncate_wal().unwrap()),
            &|| assert!(!store.change_feed().unwrap().is_on()),
            &|| assert!(!store.remove(TrackId::new(99).unwrap()).unwrap()),
        ];
        for call in calls {
            let before = seen(&file);
            store.apply_delayed(&one("anna")).unwrap();
            assert_eq!(seen(&file), before);
            call();
            assert_eq!(seen(&file), before + 1);
        }
        assert!(backup.exists());
        store.apply_delayed(&one("anna")).unwrap();
        let before = seen(&file);
        drop(store);
        assert_eq!(seen(&file), before + 1);
    }

    #[test]
    fn an_old_or_large_transaction_is_committed_by_the_next_batch() {
        let (_folder, file) = folder_and_file();
        let clock = clock();
        let builder = SqliteStorage::builder(&file);
        let store = builder.clock(Arc::clone(&clock) as _).open().unwrap();
        for micros in [MAX_AGE_MICROS - 1, MAX_AGE_MICROS] {
            store.apply_delayed(&one("anna")).unwrap();
            assert_eq!(seen(&file), 0);
            clock.set(Timestamp::from_micros(micros).unwrap());
        }
        store.apply_delayed(&one("anna")).unwrap();
        assert_eq!(seen(&file), 3);
        let nothing = Operation::Remove(TrackId::new(99).unwrap());
        let large = std::iter::repeat_n(nothing, MAX_OPERATIONS - 2);
        store.apply_delayed(&large.collect()).unwrap();
        store.apply_delayed(&one("anna")).unwrap();
        assert_eq!(seen(&file), 3);
        store.apply_delayed(&one("anna")).unwrap();
        assert_eq!(seen(&file), 5);
    }

    #[test]
    fn a_batch_that_fails_leaves_no_name_that_it_brought() {
        let (_folder, file) = folder_and_file();
        let store = open(&file);
        store.apply_delayed(&one("anna")).unwrap();
        let unknown = TrackUpdate::merge(TrackId::new(99).unwrap(), tracking_core::Data::empty());
        for user in ["bert", "carl"] {
            store
                .apply_delayed(&one(user).update(unknown.clone()))
                .unwrap_err();
            // As the look-up would remember it.
            store.page(&Query::all().limit(10)).unwrap();
            store.apply_delayed(&one(&format!("{user} again"))).unwrap();
        }
        let page = store.page(&Query::all().limit(10)).unwrap();
        let users: Vec<&str> = page
            .tracks
            .iter()
            .map(|track| track.user().as_str())
            .collect();
        assert_eq!(users, ["anna", "bert again", "carl again"]);
        assert_eq!(store.check().unwrap(), []);
        assert_eq!(store.user_names(None).unwrap().len(), 3);
    }

    #[test]
    fn pages_move_into_the_file_when_delayed_batches_are_flushed() {
        const BYTES: usize = 40_000_000;
        let (_folder, file) = folder_and_file();
        let clock = clock();
        let builder = SqliteStorage::builder(&file);
        let store = builder.clock(Arc::clone(&clock) as _).open().unwrap();
        let length = || std::fs::metadata(&file).unwrap().len();
        let data = json!({"text": "x".repeat(BYTES)});
        let large = NewTrack::new("lesson", "anna", data).unwrap();
        store.apply_delayed(&Batch::new().save(large)).unwrap();
        clock.set(Timestamp::from_micros(MAX_AGE_MICROS).unwrap());
        store.apply_delayed(&one("anna")).unwrap();
        assert_eq!(seen(&file), 2);
        assert!(length() < BYTES as u64);
        store.apply_delayed(&one("anna")).unwrap();
        store.flush().unwrap();
        assert_eq!(seen(&file), 3);
        assert!(length() > BYTES as u64);
    }

    #[test]
    fn a_transaction_of_nothing_but_a_failure_does_not_stay_open() {
        let (_folder, file) = folder_and_file();
        let store = open(&file);
        let unknown = TrackUpdate::merge(TrackId::FIRST, tracking_core::Data::empty());
        store
            .apply_delayed(&Batch::new().update(unknown))
            .unwrap_err();
        let other = Connection::open(&file).unwrap();
        other.execute_batch("begin immediate; rollback").unwrap();
    }

    /// A clock that panics when it is told to.
    #[derive(Default)]
    struct Panicking(AtomicBool);

    impl Clock for Panicking {
        fn now(&self) -> Timestamp {
            assert!(!self.0.swap(false, Ordering::SeqCst), "as a clock may");
            Timestamp::EPOCH
        }
    }

    #[test]
    fn a_panic_undoes_its_own_batch_alone() {
        let (_folder, file) = folder_and_file();
        let clock = Arc::new(Panicking::default());
        let builder = SqliteStorage::builder(&file);
        let store = builder.clock(Arc::clone(&clock) as _).open().unwrap();
        store.apply_delayed(&one("anna")).unwrap();
        clock.0.store(true, Ordering::SeqCst);
        let panicked = catch_unwind(AssertUnwindSafe(|| store.apply_delayed(&one("bert"))));
        assert!(panicked.is_err());
        store.apply_delayed(&one("carl")).unwrap();
        store.flush().unwrap();
        assert_eq!(seen(&file), 2);
        assert_eq!(store.check().unwrap(), []);
    }
}
