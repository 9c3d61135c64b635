//! How many single saves that survive a loss of power one thread makes in a second, and how many
//! 32 threads make: `cargo run --release --example save_threads -- FOLDER [SECONDS]`
//!
//! The folder should be on the disk in question. Rounds of both take turns, so that what else the
//! machine does meanwhile concerns both.
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tracking_core::TrackingStorageExt;
use tracking_sqlite::{Durability, SqliteStorage};

const ROUNDS: usize = 5;
const THREADS: u32 = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder? give its path")?;
    let seconds = arguments.next().map_or(Ok(2), |seconds| seconds.parse())?;
    let folder = tempfile::tempdir_in(folder)?;
    for round in 1..=ROUNDS {
        let [one, many] = [1, THREADS].map(|threads| {
            let file = folder.path().join(format!("{round}-{threads}.db"));
            saves(&file, threads, Duration::from_secs(seconds))
        });
        let (one, many) = (one?, many?);
        println!(
            "round {round}: 1 thread {one:.0}, {THREADS} threads {many:.0} saves a second, {:.1} times",
            many / one
        );
    }
    Ok(())
}

/// How many saves a second so many threads make.
fn saves(file: &Path, threads: u32, duration: Duration) -> Result<f64, Box<dyn Error>> {
    let store = SqliteStorage::builder(file)
        .durability(Durability::Power)
        .open()?;
    let (saved, start) = (AtomicU64::new(0), Instant::now());
    let save = |thread: u32| -> tracking_core::Result<()> {
        let user = format!("user-{thread}");
        while start.elapsed() < duration {
            store.save_data("lesson", &*user, json!({"page": 1}))?;
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
        Ok::<(), Box<dyn Error>>(())
    })?;
    let saved = u32::try_from(saved.into_inner())?;
    Ok(f64::from(saved) / start.elapsed().as_secs_f64())
}
