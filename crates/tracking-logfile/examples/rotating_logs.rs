//! A program that writes two logs: messages for people, and records for the loader.
//!
//! Run it with `cargo run -p tracking-logfile --example rotating_logs`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::fs;

use serde_json::json;
use tracking_core::NewTrack;
use tracking_logfile::{MessageLogger, RecordLogger, segments};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("reads.log");
    let messages = MessageLogger::builder("app", folder.path().join("app.log")).build()?;
    // A new file after 500 bytes, and 3 closed files at most.
    let records = RecordLogger::builder("reads", &log)
        .rotate_at(500)
        .keep(3)
        .build()?;

    messages.log("the reader was opened")?;
    for page in 1..=10 {
        records.record(&NewTrack::new("lesson-1", "anna", json!({"page": page}))?)?;
    }
    messages.log("the reader was closed")?;

    for segment in segments(&log)? {
        let lines = fs::read_to_string(&segment)?.lines().count();
        println!("{}: {lines} lines", segment.display());
    }
    print!("{}", fs::read_to_string(folder.path().join("app.log"))?);
    assert_eq!(records.lost(), 0);
    Ok(())
}
