//! Loads the logs of a web server into a store, loads them again after they were rotated, and asks
//! who found what.
//!
//! Run it with `cargo run -p tracking-loader --example load_logs`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::fs;
use std::path::Path;

use tracking_btree::BTreeStorage;
use tracking_core::{GroupBy, Grouping, Query, TrackingStorage};
use tracking_loader::{Loader, Source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("access.log");
    let store = BTreeStorage::builder().index("status").build();

    fs::write(
        &log,
        request("10:00", "/a", 200) + &request("10:01", "/b", 404),
    )?;
    assert_eq!(load(&store, folder.path())?, 2);

    // The server rotates its log and continues. Only the new line is loaded.
    fs::rename(&log, folder.path().join("access.log.1"))?;
    fs::write(&log, request("10:02", "/b", 404))?;
    assert_eq!(load(&store, folder.path())?, 1);

    let not_found = Query::all().field("status", 404);
    for group in store.groups(&not_found, &Grouping::from(GroupBy::Task))? {
        println!(
            "{} was asked for {} times and not found",
            group.key(),
            group.count()
        );
    }
    Ok(())
}

/// Loads all logs of a folder; how many tracks this has saved.
fn load(store: &BTreeStorage, folder: &Path) -> Result<u64, Box<dyn std::error::Error>> {
    let logs = [Source::from(folder)];
    let summary = Loader::new(store).load(&logs, &mut ())?;
    println!(
        "{} lines, {} new tracks",
        summary.total.lines, summary.total.tracks
    );
    Ok(summary.total.tracks)
}

/// A line of the log.
fn request(time: &str, path: &str, status: u16) -> String {
    format!("192.0.2.1 - anna [23/Nov/2026:{time}:00 +0000] \"GET {path} HTTP/1.1\" {status} 5\n")
}
