//! The store: the contract on top of one file.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{self, Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use rusqlite::Connection;
use tracking_core::{
    Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangePage, Checkpoint, CheckpointName, Clock,
    Counters, Cursor, DistinctCounts, Erasure, Error, Field, Group, GroupBy, Grouping, Key, KeyUse,
    Outcome, Page, Query, Record, RecordVisitor, Removal, RemovalTarget, Removed, Result, Run,
    RunChoice, RunId, RunQuery, RunSelector, RunSummary, SessionGap, TaskId, Timestamp, Track,
    TrackId, TrackRef, TrackingStorage, UserName, Visitor, Wipe,
};

use crate::change::Change;
use crate::connection::{Access, Settings};
use crate::count::stored_counts;
use crate::delayed_commit::MAX_LOOKUP;
use crate::error::StoreResult;
use crate::events::{self, LockWait};
use crate::feed::Feed;
use crate::group_commit::CommitQueue;
use crate::identity::Identity;
use crate::pool::{Pool, Reader};
use crate::sql::Statements;
use crate::writer::Writer;
use crate::{
    SqliteStorageBuilder, apply, batch_ids, changes, checkpoints, count, export, fields, keys,
    lookup, name_lists, open, restore, run_queries, select, sessions,
};
use tracking_core::StoreName;

/// A store of tracks and runs in an `SQLite` file.
///
/// One connection writes, one thread at a time; each call that reads has a connection of its own
/// and sees the file as it was when the call began, so neither waits for the other. Any number of
/// processes may have the file open.
///
/// Where the file is moved, removed or replaced meanwhile, every call is an error until it is back:
/// what would be written then would be lost with it. The files next to it, which end in `-wal` and
/// `-shm`, belong to it and move with it.
///
/// It must not be used in the child of a fork, which is told so; open the file again there.
pub struct SqliteStorage {
    file: PathBuf,
    identity: Identity,
    store: StoreName,
    clock: Arc<dyn Clock>,
    pub(crate) sql: Arc<Statements>,
    busy_timeout: Duration,
    /// The process that opened it.
    process: u32,
    pub(crate) readers: Pool,
    /// Nothing where it is opened for reading only.
    writer: Option<Mutex<Writer>>,
    /// Whether the writer has batches whose commit is delayed, as far as this thread knows.
    pub(crate) has_delayed: AtomicBool,
    /// Batches that share a commit.
    pub(crate) commits: CommitQueue,
}

impl SqliteStorage {
    /// Opens the store `main` of a file, which is made where it is not there, with the clock of
    /// the machine.
    ///
    /// # Errors
    ///
    /// Those of [`SqliteStorageBuilder::open`].
    pub fn open(file: impl Into<PathBuf>) -> Result<Self> {
        Self::builder(file).open()
    }

    /// Opens a file in another way: another store, indexes, durability.
    pub fn builder(file: impl Into<PathBuf>) -> SqliteStorageBuilder {
        SqliteStorageBuilder::new(file.into())
    }

    /// The names of the stores in a file, sorted.
    ///
    /// # Errors
    ///
    /// Those of [`SqliteStorageBuilder::open`] for a file that is only read.
    pub fn store_names(file: impl Into<PathBuf>) -> Result<Vec<StoreName>> {
        let mut builder = Self::builder(file).read_only();
        open::store_names(&absolute(&builder.file)?, &mut builder.settings)
    }

    pub(crate) fn with(builder: SqliteStorageBuilder) -> Result<Self> {
        let SqliteStorageBuilder {
            file,
            store,
            indexes,
            mut settings,
            clock,
        } = builder;
        let file = absolute(&file)?;
        let sql = Arc::new(Statements::of(&store));
        let writer = if settings.access == Access::Write {
            let connection = open::open_writer(&file, &settings, &store)?;
            let clock = Arc::clone(&clock);
            Some(Mutex::new(Writer::new(
                connection,
                Arc::clone(&sql),
                clock,
                settings.busy_timeout,
            )))
        } else {
            open::open_reader(&file, &mut settings, &store)?;
            None
        };
        let identity = Identity::of(&file)
            .map_err(|error| Error::backend(format!("open {}", file.display()), error))?;
        let Settings { busy_timeout, .. } = settings;
        let opened = Self {
            identity,
            readers: Pool::new(file.clone(), identity, settings),
            sql,
            process: process::id(),
            file,
            store,
            clock,
            busy_timeout,
            writer,
            has_delayed: AtomicBool::new(false),
            commits: CommitQueue::default(),
        };
        let there = if indexes.is_empty() {
            Vec::new()
        } else {
            opened.indexes()?
        };
        for field in indexes.iter().filter(|field| !there.contains(field)) {
            opened.add_index(field)?;
        }
        Ok(opened)
    }

