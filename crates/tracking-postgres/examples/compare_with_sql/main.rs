//! How fast the store is, compared with SQL that is written by hand for the same tables, and with
//! the other stores:
//! `cargo run --release -p tracking-postgres --example compare_with_sql -- URL [SECONDS] [TRACKS]`
//!
//! `URL` names a database for this measurement only: its schema `tracking` is removed and made
//! again, with two stores of so many tracks. The statements by hand are prepared, and one connection
//! makes them. The driver runs on a thread of its own, as in an async program, and "here" on that of
//! the caller, as in a program that does one thing after the other. The statements do less than the
//! contract asks for: they know that runs are there, check neither keys nor sessions nor the change
//! feed, do not limit how long they wait for a lock, and an update looks for the last track before it
//! has the lock. The other stores have the same tracks, one in memory and one in a file whose saves
//! survive a loss of power, as those of the server do. Rounds of all take turns, so that what else
//! the machine does meanwhile concerns all; the median of the rounds counts, and for a ratio that of
//! the ratios of rounds next to each other.
#![expect(clippy::print_stdout, reason = "this is what it is for")]

mod by_sql;

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use by_sql::{BySql, Driver, Prepared};
use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{
    Batch, Cursor, NewRun, NewTrack, Order, Query, RunChoice, RunId, SaveMode, TaskId, Timestamp,
    TrackId, TrackingStorage, UserName,
};
use tracking_postgres::PostgresStorage;
use tracking_sqlite::{Durability, SqliteStorage};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const ROUNDS: usize = 25;
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
        .map_or(Ok(0.1), |seconds| seconds.parse())?;
    let tracks = arguments
        .next()
        .map_or(Ok(100_000), |tracks| tracks.parse())?;
    let round = Duration::from_secs_f64(seconds);
    let sql = BySql::new(&url, Driver::OnOwnThread)?;
    sql.batch_execute("drop schema if exists tracking cascade")?;
    let store = PostgresStorage::open(&*url)?;
    sql.fill(tracks)?;
    let here = BySql::new(&url, Driver::OnCallersThread)?;
    let sql = [sql.prepared()?, here.prepared()?];
    let folder = tempfile::tempdir()?;
    let file = SqliteStorage::builder(folder.path().join("tracks.db"))
        .durability(Durability::Power)
        .open()?;
    let memory = BTreeStorage::new();
    fill(&file, tracks)?;
    fill(&memory, tracks)?;
    let mut contenders = Contenders {
        store,
        sql,
        file,
        memory,
    };
    println!("{tracks} tracks; operations a second, median of {ROUNDS} rounds of {seconds} s");
    println!(
        "{:38}{:>11}{:>9}{:>7}{:>9}{:>7}{:>9}{:>11}",
        "operation", "PostgreSQL", "SQL", "ratio", "SQL here", "ratio", "SQLite", "memory"
    );
    for operation in Operation::ALL {
        let rates = contenders.rates(operation, tracks, round)?;
        let [ours, by_sql, by_sql_here, ..] = &rates;
        let [sql, here] = [by_sql, by_sql_here].map(|theirs| ratio(ours, theirs));
        let factor = f64::from(operation.size());
        let [ours, by_sql, by_sql_here, file, memory] = rates.map(|rates| median(rates) * factor);
        let name = operation.name();
        println!(
            "{name:38}{ours:11.0}{by_sql:9.0}{sql:7.2}{by_sql_here:9.0}{here:7.2}{file:9.0}{memory:11.0}"
        );
    }
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (rates, threads) in rates.iter_mut().zip([1, THREADS]) {
            rates.push(saves(&contenders.store, threads, round)?);
        }
    }
    let [one, many] = rates.map(median);
    println!(
        "single saves: 1 caller {one:.0}, {THREADS} callers {many:.0}: {:.1} times",
        many / one
    );
    Ok(())
}

/// What is compared.
struct Contenders {
    store: PostgresStorage,
    sql: [Prepared; 2],
    file: SqliteStorage,
    memory: BTreeStorage,
}

impl Contenders {
    /// The rates of all in all rounds: of the store, of SQL by hand in two ways, and of two other stores.
    fn rates(
        &mut self,
        operation: Operation,
        tracks: u64,
        round: Duration,
    ) -> Result<[Vec<f64>; 5]> {
        let (mut ours, mut file, mut memory) = (Vec::new(), Vec::new(), Vec::new());
        let [mut by_sql, mut by_sql_here] = [Vec::new(), Vec::new()];
        let [sql, sql_here] = &mut self.sql;
        for number in 0..ROUNDS {
            let of_store =
                |store: &dyn TrackingStorage| rate(round, |n| operation.by_store(store, tracks, n));
            let of_sql = |sql: &mut _| rate(round, |n| operation.by_sql(sql, tracks, n));
            // The first three follow each other, and take turns in being first.
            for turn in 0..3 {
                match (number + turn) % 3 {
                    0 => ours.push(of_store(&self.store)?),
                    1 => by_sql.push(of_sql(&mut *sql)?),
                    _ => by_sql_here.push(of_sql(&mut *sql_here)?),
                }
            }
            file.push(of_store(&self.file)?);
            memory.push(of_store(&self.memory)?);
        }
        Ok([ours, by_sql, by_sql_here, file, memory])
    }
}

/// Saves the tracks that the stores in the database have.
fn fill(store: &dyn TrackingStorage, tracks: u64) -> Result<()> {
    let start = Timestamp::from_secs(START)?;
    let mut runs = Batch::new();
    for task in 0..tracks / OF_TASK {
        let task = TaskId::new(format!("task-{task}"))?;
        runs = runs.start_run(NewRun::of(task).starting_at(start));
    }
    store.apply(&runs)?;
    for first in (1..=tracks).step_by(10_000) {
        let numbers = first..=tracks.min(first + 9_999);
        let saves = numbers.map(|n| -> Result<NewTrack> {
            let (task, user) = (n % (tracks / OF_TASK), n % (tracks / OF_USER));
            let data = json!({"page": n % 100, "answer": "forty-two"});
            let track = NewTrack::new(format!("task-{task}"), format!("user-{user}"), data)?;
            let run = RunId::new(1 + task).ok_or("no run")?;
            let time = Timestamp::from_secs(START + i64::try_from(n)?)?;
            Ok(track.in_run(run).at(time))
        });
        store.apply(&saves.collect::<Result<Batch>>()?)?;
    }
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

/// The median of the ratios of rounds that followed each other.
fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs);
    median(ratios.collect())
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

    fn by_store(self, store: &dyn TrackingStorage, tracks: u64, n: u64) -> Result<()> {
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
}

/// The user of the first track of a task.
fn user_of_first(tracks: u64, n: u64) -> String {
    format!("user-{}", n * 7919 % (tracks / OF_TASK))
}

const START: i64 = 1_767_225_600;
