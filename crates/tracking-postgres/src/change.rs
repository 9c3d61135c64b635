//! A transaction with its cache: what operations need is fetched where the cache lacks it.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use tracking_core::{AppliedBatch, BatchId, ChangeSet, CheckpointName, Key, Run, TaskId, Track};

use crate::error::{Result, corrupt_row};
use crate::names::{join, split_owned};
use crate::rows::{self, run_columns, track_columns};
use crate::session_window::SessionWindows;
use crate::statement::Sql;
use crate::store_row::StoreRow;
use crate::transaction::Transaction;
use crate::values::Time;
use crate::write_cache::{Owner, WriteCache};

/// A transaction at work.
pub(crate) struct Change {
    pub(crate) transaction: Transaction,
    pub(crate) cache: WriteCache,
    /// The tracks among which sessions are looked for, as the tables have them.
    pub(crate) sessions: SessionWindows,
}

/// How a change was before a batch.
pub(crate) struct Savepoint {
    cache: WriteCache,
    row: StoreRow,
    changes: Option<ChangeSet>,
}

impl Change {
    pub(crate) fn new(transaction: Transaction) -> Self {
        Self {
            transaction,
            cache: WriteCache::default(),
            sessions: SessionWindows::default(),
        }
    }

    /// Remembers how everything is.
    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint {
            cache: self.cache.clone(),
            row: self.transaction.row.clone(),
            changes: self.transaction.changes.clone(),
        }
    }

    /// Makes everything as it was.
    pub(crate) fn roll_back_to(&mut self, savepoint: Savepoint) {
        self.cache = savepoint.cache;
        self.transaction.row = savepoint.row;
        self.transaction.changes = savepoint.changes;
    }

    fn sql(&self, text: &'static str) -> Sql {
        Sql::fixed(text).with_text(self.transaction.store.as_str())
    }

    pub(crate) async fn ensure_current(&mut self, task: &TaskId) -> Result<()> {
        if self.cache.knows_current(task) {
            return Ok(());
        }
        let sql = select_current_runs(&self.transaction.store, [task]);
        let rows = self.transaction.query(sql).await?;
        self.load_current(&rows, [task])
    }

    /// Takes in the current runs of tasks, and which of the tasks have none.
    pub(crate) fn load_current<'t>(
        &mut self,
        rows: &[Row],
        tasks: impl IntoIterator<Item = &'t TaskId>,
    ) -> Result<()> {
        self.load_runs(rows)?;
        for task in tasks {
            self.cache.load_no_current(task);
        }
        Ok(())
    }

    pub(crate) fn load_runs(&mut self, rows: &[Row]) -> Result<()> {
        for row in rows {
            let run: Run = rows::run(row)?;
            self.cache.load_run(row.try_get(0)?, Some(run));
        }
        Ok(())
    }

    pub(crate) async fn ensure_run(&mut self, number: i64) -> Result<()> {
        if self.cache.knows_run(number) {
            return Ok(());
        }
        let sql = select_runs(&self.transaction.store, vec![number]);
        let rows = self.transaction.query(sql).await?;
        self.load_runs(&rows)?;
        self.cache.load_run(number, None);
        Ok(())
    }

    pub(crate) fn load_tracks(&mut self, rows: &[Row]) -> Result<()> {
        for row in rows {
            self.cache
                .load_track(row.try_get(0)?, Some(rows::track(row)?));
        }
        Ok(())
    }

    pub(crate) async fn ensure_track(&mut self, number: i64) -> Result<()> {
        if self.cache.knows_track(number) {
            return Ok(());
        }
        let sql = select_tracks(&self.transaction.store, vec![number]);
        let rows = self.transaction.query(sql).await?;
        self.load_tracks(&rows)?;
        self.cache.load_track(number, None);
        Ok(())
    }

    pub(crate) async fn ensure_last(&mut self, owner: &Owner) -> Result<()> {
        if self.cache.knows_last(owner) {
            return Ok(());
        }
        let (task, task_rest) = split_owned(&owner.0);
        let (user, user_rest) = split_owned(&owner.2);
        let sql = self
            .sql(concat!(
                "select ",
                track_columns!(),
                " from tracking.track as t where t.store = $1 and t.task = $2 \
                 and t.task_rest is not distinct from $3 and t.username = $4 \
                 and t.username_rest is not distinct from $5 and t.run = $6 and t.id <> all($7) \
                 order by t.time desc, t.id desc limit 1"
            ))
            .with_text(task)
            .with_optional_text(task_rest)
            .with_text(user)
            .with_optional_text(user_rest)
            .with_int(owner.1)
            .with_ints(self.cache.changed_stored());
        let rows = self.transaction.query(sql).await?;
        let last = match rows.first() {
            Some(row) => Some((row.try_get(0)?, rows::track(row)?)),
            None => None,
        };
        self.cache.load_last(owner.clone(), last);
        Ok(())
    }

    pub(crate) fn load_keys(&mut self, rows: &[Row]) -> Result<()> {
        for row in rows {
            let used = rows::key_use(row)?;
            self.cache.load_key(used.key().clone(), Some(used));
        }
        Ok(())
    }

    pub(crate) async fn ensure_key(&mut self, key: &Key) -> Result<()> {
        if self.cache.knows_key(key) {
            return Ok(());
        }
        let sql = select_keys(&self.transaction.store, [key]);
        let rows = self.transaction.query(sql).await?;
        self.load_keys(&rows)?;
        self.cache.load_key(key.clone(), None);
        Ok(())
    }

    pub(crate) fn load_checkpoints(&mut self, rows: &[Row]) -> Result<()> {
        for row in rows {
            let checkpoint = rows::checkpoint(row)?;
            let position = checkpoint.position().clone();
            self.cache
                .load_checkpoint(checkpoint.name().clone(), Some(position));
        }
        Ok(())
    }

    pub(crate) async fn ensure_checkpoint(&mut self, name: &CheckpointName) -> Result<()> {
        if self.cache.knows_checkpoint(name) {
            return Ok(());
        }
        let sql = select_checkpoints(&self.transaction.store, [name]);
        let rows = self.transaction.query(sql).await?;
        self.load_checkpoints(&rows)?;
        self.cache.load_checkpoint(name.clone(), None);
        Ok(())
    }

    pub(crate) fn load_batches(&mut self, rows: &[Row]) -> Result<()> {
        for row in rows {
            let id = BatchId::new(join(row.try_get(0)?, row.try_get(1)?))?;
            let time: Time = row.try_get(2)?;
            let fingerprint = rows::fingerprint(row.try_get(3)?)
                .ok_or_else(|| corrupt_row("batch", &id, "the fingerprint is invalid"))?;
            let outcomes: String = row.try_get(4)?;
            let applied = AppliedBatch::from_parts(id.clone(), fingerprint, outcomes, time.0);
            self.cache.load_batch(id, Some(applied));
        }
        Ok(())
    }

    pub(crate) async fn ensure_batch(&mut self, id: &BatchId) -> Result<()> {
        if self.cache.knows_batch(id) {
            return Ok(());
        }
        let sql = select_batches(&self.transaction.store, [id]);
        let rows = self.transaction.query(sql).await?;
        self.load_batches(&rows)?;
        self.cache.load_batch(id.clone(), None);
        Ok(())
    }
}

