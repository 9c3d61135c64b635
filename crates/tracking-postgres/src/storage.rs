//! The store: the contract on top of PostgreSQL.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio_postgres::Row;
use tracking_core::{
    Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangeKind, ChangePage, Checkpoint,
    CheckpointName, Clock, Counters, Cursor, Erasure, Field, Group, Grouping, Key, KeyUse, Outcome,
    Query, Record, RecordVisitor, Removal, RemovalTarget, Removed, Result, Run, RunChoice, RunId,
    RunQuery, RunSelector, RunSummary, SessionGap, TaskId, Timestamp, Track, TrackId,
    TrackingStorage, UserName, Visitor, Wipe,
};

use crate::backoff::Backoff;
use crate::change::Change;
use crate::config::Settings;
use crate::error::Result as StoreResult;
use crate::inner::Inner;
use crate::pool::Pool;
use crate::runtime::{StoreRuntime, lost_thread};
use crate::standbys::Standbys;
use crate::statement::Sql;
use crate::store_row::{StoreRow, micros, number};
use crate::writer::{self, Request};
use crate::{
    changes, count, export, field_index, fields, lookup, name_lists, open, removal, rows, runs,
    select, sessions,
};
use tracking_core::StoreName;

/// How long a call that waits for changes sleeps before it looks again.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// A store of tracks and runs in a PostgreSQL database.
///
/// Calls from plain threads and from within any async runtime are alike: each blocks its thread until
/// the answer is there. Changes of one store are
/// made one after the other; callers that wait at the same time share a transaction.
///
/// Where the connection breaks while a change is being committed, the error is
/// [`OutcomeUnknown`](tracking_core::Error::OutcomeUnknown): repeat the batch under its batch id.
///
/// In the child of a fork every call is an error; open the store there again.
pub struct PostgresStorage {
    inner: Arc<Inner>,
    store: StoreName,
    /// The server, the database and the store, for messages.
    place: String,
    writer: UnboundedSender<Request>,
    runtime: StoreRuntime,
}

impl PostgresStorage {
    /// A store that has not looked at the database yet.
    pub(crate) fn unopened(
        settings: Settings,
        store: StoreName,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let place = format!("{}#{store}", settings.location());
        let runtime = StoreRuntime::start()?;
        let standbys = match &settings.read_from {
            Some((hosts, lag)) => {
                let settings = settings.for_standbys(hosts)?;
                Some(Standbys::new(settings, runtime.thread(), *lag))
            }
            None => None,
        };
        let inner = Arc::new(Inner {
            store: store.as_str().to_owned(),
            standbys,
            pool: Pool::new(settings, runtime.thread()),
            clock,
            single_saves: Backoff::default(),
            partition_every: OnceLock::new(),
        });
        let (writer, requests) = unbounded_channel();
        runtime.spawn(&place, writer::run(Arc::clone(&inner), requests))?;
        Ok(Self {
            inner,
            store,
            place,
            writer,
            runtime,
        })
    }

    /// Sees that tables and store are there.
    pub(crate) fn prepare(&self) -> Result<()> {
        self.wait_for(open::prepare(self.inner(), self.place.clone()))
    }

    /// The names of all stores of the database.
    pub(crate) fn all_names(&self) -> Result<Vec<StoreName>> {
        self.wait_for(open::store_names(self.inner(), self.place.clone()))
    }

    /// Which store of the database it is.
    pub fn store_name(&self) -> &StoreName {
        &self.store
    }

    /// Removes the store with everything that it holds. Nobody else should have it open.
    ///
    /// # Errors
    ///
    /// What the server reports.
    pub fn remove_store(self) -> Result<()> {
        self.check_writable()?;
        self.wait_for(open::remove_store(self.inner()))
    }

    /// Removes what a removal by age alone takes, as far as whole partitions hold it, by dropping them; see
    /// [`partition_every`](crate::PostgresStorageBuilder::partition_every). Nothing for other removals, and
    /// in a store without partitions. [`remove_by`](TrackingStorage::remove_by) does this too, as far as the
    /// limit of the retention allows, and deletes the rest.
    ///
    /// # Errors
    ///
    /// Kind `unavailable`, and nothing is removed, where others read the store for longer than a fifth of
    /// a second; `access_denied` where the tables belong to another role.
    pub fn drop_partitions(&self, removal: &Removal) -> Result<Removed> {
        let removal = Arc::new(removal.clone());
        self.change(move |change| {
            let removal = Arc::clone(&removal);
            async move { Ok((change.drop_partitions(&removal).await?, Vec::new())) }.boxed()
        })
    }

