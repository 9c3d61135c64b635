//! How many pages of tracks one thread reads from a file in a second, and how many all processors read
//! together: `cargo run --release --example read_threads -- FILE [SECONDS]`
//!
//! The file must have tracks. It is only read.
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use tracking_core::{Query, Result, TrackId, TrackingStorage};
use tracking_sqlite::SqliteStorage;

const ROUNDS: usize = 5;

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file? give its path")?;
    let seconds: u32 = arguments.next().map_or(Ok(2), |seconds| seconds.parse())?;
    let many = thread::available_parallelism()?.get();
    let store = SqliteStorage::builder(file).read_only().open()?;
    let last = store.counters()?.last_track().ok_or("the store is empty")?;
    for round in 1..=ROUNDS {
        let duration = Duration::from_secs(seconds.into());
        let [one, all] = [1, many].map(|threads| reads(&store, last.number(), threads, duration));
        let (one, all) = (u32::try_from(one?)?, u32::try_from(all?)?);
        let [one, all] = [one, all].map(|pages| f64::from(pages) / f64::from(seconds));
        println!(
            "round {round}: 1 thread {one:.0}, {many} threads {all:.0} pages a second, {:.1} times",
            all / one
        );
    }
    Ok(())
}

/// How many pages so many threads read.
fn reads(store: &SqliteStorage, last: u64, threads: usize, duration: Duration) -> Result<u64> {
    let end = Instant::now() + duration;
    let read = |thread: u64| -> Result<u64> {
        let (mut place, mut pages) = (thread, 0);
        while Instant::now() < end {
            // Somewhere else each time.
            place = (place + 7_368_787) % last;
            let id = TrackId::new(place + 1);
            if let Some(track) = id.map_or(Ok(None), |id| store.track(id))? {
                let of_both = Query::all().task(track.task().as_str());
                let of_both = of_both.user(track.user().as_str()).limit(20);
                store.page(&of_both)?;
            }
            pages += 1;
        }
        Ok(pages)
    };
    thread::scope(|scope| {
        let read = &read;
        let threads: Vec<_> = (0..threads as u64)
            .map(|thread| scope.spawn(move || read(thread)))
            .collect();
        let pages = threads.into_iter().map(|thread| {
            let panicked = |_| tracking_core::Error::unavailable("read", "a thread panicked");
            thread.join().map_err(panicked)?
        });
        pages.sum()
    })
}