/// The current runs of tasks, and perhaps of others whose long names begin alike.
pub(crate) fn select_current_runs<'t>(
    store: &str,
    tasks: impl IntoIterator<Item = &'t TaskId>,
) -> Sql {
    let heads = tasks.into_iter().map(|task| split_owned(task).0).collect();
    Sql::fixed(concat!(
        "select ",
        run_columns!(),
        " from tracking.run as r where r.store = $1 and r.current and r.task = any($2)"
    ))
    .with_text(store)
    .with_texts(heads)
}

pub(crate) fn select_runs(store: &str, numbers: Vec<i64>) -> Sql {
    Sql::fixed(concat!(
        "select ",
        run_columns!(),
        " from tracking.run as r where r.store = $1 and r.id = any($2)"
    ))
    .with_text(store)
    .with_ints(numbers)
}

pub(crate) fn select_tracks(store: &str, numbers: Vec<i64>) -> Sql {
    Sql::fixed(concat!(
        "select ",
        track_columns!(),
        " from tracking.track as t where t.store = $1 and t.id = any($2)"
    ))
    .with_text(store)
    .with_ints(numbers)
}

/// Of each task, run and user the last track; the run is the task's current one where it is null.
pub(crate) fn select_last_tracks(
    store: &str,
    owners: &[(TaskId, Option<i64>, tracking_core::UserName)],
) -> Sql {
    let (mut tasks, mut task_rests) = (Vec::new(), Vec::new());
    let (mut users, mut user_rests) = (Vec::new(), Vec::new());
    let mut runs = Vec::new();
    for (task, run, user) in owners {
        let (head, rest) = split_owned(task);
        tasks.push(head);
        task_rests.push(rest);
        let (head, rest) = split_owned(user);
        users.push(head);
        user_rests.push(rest);
        runs.push(*run);
    }
    Sql::fixed(concat!(
        "select ",
        track_columns!(),
        " from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) \
         as o (task, task_rest, username, username_rest, run) \
         cross join lateral (select t.* from tracking.track as t where t.store = $1 \
         and t.task = o.task and t.task_rest is not distinct from o.task_rest \
         and t.username = o.username and t.username_rest is not distinct from o.username_rest \
         and t.run = coalesce(o.run, (select r.id from tracking.run as r where r.store = $1 \
         and r.current and r.task = o.task and r.task_rest is not distinct from o.task_rest)) \
         order by t.time desc, t.id desc limit 1) as t"
    ))
    .with_text(store)
    .with_texts(tasks)
    .with_optional_texts(task_rests)
    .with_texts(users)
    .with_optional_texts(user_rests)
    .with(runs, Type::INT8_ARRAY)
}

macro_rules! select_by_name {
    ($(#[$doc:meta])* $function:ident, $name:ty, $sql:expr) => {
        $(#[$doc])*
        pub(crate) fn $function<'n>(
            store: &str,
            names: impl IntoIterator<Item = &'n $name>,
        ) -> Sql {
            let heads = names.into_iter().map(|name| split_owned(name).0).collect();
            Sql::fixed($sql).with_text(store).with_texts(heads)
        }
    };
}

select_by_name!(
    /// The keys of these names, and perhaps long ones that begin alike.
    select_keys,
    Key,
    "select key, key_rest, track, fingerprint from tracking.key \
     where store = $1 and key = any($2)"
);
select_by_name!(
    /// The checkpoints of these names, and perhaps long ones that begin alike.
    select_checkpoints,
    CheckpointName,
    "select name, name_rest, position from tracking.checkpoint \
     where store = $1 and name = any($2)"
);
select_by_name!(
    /// The batches of these ids, and perhaps long ones that begin alike.
    select_batches,
    BatchId,
    "select id, id_rest, time, fingerprint, outcomes from tracking.batch \
     where store = $1 and id = any($2)"
);

/// A track of the cache, as it must be there.
pub(crate) fn known(track: Option<&Track>, number: i64) -> Result<&Track> {
    track.ok_or_else(|| corrupt_row("track", number, "it is missing"))
}
