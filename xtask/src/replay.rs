//! Replaying recordings of the reference system.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use tracking_core::{Clock, ManualClock, Timestamp};
use tracking_testkit::replay;

use crate::stores::{self, Store};

/// Which recordings, on which store.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Recordings: .jsonl or .jsonl.gz
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The store to hold against them, or all
    #[arg(long, default_value = "all", value_name = "NAME")]
    store: String,
    /// How many differences of each recording to print
    #[arg(long, default_value_t = 10, value_name = "N")]
    show: usize,
}

/// Replays each file on each store; whether there was no difference.
pub(crate) fn run(args: &Args) -> Result<bool> {
    let (mut operations, mut differences) = (0, 0);
    for store in stores::chosen(&args.store)? {
        for file in &args.files {
            let report = replay_one(store, file)
                .with_context(|| format!("cannot replay {}", file.display()))?;
            let found = report.differences();
            println!(
                "{}: {}: {} operations, {} differences",
                store.name,
                file.display(),
                report.operations(),
                found.len()
            );
            for difference in found.iter().take(args.show) {
                println!("{difference}");
            }
            if found.len() > args.show {
                println!("... and {} more", found.len() - args.show);
            }
            operations += report.operations();
            differences += found.len();
        }
    }
    println!("{operations} operations, {differences} differences");
    Ok(differences == 0)
}

fn replay_one(store: Store, file: &std::path::Path) -> Result<replay::Report> {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    let fresh = (store.make)(Arc::clone(&clock) as Arc<dyn Clock>)?;
    let lines = replay::open(file)?;
    Ok(replay::replay(&fresh, &clock, lines)?)
}
