//! Writing what a transaction has changed, with a few statements however much it is.

use tokio_postgres::types::Type;
use tracking_core::{Run, Track};

use crate::change::Change;
use crate::error::Result;
use crate::names::split_owned;
use crate::ranges;
use crate::statement::Sql;
use crate::values::Time;

impl Change {
    /// Writes everything and commits.
    pub(crate) async fn commit(self) -> Result<()> {
        self.commit_with(Vec::new()).await
    }

    /// Writes everything, after some statements of the caller's, and commits.
    pub(crate) async fn commit_with(mut self, mut statements: Vec<Sql>) -> Result<()> {
        self.push_tracks(&mut statements);
        self.push_runs(&mut statements);
        self.push_names(&mut statements);
        self.push_batches(&mut statements);
        self.transaction.push_changes(&mut statements);
        let new = self.cache.new_tracks();
        if !new.is_empty() {
            statements.push(insert_tracks(&self.transaction.store, &new));
        }
        let is_changed = self.transaction.is_changed || self.transaction.is_row_changed();
        if statements.is_empty() && !is_changed {
            self.transaction.roll_back().await;
            return Ok(());
        }
        self.transaction.push_row(&mut statements);
        let transaction = &self.transaction;
        transaction.connection.commit(&statements).await?;
        if let Some(size) = transaction.row.partition_every {
            let [before, ..] = transaction.before;
            let last_ids = before..=transaction.row.last_track;
            let (connection, store) = (&transaction.connection, &transaction.store);
            ranges::extend_after_change(connection, store, size, last_ids).await;
        }
        Ok(())
    }

    fn store(&self) -> &str {
        &self.transaction.store
    }

    fn push_tracks(&self, all: &mut Vec<Sql>) {
        if !self.cache.removed.is_empty() {
            let removed: Vec<i64> = self.cache.removed.iter().copied().collect();
            let delete = |text| {
                Sql::fixed(text)
                    .with_text(self.store())
                    .with_ints(removed.clone())
            };
            all.push(delete(
                "delete from tracking.key where store = $1 and track = any($2)",
            ));
            all.push(delete(
                "delete from tracking.track where store = $1 and id = any($2)",
            ));
        }
        let changed = self.cache.changed_tracks();
        if !changed.is_empty() {
            all.push(update_tracks(self.store(), &changed));
        }
    }

    fn push_runs(&self, all: &mut Vec<Sql>) {
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for (number, cached) in &self.cache.runs {
            if let Some(run) = cached.value.as_ref().filter(|_| cached.is_changed) {
                let rows = if cached.is_stored {
                    &mut changed
                } else {
                    &mut new
                };
                rows.push((*number, run));
            }
        }
        if !changed.is_empty() {
            all.push(update_runs(self.store(), &changed));
        }
        if !new.is_empty() {
            all.push(insert_runs(self.store(), &new));
        }
    }

    fn push_names(&self, all: &mut Vec<Sql>) {
        let new = self.cache.new_keys.iter();
        let new: Vec<_> = new
            .flat_map(|(number, used)| used.iter().map(|used| (*number, used)))
            .collect();
        if !new.is_empty() {
            let (mut heads, mut rests) = (Vec::new(), Vec::new());
            let (mut tracks, mut fingerprints) = (Vec::new(), Vec::new());
            for (number, used) in new {
                let (head, rest) = split_owned(used.key());
                heads.push(head);
                rests.push(rest);
                tracks.push(number);
                fingerprints.push(used.fingerprint().to_u128().to_be_bytes().to_vec());
            }
            all.push(
                Sql::fixed(
                    "insert into tracking.key (store, key, key_rest, track, fingerprint) \
                     select $1, n.* from unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[]) as n",
                )
                .with_text(self.store())
                .with_texts(heads)
                .with_optional_texts(rests)
                .with_ints(tracks)
                .with(fingerprints, Type::BYTEA_ARRAY),
            );
        }
        for name in &self.cache.moved_checkpoints {
            let Some(position) = self.cache.checkpoint(name) else {
                continue;
            };
            let (head, rest) = split_owned(name);
            all.push(
                Sql::fixed(
                    "insert into tracking.checkpoint (store, name, name_rest, position) \
                     values ($1, $2, $3, $4::text::json) \
                     on conflict (store, name, md5(coalesce(name_rest, ''))) \
                     do update set position = excluded.position",
                )
                .with_text(self.store())
                .with_text(head)
                .with_optional_text(rest)
                .with_text(position.as_str()),
            );
        }
    }

    fn push_batches(&mut self, all: &mut Vec<Sql>) {
        let Some(newest) = self.cache.new_batches.last() else {
            return;
        };
        let now = newest.time();
        let row = &mut self.transaction.row;
        for applied in &self.cache.new_batches {
            row.last_batch += 1;
            let (head, rest) = split_owned(applied.id());
            let fingerprint = applied.fingerprint().to_u128().to_be_bytes().to_vec();
            all.push(
                Sql::fixed(
                    "insert into tracking.batch (store, number, id, id_rest, time, fingerprint, outcomes) \
                     values ($1, $2, $3, $4, $5, $6, $7)",
                )
                .with_text(self.transaction.store.as_str())
                .with_int(row.last_batch)
                .with_text(head)
                .with_optional_text(rest)
                .with_time(applied.time())
                .with(fingerprint, Type::BYTEA)
                .with_text(applied.outcomes_text()),
            );
        }
        let retention = row.batch_retention;
        if let Some(count) = crate::store_row::number(retention.max_count()) {
            all.push(
                Sql::fixed("delete from tracking.batch where store = $1 and number <= $2")
                    .with_text(self.transaction.store.as_str())
                    .with_int(row.last_batch.saturating_sub(count)),
            );
        }
        if let Some(oldest) = oldest_kept(now, crate::store_row::micros(retention.max_age())) {
            all.push(
                Sql::fixed(
                    "delete from tracking.batch where store = $1 and number < \
                     (select number from tracking.batch where store = $1 and time >= $2 \
                     order by number limit 1)",
                )
                .with_text(self.transaction.store.as_str())
                .with_time(oldest),
            );
        }
    }
}