    /// The file, from the root on.
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// Which store of the file it is.
    pub fn store_name(&self) -> &StoreName {
        &self.store
    }

    /// The time, by the clock of the store.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How long a call waits for others that write.
    pub(crate) fn busy_timeout(&self) -> Duration {
        self.busy_timeout
    }

    /// Reads with one statement; several may see the file at several moments.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection, &Statements) -> StoreResult<T>,
    ) -> Result<T> {
        self.read_named(|reader, sql| read(&reader.connection, sql))
    }

    /// The same with the names that the connection has met.
    pub(crate) fn read_named<T>(
        &self,
        read: impl FnOnce(&mut Reader, &Statements) -> StoreResult<T>,
    ) -> Result<T> {
        self.check_process()?;
        self.commit_delayed()?;
        let answer = self.readers.read(|reader| read(reader, &self.sql));
        answer.map_err(|failure| failure.into_core("read from", &self.file))
    }

    /// Reads with several statements, as of one moment.
    pub(crate) fn read_snapshot<T>(
        &self,
        read: impl FnOnce(&mut Reader, &Statements) -> StoreResult<T>,
    ) -> Result<T> {
        self.check_process()?;
        self.commit_delayed()?;
        let answer = self.readers.read_snapshot(|reader| read(reader, &self.sql));
        answer.map_err(|failure| failure.into_core("read from", &self.file))
    }

    /// Makes a change as a whole, or nothing of it.
    pub(crate) fn change<T>(
        &self,
        make: impl FnOnce(&mut Change<'_>) -> StoreResult<T>,
    ) -> Result<T> {
        self.write("write to", |writer| {
            let answer = writer.change(&self.sql, make)?;
            writer.wipe_if_due(self.busy_timeout);
            Ok(answer)
        })
    }

    /// Makes a change that may remove a name, and wipes all that is left of that.
    fn change_and_wipe<T>(
        &self,
        make: impl FnOnce(&mut Change<'_>) -> StoreResult<(T, bool)>,
    ) -> Result<(T, Wipe)> {
        let (answer, leaves_traces) = self.write("write to", |writer| {
            writer.change(&self.sql, |change| {
                let (answer, leaves_traces) = make(change)?;
                if leaves_traces {
                    change.request_wipe(&self.store)?;
                }
                Ok((answer, leaves_traces))
            })
        })?;
        let wipe = if leaves_traces {
            self.wipe_or_say()
        } else {
            Wipe::Complete
        };
        Ok((answer, wipe))
    }

    /// Uses the connection that writes, once no other thread does, and outside a transaction.
    pub(crate) fn write<T>(
        &self,
        action: &str,
        write: impl FnOnce(&mut Writer) -> StoreResult<T>,
    ) -> Result<T> {
        let mut writer = self.lock_writer(action)?;
        self.flush_writer(&mut writer)
            .and_then(|()| write(&mut writer))
            .map_err(|failure| failure.into_core(action, &self.file))
    }

    /// Waits until no other thread uses the connection that writes.
    pub(crate) fn lock_writer(&self, action: &str) -> Result<MutexGuard<'_, Writer>> {
        self.check_process()?;
        let file = self.file.display();
        let Some(writer) = &self.writer else {
            let what = format!("{action} {file}: it is opened for reading only");
            return Err(Error::read_only(what, None));
        };
        let wait = LockWait::start();
        let Some(writer) = writer.try_lock_for(self.busy_timeout) else {
            events::lock_timeout(&self.file, self.busy_timeout);
            return Err(self.busy_error(action));
        };
        wait.end(&self.file, None);
        self.identity.check(&self.file)?;
        Ok(writer)
    }

    /// The error for waiting too long for other threads.
    pub(crate) fn busy_error(&self, action: &str) -> Error {
        let timeout = self.busy_timeout;
        let why = format!("other threads have been writing for {timeout:?}");
        Error::unavailable(format!("{action} {}; try again", self.file.display()), why)
    }

    /// What `SQLite` locks a file with does not go through a fork.
    pub(crate) fn check_process(&self) -> Result<()> {
        if process::id() == self.process {
            return Ok(());
        }
        Err(Error::wrong_process(self.file.display().to_string()))
    }
}

