//! How fast the store is, compared with SQL that is written by hand for the same tables:
//! `cargo run --release -p tracking-postgres --example compare_with_sql -- URL [SECONDS] [TRACKS]`
//!
//! `URL` names a database for this measurement only: its schema `tracking` is removed and made
//! again, with two stores of so many tracks. The statements by hand are prepared, and one connection
//! makes them. They do less than the contract asks for: they know that runs are there, check neither
//! keys nor sessions nor the change feed, do not limit how long they wait for a lock, and an update
//! looks for the last track before it has the lock. Rounds of both take turns, so that what else the machine does meanwhile concerns
//! both; the median of the rounds counts.
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use futures_util::SinkExt as _;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, Row, Statement};
use tracking_core::{
    Batch, Cursor, NewTrack, Order, Query, RunChoice, SaveMode, TaskId, Timestamp, TrackId,
    TrackingStorage as _, UserName,
};
use tracking_postgres::PostgresStorage;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const ROUNDS: usize = 5;
const THREADS: u32 = 32;
/// How many tracks a task and a user have.
const OF_TASK: u64 = 100;
const OF_USER: u64 = 50;
const BATCH: u64 = 1_000;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("which database? give its URL")?;
    let seconds = arguments
        .next()
        .map_or(Ok(1.0), |seconds| seconds.parse())?;
    let tracks = arguments
        .next()
        .map_or(Ok(100_000), |tracks| tracks.parse())?;
    let round = Duration::from_secs_f64(seconds);
    let sql = BySql::new(&url)?;
    sql.batch_execute("drop schema if exists tracking cascade")?;
    let store = PostgresStorage::open(&*url)?;
    sql.fill(tracks)?;
    let mut sql = sql.prepared()?;
    println!("{tracks} tracks; operations a second, median of {ROUNDS} rounds of {seconds} s");
    println!(
        "{:40} {:>10} {:>10} {:>6}",
        "operation", "store", "SQL", "ratio"
    );
    for operation in Operation::ALL {
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            rates[0].push(rate(round, |n| operation.by_store(&store, tracks, n))?);
            rates[1].push(rate(round, |n| operation.by_sql(&mut sql, tracks, n))?);
        }
        let [ours, theirs] = rates.map(median);
        let factor = f64::from(operation.size());
        let name = operation.name();
        println!(
            "{name:40} {:10.0} {:10.0} {:6.2}",
            ours * factor,
            theirs * factor,
            ours / theirs
        );
    }
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (rates, threads) in rates.iter_mut().zip([1, THREADS]) {
            rates.push(saves(&store, threads, round)?);
        }
    }
    let [one, many] = rates.map(median);
    println!(
        "single saves: 1 caller {one:.0}, {THREADS} callers {many:.0}: {:.1} times",
        many / one
    );
    Ok(())
}

/// How often a second a step can be done.
fn rate(round: Duration, mut step: impl FnMut(u64) -> Result<()>) -> Result<f64> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < round {
        step(NUMBER.fetch_add(1, Ordering::Relaxed))?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// How many saves a second so many threads make on one store.
fn saves(store: &PostgresStorage, threads: u32, duration: Duration) -> Result<f64> {
    let (saved, start) = (AtomicU64::new(0), Instant::now());
    let save = |thread: u32| -> tracking_core::Result<()> {
        let user = format!("caller-{thread}");
        while start.elapsed() < duration {
            store.apply(&Batch::new().save(NewTrack::new(
                "lesson",
                &*user,
                json!({"page": 1}),
            )?))?;
            saved.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let save = &save;
        let threads: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || save(thread)))
            .collect();
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok::<_, Box<dyn Error>>(())
    })?;
    Ok(f64::from(u32::try_from(saved.into_inner())?) / start.elapsed().as_secs_f64())
}

fn task(tracks: u64, n: u64) -> String {
    format!("task-{}", n * 7919 % (tracks / OF_TASK))
}

fn user(tracks: u64, n: u64) -> String {
    format!("user-{}", n * 7919 % (tracks / OF_USER))
}

#[derive(Clone, Copy)]
enum Operation {
    Save,
    Update,
    Track,
    Last,
    Page,
    TaskPage,
    Count,
    Bulk,
}

