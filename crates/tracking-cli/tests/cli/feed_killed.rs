//! A consumer of the change feed, killed at random moments: it sees each change once.
//!
//! `TRACKING_KILLS=300` kills it as often; by default it is killed a few times.

use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tracking_core::{NewTrack, TrackingStorage};
use tracking_sqlite::SqliteStorage;

use crate::tool::{Place, STORE};

/// What the consumer has taken in.
const SEEN: &str = "seen.jsonl";

fn kills() -> usize {
    let kills = std::env::var("TRACKING_KILLS").ok();
    kills.and_then(|kills| kills.parse().ok()).unwrap_or(12)
}

/// The changes in a file. A line that the kill has cut is no change yet, and goes.
fn seen(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    fs::write(file, &text[..whole]).unwrap();
    let lines = text[..whole].lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Saves and updates until it is stopped; returns the number of tracks.
fn write_until(store: &SqliteStorage, is_over: &AtomicBool) -> u64 {
    let mut saved = 0;
    while !is_over.load(Ordering::Relaxed) {
        let track = NewTrack::new("task", "anna", json!({"n": saved})).unwrap();
        saved = store.save(track).unwrap().number();
    }
    saved
}

#[test]
fn a_consumer_that_is_killed_sees_each_change_once() {
    let place = Place::with_store();
    let enabled = place.json_on_store(&["changes", "--enable"]);
    let begin = enabled["last"].as_str().unwrap().to_owned();
    let file = place.path(SEEN);
    fs::write(&file, "").unwrap();
    let store = SqliteStorage::open(place.path("t.db")).unwrap();
    let is_over = AtomicBool::new(false);
    let last = thread::scope(|scope| {
        let writer = scope.spawn(|| write_until(&store, &is_over));
        for kill in 0..kills() {
            let changes = seen(&file);
            let after = changes
                .last()
                .map_or(begin.as_str(), |change| change["cursor"].as_str().unwrap());
            let arguments = [
                "changes", "--follow", "--json", "--store", STORE, "--after", after,
            ];
            let mut command = place.command(&arguments);
            command.stdout(File::options().append(true).open(&file).unwrap());
            let mut consumer = command.spawn().unwrap();
            let pause = 20 + 37 * (kill as u64) % 180;
            thread::sleep(Duration::from_millis(pause));
            // On Unix this is SIGKILL.
            consumer.kill().unwrap();
            assert_eq!(consumer.wait().unwrap().code(), None);
        }
        is_over.store(true, Ordering::Relaxed);
        writer.join().unwrap()
    });
    let mut changes = seen(&file);
    let after = changes.last().map_or(begin, |change| {
        change["cursor"].as_str().unwrap().to_owned()
    });
    let rest = place.stdout_on_store(&["changes", "--json", "--after", &after]);
    let rest = rest.lines().map(|line| serde_json::from_str(line).unwrap());
    changes.extend(rest);

    assert!(last > 8, "something was saved: {last}");
    let saved: Vec<u64> = changes
        .iter()
        .filter(|change| change["kind"] == "track_saved")
        .flat_map(|change| change["first"].as_u64().unwrap()..=change["last"].as_u64().unwrap())
        .collect();
    // The store's counter was at 7, so 8 is the first id.
    assert_eq!(saved, (8..=last).collect::<Vec<_>>());
}
