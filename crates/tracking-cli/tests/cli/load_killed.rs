//! `tracking load` of a real log, killed at random moments and run again until it is done.
//!
//! `TRACKING_LOADS=30` does so with thirty stores; by default there are a few.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::tool::{Place, STORE, shared};

/// How many lines are saved at a time: all sizes are killed within a batch as well as between.
const BATCHES: [&str; 3] = ["250", "4000", "37"];

/// Numbers that look like chance, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

impl Place {
    /// Loads a log, killed again and again until it comes to its end; gives how often it was.
    fn load_killed(&self, log: &str, batch: &str, chance: &mut Chance) -> usize {
        let arguments = [
            "load",
            log,
            "--store",
            STORE,
            "--batch",
            batch,
            "--rejects-format",
            "lines",
            "--rejects",
            "bad.log",
        ];
        for killed in 0_usize.. {
            let mut command = self.command(&arguments);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            // Ever later, so that it comes to its end also where everything takes its time.
            let longest = 100_000 * (killed as u64 + 1);
            thread::sleep(Duration::from_micros(chance.below(longest)));
            // On Unix this is SIGKILL.
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            if output.status.success() {
                return killed;
            }
            let message = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), None, "it failed by itself: {message}");
        }
        unreachable!("it is killed until it is done")
    }
}

/// Fails unless the store holds what the facts of the log say.
fn assert_facts(place: &Place, facts: &Value, folder: &Path) {
    let output = place.json_on_store(&["overview"]);
    for (ours, theirs) in [
        ("tracks", "valid_strict"),
        ("users", "distinct_users"),
        ("tasks", "distinct_paths"),
        ("runs", "sessions_30min_by_host"),
        ("first", "first_utc"),
        ("last", "last_utc"),
    ] {
        assert_eq!(output[ours], facts[theirs], "{ours}");
    }
    let per_day = facts["requests_per_day_utc"].as_object().unwrap();
    let days = output["over_time"].as_array().unwrap();
    assert_eq!(days.len(), per_day.len());
    for day in days {
        assert_eq!(
            day["count"],
            per_day[day["start"].as_str().unwrap()],
            "{day}"
        );
    }
    // A batch that was killed may have kept its malformed lines already.
    let malformed = fs::read_to_string(folder.join("malformed.txt")).unwrap();
    assert_eq!(facts["malformed_strict"], malformed.lines().count());
    let text = facts["malformed_examples"][0]["text"].as_str().unwrap();
    let bad = place.read("bad.log");
    assert!(bad.starts_with(text), "{bad}");
    let first = bad.lines().next();
    assert!(bad.lines().all(|line| Some(line) == first), "{bad}");
}

/// An export without the places where the loads of a log began, which only kills make.
fn without_joints(export: &str) -> String {
    let without = |line: &str| match line.split_once("\"joints\":[") {
        Some((before, after)) => {
            let after = after.split_once("],").map_or("", |(_, after)| after);
            format!("{before}{after}\n")
        }
        None => format!("{line}\n"),
    };
    export
        .lines()
        .fold(String::new(), |all, line| all + &without(line))
}

#[test]
fn a_log_that_is_loaded_by_killed_processes_gives_exactly_its_facts() {
    let Some(folder) = shared("weblog-apache-semicomplete") else {
        return;
    };
    let facts = fs::read_to_string(folder.join("facts.json")).unwrap();
    let facts: Value = serde_json::from_str(&facts).unwrap();
    let log = folder.join("apache_logs.gz");
    let log = log.to_str().unwrap();
    let loads = std::env::var("TRACKING_LOADS").map_or(2, |loads| loads.parse().unwrap());
    let mut chance = Chance(1);
    let mut killed = 0;
    for (number, batch) in BATCHES.into_iter().enumerate().take(loads) {
        // What a load gives that nobody disturbs, down to ids and where the log was left.
        let clean = Place::new();
        clean.json_on_store(&["load", log, "--batch", batch]);
        let expected = without_joints(&clean.exported());
        for _ in (number..loads).step_by(BATCHES.len()) {
            let place = Place::new();
            killed += place.load_killed(log, batch, &mut chance);
            assert_facts(&place, &facts, &folder);
            let exported = without_joints(&place.exported());
            assert!(exported == expected, "batches of {batch}");
            assert_eq!(place.json_on_store(&["load", log])["lines"], 0);
        }
    }
    assert!(killed > loads, "{loads} loads were killed {killed} times");
}