impl Operation {
    const ALL: [Self; 8] = [
        Self::Save,
        Self::Update,
        Self::Track,
        Self::Last,
        Self::Page,
        Self::TaskPage,
        Self::Count,
        Self::Bulk,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Save => "save, one by one",
            Self::Update => "save as update, one by one",
            Self::Track => "track by id",
            Self::Last => "last track of task, run and user",
            Self::Page => "page of 50 tracks by time",
            Self::TaskPage => "page of 20 tracks of a task",
            Self::Count => "count of a task (100 tracks)",
            Self::Bulk => "save, in batches of 1,000 (SQL: COPY)",
        }
    }

    /// How many tracks one step is.
    fn size(self) -> u32 {
        if matches!(self, Self::Bulk) { 1_000 } else { 1 }
    }

    fn by_store(self, store: &PostgresStorage, tracks: u64, n: u64) -> Result<()> {
        let (task, user) = (task(tracks, n), user(tracks, n));
        let data = json!({"page": n % 100, "answer": "forty-two"});
        match self {
            Self::Save => {
                store.apply(&Batch::new().save(NewTrack::new(task, user, data)?))?;
            }
            Self::Update => {
                let track = NewTrack::new(task, user_of_first(tracks, n), data)?;
                store.apply(&Batch::new().save(track.updating(SaveMode::Merge)))?;
            }
            Self::Track => {
                let id = TrackId::new(1 + n * 7919 % tracks).ok_or("no id")?;
                store.track(id)?.ok_or("no track")?;
            }
            Self::Last => {
                let (task, user) = (TaskId::new(task)?, UserName::new(user_of_first(tracks, n))?);
                store
                    .last_track(&task, RunChoice::Current, &user)?
                    .ok_or("no last track")?;
            }
            Self::Page | Self::TaskPage => {
                let order = Order::TimeDescending;
                let time = Timestamp::from_secs(START + i64::try_from(tracks / 2 + n % 1000)?)?;
                let query = if matches!(self, Self::Page) {
                    Query::all().limit(50)
                } else {
                    Query::all().task(task).limit(20)
                };
                let cursor = Cursor::after(order, time, TrackId::FIRST);
                let mut seen = 0;
                store.visit(&query.order(order).after(cursor), &mut |track| {
                    seen += track.data().as_str().len();
                    std::ops::ControlFlow::Continue(())
                })?;
                (seen > 0).then_some(()).ok_or("an empty page")?;
            }
            Self::Count => {
                let count = store.count(&Query::all().task(task))?;
                (count >= OF_TASK).then_some(()).ok_or("too few")?;
            }
            Self::Bulk => {
                let saves = (0..BATCH).map(|k| {
                    let number = n * BATCH + k;
                    let data = json!({"page": number % 100, "answer": "forty-two"});
                    let task = format!("task-{}", number % (tracks / OF_TASK));
                    NewTrack::new(task, format!("user-{}", number % (tracks / OF_USER)), data)
                });
                store.apply(&saves.collect::<tracking_core::Result<Batch>>()?)?;
            }
        }
        Ok(())
    }

    fn by_sql(self, sql: &mut Prepared, tracks: u64, n: u64) -> Result<()> {
        let (task, user) = (task(tracks, n), user(tracks, n));
        let data = json!({"page": n % 100, "answer": "forty-two"}).to_string();
        let now = std::time::UNIX_EPOCH + START_DURATION + Duration::from_secs(2 * tracks + n);
        let page =
            std::time::UNIX_EPOCH + START_DURATION + Duration::from_secs(tracks / 2 + n % 1000);
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

/// The user of the first track of a task.
fn user_of_first(tracks: u64, n: u64) -> String {
    format!("user-{}", n * 7919 % (tracks / OF_TASK))
}

const START: i64 = 1_767_225_600;
const START_DURATION: Duration = Duration::from_secs(START.unsigned_abs());

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
        writeln!(
            text,
            "sql\t{id}\ttask-{task}\t\\N\t{}\tuser-{user}\t\\N\t2026-11-27 00:00:00+00\t\
             {{\"answer\":\"forty-two\",\"page\":{}}}",
            task + 1,
            number % 100
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

struct BySql {
    runtime: Runtime,
    client: Client,
}

struct Prepared {
    sql: BySql,
    statements: [Statement; 9],
}

impl BySql {
    fn new(url: &str) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Self { runtime, client })
    }

    fn batch_execute(&self, text: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.client.batch_execute(text))?)
    }

    /// Fills the store `main`, and one for the statements by hand with the same tracks.
    fn fill(&self, tracks: u64) -> Result<()> {
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

    fn prepared(self) -> Result<Prepared> {
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
