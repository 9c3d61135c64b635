//! The operations as SQL that is written by hand.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::SinkExt as _;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, Row, Statement};

use super::{BATCH, OF_TASK, OF_USER, Operation, Result, START, task, user, user_of_first};

const START_DURATION: Duration = Duration::from_secs(START.unsigned_abs());

impl Operation {
    pub(super) fn by_sql(self, sql: &mut Prepared, tracks: u64, n: u64) -> Result<()> {
        let (task, user) = (task(tracks, n), user(tracks, n));
        let data = json!({"page": n % 100, "answer": "forty-two"}).to_string();
        let now = UNIX_EPOCH + START_DURATION + Duration::from_secs(2 * tracks + n);
        let page = UNIX_EPOCH + START_DURATION + Duration::from_secs(tracks / 2 + n % 1000);
        let first = user_of_first(tracks, n);
        let [
            save,
            update,
            track,
            last,
            by_time,
            of_task,
            count,
            number,
            ends,
        ] = &sql.statements;
        let sql = &sql.sql;
        let (client, runtime) = (&sql.client, &sql.runtime);
        runtime.block_on(async {
            match self {
                Self::Save => {
                    client.query_one(save, &[&task, &user, &now, &data]).await?;
                }
                Self::Update => {
                    client
                        .query_one(update, &[&task, &first, &now, &data])
                        .await?;
                }
                Self::Track => {
                    let id = i64::try_from(1 + n * 7919 % tracks)?;
                    read(&client.query_one(track, &[&id]).await?)?;
                }
                Self::Last => {
                    read(&client.query_one(last, &[&task, &first]).await?)?;
                }
                Self::Page => {
                    let rows = client.query(by_time, &[&page]).await?;
                    (rows.len() == 50).then_some(()).ok_or("no page")?;
                    rows.iter().try_for_each(read)?;
                }
                Self::TaskPage => {
                    let rows = client.query(of_task, &[&task, &page]).await?;
                    (!rows.is_empty()).then_some(()).ok_or("no page")?;
                    rows.iter().try_for_each(read)?;
                }
                Self::Count => {
                    client.query_one(count, &[&task]).await?;
                }
                Self::Bulk => copy(client, tracks, n, [number, ends]).await?,
            }
            Ok(())
        })
    }
}

/// Reads the columns of a track, as every program has to.
fn read(row: &Row) -> Result<()> {
    let (id, run): (i64, i64) = (row.try_get(0)?, row.try_get(2)?);
    let (task, user): (&str, &str) = (row.try_get(1)?, row.try_get(3)?);
    let time: SystemTime = row.try_get(4)?;
    let data: &str = row.try_get(5)?;
    black_box((id, task, run, user, time, data));
    Ok(())
}

/// Copies as many tracks as a batch has, in one transaction.
async fn copy(client: &Client, tracks: u64, n: u64, [number, ends]: [&Statement; 2]) -> Result<()> {
    client.batch_execute("begin").await?;
    let last: i64 = client.query_one(number, &[]).await?.get(0);
    let (mut text, mut runs) = (String::new(), Vec::new());
    for k in 0..BATCH {
        let number = n * BATCH + k;
        runs.push(i64::try_from(number % (tracks / OF_TASK) + 1)?);
        let id = last.unsigned_abs() - BATCH + 1 + k;
        let (task, user) = (number % (tracks / OF_TASK), number % (tracks / OF_USER));
        let data = json!({"page": number % 100, "answer": "forty-two"});
        writeln!(
            text,
            "sql\t{id}\ttask-{task}\t\\N\t{}\tuser-{user}\t\\N\t2026-11-27 00:00:00+00\t{data}",
            task + 1
        )?;
    }
    let sink = client.copy_in("copy tracking.track from stdin").await?;
    let mut sink = Box::pin(sink);
    sink.send(bytes::Bytes::from(text)).await?;
    sink.close().await?;
    // A save moves the end of its run.
    client.execute(ends, &[&runs]).await?;
    client.batch_execute("commit").await?;
    Ok(())
}

/// Where the driver runs.
#[derive(Clone, Copy)]
pub(super) enum Driver {
    OnOwnThread,
    OnCallersThread,
}

