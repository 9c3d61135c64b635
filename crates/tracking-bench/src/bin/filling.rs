//! Fills a store in a file, and prints how the rate changes as it grows.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use tracking_bench::work::{Entry, Generator, Names, Shape};
use tracking_core::{
    Batch, Data, NewRun, NewTrack, Operation, RunId, Timestamp, TrackingStorage as _,
};
use tracking_sqlite::SqliteStorage;

/// Fills a store in a file with the workload, as the loader does: in batches whose commit is
/// delayed. Prints the rate of each part: up to 100,000 tracks, then up to each million.
#[derive(Debug, Parser)]
#[command(name = "filling", version)]
struct Args {
    /// The file; it is made where it is missing, and filled further where it is there
    file: PathBuf,
    /// How many tracks to save
    #[arg(long, default_value_t = 1_000_000)]
    tracks: u64,
    /// How many tracks a batch has
    #[arg(long, default_value_t = 16_000)]
    batch: u32,
    /// How many MiB of the file each connection keeps in memory
    #[arg(long, default_value_t = 256)]
    cache: u64,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let store = SqliteStorage::builder(&args.file)
        .index("page")
        .max_readers(1)
        .cache_size(2 * args.cache * 1024 * 1024)
        .open()?;
    let mut workload = Workload::new(store.counters()?.last_run().map_or(0, RunId::number));
    let mut out = io::stdout().lock();
    let title = ("tracks", "per second", "processor, µs");
    writeln!(out, "{:>10} {:>10} {:>14}", title.0, title.1, title.2)?;
    let (mut saved, mut next, mut part) = (0, 100_000.min(args.tracks), Part::default());
    while saved < args.tracks {
        let batch = workload.batch(args.batch)?;
        part.measure(args.batch, || Ok(store.apply_delayed(&batch).map(drop)?))?;
        saved += u64::from(args.batch);
        if saved >= next {
            part.measure(0, || Ok(store.flush()?))?;
            writeln!(out, "{saved:>10} {part}")?;
            out.flush()?;
            part = Part::default();
            next = (next / 1_000_000 + 1) * 1_000_000;
        }
    }
    Ok(())
}

/// Makes batches of tracks, and the runs that they are in.
struct Workload {
    names: Names,
    generator: Generator,
    /// The last run that was there before.
    first_run: u64,
    last_run: u64,
}

impl Workload {
    fn new(first_run: u64) -> Self {
        let names = Names::new(Shape::Skewed, 1_000_000);
        Self {
            generator: Generator::new(Shape::Skewed, &names),
            names,
            first_run,
            last_run: first_run,
        }
    }

    fn batch(&mut self, tracks: u32) -> Result<Batch> {
        let mut batch = Batch::new();
        for _ in 0..tracks {
            let record = self.generator.track();
            let entry = Entry::new(&self.names, &record);
            let time = Timestamp::from_secs(entry.time)?;
            let data: Data = entry.text().parse()?;
            let track = NewTrack::new(entry.task, entry.user, data)?;
            let number = self.first_run + entry.run;
            while self.last_run < number {
                let run = NewRun::of(track.task()).starting_at(time);
                batch.push(Operation::StartRun(run));
                self.last_run += 1;
            }
            let run = RunId::new(number).context("run ids count from 1")?;
            batch.push(Operation::Save(track.in_run(run).at(time)));
        }
        Ok(batch)
    }
}

/// What a part of the tracks cost.
#[derive(Default)]
struct Part {
    tracks: u32,
    time: Duration,
    processor: Duration,
}

impl Part {
    fn measure(&mut self, tracks: u32, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let (started, processor) = (Instant::now(), processor_time());
        work()?;
        self.tracks += tracks;
        self.time += started.elapsed();
        self.processor += processor_time().saturating_sub(processor);
        Ok(())
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tracks = f64::from(self.tracks);
        let rate = tracks / self.time.as_secs_f64();
        let processor = self.processor.as_secs_f64() * 1e6 / tracks;
        write!(f, "{rate:>10.0} {processor:>14.1}")
    }
}

/// The processor time of this thread so far; zero where the system does not tell.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}