    pub(crate) fn inner(&self) -> Arc<Inner> {
        Arc::clone(&self.inner)
    }

    fn store_text(&self) -> &str {
        self.store.as_str()
    }

    /// Runs a future on the store's own runtime and waits for it.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        work: impl Future<Output = StoreResult<T>> + Send + 'static,
    ) -> Result<T> {
        self.runtime.wait_for(&self.place, work)
    }

    /// Reads with one statement.
    fn rows(&self, sql: Sql) -> Result<Vec<Row>> {
        let inner = self.inner();
        self.wait_for(async move { inner.read(sql).await })
    }

    /// Reads with one statement, if there is one, and takes its rows apart.
    fn read<T>(&self, sql: Sql, read: impl FnOnce(&[Row]) -> StoreResult<T>) -> Result<T> {
        self.core_result(read(&self.rows(sql)?))
    }

    /// Puts an error in the words of the contract.
    fn core_result<T>(&self, result: StoreResult<T>) -> Result<T> {
        result.map_err(|error| error.into_core(&self.place))
    }

    fn read_one<T>(
        &self,
        sql: Option<Sql>,
        read: impl FnOnce(&Row) -> StoreResult<T>,
    ) -> Result<Option<T>> {
        match sql {
            Some(sql) => self.read(sql, |rows| rows.first().map(read).transpose()),
            None => Ok(None),
        }
    }

    fn read_all<T>(&self, sql: Sql, read: impl Fn(&Row) -> StoreResult<T>) -> Result<Vec<T>> {
        self.read(sql, |rows| rows.iter().map(read).collect())
    }

    /// Reads a count; 0 where there is no statement.
    fn read_count(&self, sql: Option<Sql>) -> Result<u64> {
        let count = self.read_one(sql, |row| Ok(row.try_get::<_, i64>(0)?))?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }

    fn check_writable(&self) -> Result<()> {
        if self.inner.pool.settings.reads_only {
            return open::refuse_change(&self.place);
        }
        Ok(())
    }

    /// Makes a change with statements of its own.
    fn change<T: Send + 'static>(
        &self,
        make: impl for<'c> Fn(&'c mut Change) -> BoxFuture<'c, StoreResult<(T, Vec<Sql>)>>
        + Send
        + Sync
        + 'static,
    ) -> Result<T> {
        self.check_writable()?;
        let inner = self.inner();
        let changed = self.wait_for(async move { inner.change(make).await });
        self.inner.note_change();
        changed
    }

    /// Makes a change with one statement that gives the ids of what it has changed.
    fn change_ids(
        &self,
        kind: ChangeKind,
        make: impl Fn(&str) -> Sql + Send + Sync + 'static,
    ) -> Result<Vec<i64>> {
        let make = Arc::new(make);
        self.change(move |change| {
            let make = Arc::clone(&make);
            async move {
                let sql = make(&change.transaction.store);
                let rows = change.transaction.query_long(sql).await?;
                change.transaction.is_changed = !rows.is_empty();
                let mut ids = Vec::with_capacity(rows.len());
                for row in rows {
                    let id = row.try_get(0)?;
                    change.transaction.note(kind, id);
                    ids.push(id);
                }
                Ok((ids, Vec::new()))
            }
            .boxed()
        })
    }

    /// What becomes of rows that were deleted or changed.
    fn wipe(&self) -> Wipe {
        Wipe::Deleted(format!(
            "the rows are deleted from {}, and no query finds them; the server keeps deleted rows in \
             its files until they are vacuumed and overwritten, in its write-ahead log, on standbys and \
             in backups; to clear its files, run vacuum (full, analyze) tracking.track, tracking.key",
            self.place
        ))
    }

    fn build_indexes(&self, anew: bool) -> Result<()> {
        let inner = self.inner();
        self.wait_for(async move {
            let connection = inner.connection().await?;
            field_index::build(&connection, &inner.store, anew).await
        })
    }

    fn row(&self) -> Result<StoreRow> {
        let row = self.read_one(Some(StoreRow::select(self.store_text())), StoreRow::of_row)?;
        row.ok_or_else(|| {
            let missing = crate::transaction::missing_store(self.store_text());
            missing.into_core(&self.place)
        })
    }
}