pub(super) struct BySql {
    runtime: Runtime,
    client: Client,
}

pub(super) struct Prepared {
    sql: BySql,
    statements: [Statement; 9],
}

impl BySql {
    pub(super) fn new(url: &str, driver: Driver) -> Result<Self> {
        let mut builder = match driver {
            Driver::OnOwnThread => Builder::new_multi_thread(),
            Driver::OnCallersThread => Builder::new_current_thread(),
        };
        let runtime = builder.worker_threads(1).enable_all().build()?;
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Self { runtime, client })
    }

    pub(super) fn batch_execute(&self, text: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.client.batch_execute(text))?)
    }

    /// Fills the store `main`, and one for the statements by hand with the same tracks.
    pub(super) fn fill(&self, tracks: u64) -> Result<()> {
        let (tasks, users) = (tracks / OF_TASK, tracks / OF_USER);
        self.batch_execute(&format!(
            "insert into tracking.store (store) values ('sql'); \
             update tracking.store set last_track = {tracks}, last_run = {tasks}; \
             insert into tracking.run select store, n, 'task-' || n - 1, null, to_timestamp({START}), \
             to_timestamp({START}), false, true from generate_series(1, {tasks}) as n, \
             (values ('main'), ('sql')) as s (store); \
             insert into tracking.track select store, n, 'task-' || n % {tasks}, null, 1 + n % {tasks}, \
             'user-' || n % {users}, null, to_timestamp({START} + n), \
             json_build_object('answer', 'forty-two', 'page', n % 100)::text::json \
             from generate_series(1, {tracks}) as n, (values ('main'), ('sql')) as s (store)"
        ))?;
        self.batch_execute("vacuum analyze")
    }

    pub(super) fn prepared(self) -> Result<Prepared> {
        let texts = [
            // A save into the current run of its task, in one round trip.
            "with s as (update tracking.store set last_track = last_track + 1 where store = 'sql' \
             returning last_track), r as (update tracking.run set end_time = greatest(end_time, $3) \
             where store = 'sql' and current and task = $1 returning id) \
             insert into tracking.track (store, id, task, run, username, time, data) \
             select 'sql', s.last_track, $1, r.id, $2, $3, $4::text::json from s, r returning id",
            // The last track of task, current run and user gets new data and the new time.
            "with s as (select 1 from tracking.store where store = 'sql' for no key update), \
             r as (update tracking.run set end_time = greatest(end_time, $3) \
             where store = 'sql' and current and task = $1 and exists (select from s) returning id), \
             l as (select t.id from tracking.track as t, r where t.store = 'sql' and t.task = $1 \
             and t.username = $2 and t.run = r.id order by t.time desc, t.id desc limit 1) \
             update tracking.track as t set time = $3, \
             data = (t.data::jsonb || $4::text::jsonb)::text::json \
             from l where t.store = 'sql' and t.id = l.id returning t.id",
            "select id, task, run, username, time, data::text from tracking.track \
             where store = 'sql' and id = $1",
            "select id, task, run, username, time, data::text from tracking.track as t \
             where store = 'sql' and task = $1 and username = $2 and run = (select id \
             from tracking.run where store = 'sql' and current and task = $1) \
             order by time desc, id desc limit 1",
            "select id, task, run, username, time, data::text from tracking.track \
             where store = 'sql' and (time, id) < ($1, 1) order by time desc, id desc limit 50",
            "select id, task, run, username, time, data::text from tracking.track \
             where store = 'sql' and task = $1 and (time, id) < ($2, 1) \
             order by time desc, id desc limit 20",
            "select count(*) from tracking.track where store = 'sql' and task = $1",
            "update tracking.store set last_track = last_track + 1000 where store = 'sql' \
             returning last_track",
            "update tracking.run set end_time = greatest(end_time, timestamptz '2026-11-27') \
             where store = 'sql' and id = any($1::bigint[])",
        ];
        let mut statements = Vec::with_capacity(texts.len());
        for text in texts {
            statements.push(self.runtime.block_on(self.client.prepare(text))?);
        }
        let statements = statements
            .try_into()
            .map_err(|_| "not as many as are named")?;
        Ok(Prepared {
            sql: self,
            statements,
        })
    }
}