impl Drop for SqliteStorage {
    fn drop(&mut self) {
        // The child of a fork must leave the parent's connections alone, also their locks.
        if process::id() != self.process {
            self.readers.leak_connections();
            std::mem::forget(self.writer.take());
            return;
        }
        if let Some(writer) = &mut self.writer {
            // Who has to know whether this fails calls `flush`.
            let _failed = writer.get_mut().flush();
        }
    }
}

impl fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStorage")
            .field("file", &self.file)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl TrackingStorage for SqliteStorage {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.apply_in_group(batch)
    }

    fn apply_delayed(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.change_delayed(batch.operations().len(), |change| {
            let now = self.clock.now();
            apply::apply(change, batch, now)
        })
    }

    fn flush(&self) -> Result<()> {
        self.commit_delayed()
    }

    fn batch_retention(&self) -> Result<BatchRetention> {
        self.read_snapshot(|reader, sql| batch_ids::retention(&reader.connection, sql))
    }

    fn set_batch_retention(&self, retention: &BatchRetention) -> Result<()> {
        self.change(|change| change.set_batch_retention(retention))
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        self.look_up(|connection, sql| lookup::track(connection, sql, id))
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        let now = self.now();
        let last = |connection: &Connection, sql: &Statements| {
            lookup::last_track(connection, sql, task, run, user, now)
        };
        match run {
            RunChoice::Session(_) => {
                self.look_up_snapshot(|connection, _, sql| last(connection, sql))
            }
            _ => self.look_up(last),
        }
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        self.read_snapshot(|reader, sql| {
            select::visit(&reader.connection, &mut reader.names, sql, query, visitor)
        })
    }

    fn page(&self, query: &Query) -> Result<Page> {
        let mut tracks = Vec::new();
        let mut collect = |track: TrackRef<'_>| {
            tracks.push(track.to_track());
            ControlFlow::Continue(())
        };
        let next = if query.max_tracks().is_some_and(|max| max <= MAX_LOOKUP) {
            self.look_up_snapshot(|connection, names, sql| {
                select::visit(connection, names, sql, query, &mut collect)
            })
        } else {
            self.visit(query, &mut collect)
        }?;
        Ok(Page::new(tracks, next))
    }

    fn count(&self, query: &Query) -> Result<u64> {
        self.read_snapshot(|reader, sql| count::count(&reader.connection, sql, query))
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        self.read_snapshot(|reader, sql| count::groups(reader, sql, query, grouping))
    }

    fn count_distinct(&self, query: &Query, kinds: &[GroupBy]) -> Result<DistinctCounts> {
        let kept = self.read_snapshot(|reader, sql| {
            stored_counts::distinct(&reader.connection, sql, query, kinds)
        })?;
        match kept {
            Some(counts) => Ok(counts),
            None => tracking_core::count_distinct_by_groups(self, query, kinds),
        }
    }

    fn task_ids_after(&self, after: Option<&TaskId>, limit: usize) -> Result<Vec<TaskId>> {
        self.read(|connection, sql| {
            let texts = (&*sql.first_task_ids, &*sql.task_ids_after);
            let after = after.map(TaskId::as_str);
            name_lists::after(connection, texts, after, limit, |name| TaskId::new(name))
        })
    }

    fn user_names_after(
        &self,
        task: Option<&TaskId>,
        after: Option<&UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        let Some(task) = task else {
            return self.read(|connection, sql| {
                let texts = (&*sql.first_user_names, &*sql.user_names_after);
                let after = after.map(UserName::as_str);
                name_lists::after(connection, texts, after, limit, |name| UserName::new(name))
            });
        };
        let mut users = self.read_named(|reader, sql| name_lists::users_of(reader, sql, task))?;
        if let Some(after) = after {
            users.drain(..users.partition_point(|user| user <= after));
        }
        users.truncate(limit);
        Ok(users)
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        self.look_up(|connection, sql| run_queries::find(connection, sql, run))
    }

    fn session_run(
        &self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Run>> {
        self.look_up_snapshot(|connection, _, sql| {
            sessions::session_run(connection, sql, user, time, gap)
        })
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        self.look_up_snapshot(|connection, _, sql| run_queries::list(connection, sql, query))
    }

    fn count_runs(&self, query: &RunQuery) -> Result<u64> {
        self.read_snapshot(|reader, sql| run_queries::count(&reader.connection, sql, query))
    }

    fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        self.read_snapshot(|reader, sql| {
            run_queries::groups(&reader.connection, sql, query, grouping)
        })
    }

    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        self.read_snapshot(|reader, sql| run_queries::summary(&reader.connection, sql, run))
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.change(|change| change.expire_runs(untouched_since, limit))
    }

    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        if let RemovalTarget::User(_) = removal.target() {
            // Also where there are no tracks: some may have been removed before.
            let erased = self.change_and_wipe(|change| Ok((change.remove_by(removal)?, true)));
            return erased.map(|(removed, wipe)| removed.with_wipe(wipe));
        }
        self.change(|change| change.remove_by(removal))
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        let renamed = self.change_and_wipe(|change| {
            let tracks = change.rename_user(from, to)?;
            Ok((tracks, tracks > 0 && from != to))
        });
        renamed.map(|(tracks, wipe)| Erasure::new(tracks, wipe))
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        self.look_up(|connection, sql| Ok(fields::indexed(connection, sql)?.into_keys().collect()))
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        self.change(|change| change.add_index(field))
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        self.change(|change| change.drop_index(field))
    }

    fn reindex(&self) -> Result<()> {
        self.change(|change| change.reindex(&self.store))
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        self.look_up(|connection, sql| {
            let position = checkpoints::position(connection, sql, name)?;
            Ok(position.map(|position| Checkpoint::new(name, position)))
        })
    }

    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        self.look_up(|connection, sql| checkpoints::after(connection, sql, after, limit))
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        self.look_up(|connection, sql| keys::key_use(connection, sql, key))
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        self.look_up(|connection, sql| keys::key_uses(connection, sql, after, limit))
    }

    fn counters(&self) -> Result<Counters> {
        self.look_up(|connection, sql| {
            export::counters(&mut connection.prepare_cached(&sql.counters)?)
        })
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        self.read_snapshot(|reader, sql| export::export(reader, sql, visitor))
    }

    fn change_feed(&self) -> Result<ChangeFeed> {
        self.read_snapshot(|reader, sql| Ok(Feed::read(&reader.connection, sql)?.settings))
    }

    fn set_change_feed(&self, feed: &ChangeFeed) -> Result<()> {
        self.change(|change| change.set_feed(feed, self.clock.now()))
    }

    fn changes(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        self.read_snapshot(|reader, sql| changes::page(&reader.connection, sql, after, limit))
    }

    fn last_change(&self) -> Result<ChangeCursor> {
        self.read_snapshot(|reader, sql| Feed::read(&reader.connection, sql)?.last())
    }

    fn wait_for_changes(&self, after: &ChangeCursor, timeout: Duration) -> Result<bool> {
        self.wait(after, timeout)
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.change(|change| restore::restore(change, records))
    }

    fn restore_delayed(&self, records: &[Record]) -> Result<()> {
        self.change_delayed(records.len(), |change| restore::restore(change, records))
    }
}

/// The path as it stays when the working directory changes, and as `SQLite` takes it for nothing
/// but a path, also where it is called `:memory:` or `file:a`.
fn absolute(file: &Path) -> Result<PathBuf> {
    path::absolute(file).map_err(|error| {
        let what = format!("open {:?}, which is no path of a file", file.display());
        Error::backend(what, error)
    })
}

const _: fn() = || {
    fn is_shared_between_threads<T: Send + Sync>() {}
    is_shared_between_threads::<SqliteStorage>();
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_another_process_every_call_is_refused_and_nothing_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let mut store = SqliteStorage::open(&file).unwrap();
        let query = Query::all();
        store.count(&query).unwrap();
        // As the child of a fork finds it.
        store.process += 1;
        for error in [
            store.count(&query).unwrap_err(),
            store.reindex().unwrap_err(),
        ] {
            let message = error.to_string();
            assert!(
                message.contains("was opened in another process"),
                "{message}"
            );
        }
        drop(store);
        // Who closes a file last takes its log away.
        assert!(folder.path().join("test.db-wal").exists());
    }
}