impl fmt::Debug for PostgresStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStorage")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl TrackingStorage for PostgresStorage {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.check_writable()?;
        let (reply, answer) = oneshot::channel();
        let batch = batch.clone();
        let writer = self.writer.clone();
        let answer = self.runtime.run(&self.place, async move {
            writer.send(Request { batch, reply }).ok()?;
            answer.await.ok()
        });
        self.inner.note_change();
        let answer = answer?.ok_or_else(|| lost_thread(&self.place))?;
        self.core_result(answer)
    }

    fn batch_retention(&self) -> Result<BatchRetention> {
        Ok(self.row()?.batch_retention)
    }

    fn set_batch_retention(&self, retention: &BatchRetention) -> Result<()> {
        let retention = *retention;
        self.change(move |change| {
            let set = Sql::fixed(
                "update tracking.store set batch_max_age = $2, batch_max_count = $3 \
                 where store = $1",
            )
            .with_text(change.transaction.store.as_str())
            .with(
                micros(retention.max_age()),
                tokio_postgres::types::Type::INT8,
            )
            .with(
                number(retention.max_count()),
                tokio_postgres::types::Type::INT8,
            );
            async move { Ok(((), vec![set])) }.boxed()
        })
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        self.read_one(lookup::track(self.store_text(), id), rows::track)
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        let sql = if let RunChoice::Session(gap) = run {
            let place = (self.inner.now(), gap);
            Some(sessions::last_track(self.store_text(), task, user, place))
        } else {
            lookup::last_track(self.store_text(), task, run, user)
        };
        self.read_one(sql, rows::track)
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        let cursor = query.cursor()?;
        if query.max_tracks() == Some(0) {
            return Ok(cursor);
        }
        let Some(sql) = self.core_result(select::select(self.store_text(), query))? else {
            return Ok(None);
        };
        let rows = self.rows(sql)?;
        self.core_result(select::visit(&rows, query, visitor))
    }

    fn count(&self, query: &Query) -> Result<u64> {
        self.read_count(count::count(self.store_text(), query))
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        match count::groups(self.store_text(), query, grouping) {
            Some(sql) => self.read(sql, |rows| count::read_groups(rows, grouping)),
            None => Ok(Vec::new()),
        }
    }

    fn task_ids_after(&self, after: Option<&TaskId>, limit: usize) -> Result<Vec<TaskId>> {
        let after = after.map(TaskId::as_str);
        let sql = name_lists::select(self.store_text(), "task", None, after, limit);
        let names = self.read(sql, |rows| name_lists::read(rows, after, limit))?;
        names.into_iter().map(TaskId::new).collect()
    }

    fn user_names_after(
        &self,
        task: Option<&TaskId>,
        after: Option<&UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        let after = after.map(UserName::as_str);
        let sql = name_lists::select(self.store_text(), "username", task, after, limit);
        let names = self.read(sql, |rows| name_lists::read(rows, after, limit))?;
        names.into_iter().map(UserName::new).collect()
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        self.read_one(lookup::run(self.store_text(), run), rows::run)
    }

    fn session_run(
        &self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Run>> {
        let sql = sessions::session_run(self.store_text(), user, time, gap);
        self.read_one(Some(sql), rows::run)
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        match self.core_result(runs::select(self.store_text(), query))? {
            Some(sql) => self.read_all(sql, rows::run),
            None => Ok(Vec::new()),
        }
    }

    fn count_runs(&self, query: &RunQuery) -> Result<u64> {
        let sql = self.core_result(runs::count(self.store_text(), query))?;
        self.read_count(sql)
    }

    fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        // This refuses what runs cannot be counted by.
        let none = grouping.count_runs::<Run>([])?;
        match self.core_result(runs::groups(self.store_text(), query, grouping))? {
            Some(sql) => self.read(sql, |rows| count::read_groups(rows, grouping)),
            None => Ok(none),
        }
    }

    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        self.read_one(runs::summary(self.store_text(), run), runs::read_summary)
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        let ids = self.change_ids(ChangeKind::RunStopped, move |store| {
            runs::expire(store, untouched_since, limit)
        })?;
        let ids = ids.into_iter().map(rows::run_id);
        self.core_result(ids.collect())
    }

    /// Removes tracks and runs. Of an erased user, no statement sees anything any more; the result
    /// says that the server still keeps deleted rows in its files, and what to do.
    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        let is_erasure = matches!(removal.target(), RemovalTarget::User(_));
        let removal = Arc::new(removal.clone());
        let removed: Removed = self.change(move |change| {
            let removal = Arc::clone(&removal);
            async move { Ok((change.remove_by(&removal).await?, Vec::new())) }.boxed()
        })?;
        Ok(if is_erasure {
            removed.with_wipe(self.wipe())
        } else {
            removed
        })
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        if from == to {
            let query = Query::all().user(from.as_str());
            return Ok(Erasure::complete(self.count(&query)?));
        }
        let (from, to) = (from.clone(), to.clone());
        let ids = self.change_ids(ChangeKind::UserRenamed, move |store| {
            removal::rename_user(store, &from, &to)
        })?;
        Ok(Erasure::new(ids.len() as u64, self.wipe()))
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        let fields = self.read(fields::select(self.store_text()), fields::read)?;
        Ok(fields.into_keys().collect())
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        let field = field.clone();
        let is_new = self.change(move |change| {
            let field = field.clone();
            async move {
                let statement = change.declare_index(&field).await?;
                Ok((statement.is_some(), statement.into_iter().collect()))
            }
            .boxed()
        })?;
        self.build_indexes(false)?;
        Ok(is_new)
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        let field = field.clone();
        let dropped: Option<i64> = self.change(move |change| {
            let field = field.clone();
            async move {
                let sql = fields::select(&change.transaction.store);
                let there = fields::read(&change.transaction.query(sql).await?)?;
                let number = there.get(&field).copied();
                let delete = number.map(|number| fields::delete(&change.transaction.store, number));
                Ok((number, delete.into_iter().collect()))
            }
            .boxed()
        })?;
        let Some(number) = dropped else {
            return Ok(false);
        };
        let inner = self.inner();
        self.wait_for(async move {
            let connection = inner.connection().await?;
            field_index::remove(&connection, &inner.store, number).await
        })?;
        Ok(true)
    }

    fn reindex(&self) -> Result<()> {
        self.check_writable()?;
        self.build_indexes(true)
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        self.read_one(
            Some(lookup::checkpoint(self.store_text(), name)),
            rows::checkpoint,
        )
    }

    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        self.read_all(
            lookup::checkpoints(self.store_text(), after, limit),
            rows::checkpoint,
        )
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        self.read_one(Some(lookup::key_use(self.store_text(), key)), rows::key_use)
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        self.read_all(
            lookup::key_uses(self.store_text(), after, limit),
            rows::key_use,
        )
    }

    fn change_feed(&self) -> Result<ChangeFeed> {
        Ok(self.row()?.feed)
    }

    fn set_change_feed(&self, feed: &ChangeFeed) -> Result<()> {
        let feed = *feed;
        self.change(move |change| {
            async move { Ok(((), change.transaction.set_feed(&feed).await?)) }.boxed()
        })
    }

    fn changes(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        let sql = changes::select_page(self.store_text(), after, limit);
        self.read(sql, |rows| changes::page(rows, after))
    }

    fn last_change(&self) -> Result<ChangeCursor> {
        let sql = changes::select_page(self.store_text(), None, 0);
        self.read(sql, changes::last)
    }

    fn wait_for_changes(&self, after: &ChangeCursor, timeout: Duration) -> Result<bool> {
        let start = Instant::now();
        loop {
            if !self.changes(Some(after), 1)?.changes.is_empty() {
                return Ok(true);
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(false);
            }
            std::thread::sleep(left.min(POLL_INTERVAL));
        }
    }

    fn counters(&self) -> Result<Counters> {
        Ok(self.row()?.counters())
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        export::export(&self.runtime, self.inner(), &self.place, visitor)
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.check_writable()?;
        let records: Arc<[Record]> = records.into();
        let has_index = records
            .iter()
            .any(|record| matches!(record, Record::Index(_)));
        let inner = self.inner();
        let restored = self.wait_for(async move { writer::restore(&inner, &records).await });
        self.inner.note_change();
        restored?;
        if has_index {
            self.build_indexes(false)?;
        }
        Ok(())
    }
}