/// The oldest time that is within an age; nothing where everything is.
pub(crate) fn oldest_kept(
    now: tracking_core::Timestamp,
    max_age_micros: Option<i64>,
) -> Option<tracking_core::Timestamp> {
    let oldest = now.micros().checked_sub(max_age_micros?)?;
    tracking_core::Timestamp::from_micros(oldest).ok()
}

fn insert_tracks(store: &str, tracks: &[(i64, &Track)]) -> Sql {
    let count = tracks.len();
    let mut ids = Vec::with_capacity(count);
    let (mut tasks, mut task_rests) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut users, mut user_rests) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut runs, mut times) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut data = Vec::with_capacity(count);
    for (number, track) in tracks {
        ids.push(*number);
        let (head, rest) = split_owned(track.task());
        tasks.push(head);
        task_rests.push(rest);
        let (head, rest) = split_owned(track.user());
        users.push(head);
        user_rests.push(rest);
        runs.push(i64::try_from(track.run().number()).unwrap_or(i64::MAX));
        times.push(Time(track.time()));
        data.push(track.data().as_str().to_owned());
    }
    Sql::fixed(
        "insert into tracking.track \
         (store, id, task, task_rest, run, username, username_rest, time, data) \
         select $1, n.id, n.task, n.task_rest, n.run, n.username, n.username_rest, n.time, \
         n.data::json from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], \
         $6::text[], $7::text[], $8::timestamptz[], $9::text[]) \
         as n (id, task, task_rest, run, username, username_rest, time, data)",
    )
    .with_text(store)
    .with_ints(ids)
    .with_texts(tasks)
    .with_optional_texts(task_rests)
    .with_ints(runs)
    .with_texts(users)
    .with_optional_texts(user_rests)
    .with_times(times)
    .with_texts(data)
}

fn update_tracks(store: &str, tracks: &[(i64, &Track)]) -> Sql {
    let ids = tracks.iter().map(|(number, _)| *number).collect();
    let times = tracks.iter().map(|(_, track)| Time(track.time())).collect();
    let data = tracks
        .iter()
        .map(|(_, track)| track.data().as_str().to_owned());
    Sql::fixed(
        "update tracking.track as t set time = n.time, data = n.data::json \
         from unnest($2::bigint[], $3::timestamptz[], $4::text[]) as n (id, time, data) \
         where t.store = $1 and t.id = n.id",
    )
    .with_text(store)
    .with_ints(ids)
    .with_times(times)
    .with_texts(data.collect())
}

fn insert_runs(store: &str, runs: &[(i64, &Run)]) -> Sql {
    let ids = runs.iter().map(|(number, _)| *number).collect();
    let (mut heads, mut rests) = (Vec::new(), Vec::new());
    for (_, run) in runs {
        let (head, rest) = run.task().map_or((None, None), |task| {
            let (head, rest) = split_owned(task);
            (Some(head), rest)
        });
        heads.push(head);
        rests.push(rest);
    }
    let starts = runs.iter().map(|(_, run)| Time(run.start())).collect();
    let ends = runs.iter().map(|(_, run)| Time(run.end())).collect();
    let finished: Vec<bool> = runs.iter().map(|(_, run)| run.is_finished()).collect();
    let current: Vec<bool> = runs.iter().map(|(_, run)| run.is_current()).collect();
    Sql::fixed(
        "insert into tracking.run \
         (store, id, task, task_rest, start_time, end_time, finished, current) \
         select $1, n.* from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], \
         $6::timestamptz[], $7::boolean[], $8::boolean[]) as n",
    )
    .with_text(store)
    .with_ints(ids)
    .with_optional_texts(heads)
    .with_optional_texts(rests)
    .with_times(starts)
    .with_times(ends)
    .with(finished, Type::BOOL_ARRAY)
    .with(current, Type::BOOL_ARRAY)
}

fn update_runs(store: &str, runs: &[(i64, &Run)]) -> Sql {
    let ids = runs.iter().map(|(number, _)| *number).collect();
    let ends = runs.iter().map(|(_, run)| Time(run.end())).collect();
    let finished: Vec<bool> = runs.iter().map(|(_, run)| run.is_finished()).collect();
    let current: Vec<bool> = runs.iter().map(|(_, run)| run.is_current()).collect();
    Sql::fixed(
        "update tracking.run as r set end_time = n.end_time, finished = n.finished, \
         current = n.current from unnest($2::bigint[], $3::timestamptz[], $4::boolean[], \
         $5::boolean[]) as n (id, end_time, finished, current) \
         where r.store = $1 and r.id = n.id",
    )
    .with_text(store)
    .with_ints(ids)
    .with_times(ends)
    .with(finished, Type::BOOL_ARRAY)
    .with(current, Type::BOOL_ARRAY)
}
