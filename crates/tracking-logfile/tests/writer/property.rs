//! Whatever is done to a log in whatever order, it loses, doubles and reorders nothing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Value, json};
use tracking_core::{Clock, ManualClock, NewTrack, Zone};
use tracking_logfile::{Age, RecordLogger, segments};

use super::tools::text;

#[derive(Clone, Debug)]
enum Step {
    Write(String),
    Rotate,
    /// The program ends, and another one continues.
    Reopen,
    /// Another program moves the file and makes a new one.
    Move,
    /// Another program copies and empties the file while nobody writes.
    CopyTruncate,
    Pass(u32),
}

#[derive(Clone, Debug)]
struct Choice {
    size: Option<u64>,
    age: Option<Age>,
    gzip: bool,
    names_with_time: bool,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any::<String>().prop_map(Step::Write),
        2 => Just(Step::Rotate),
        2 => Just(Step::Reopen),
        1 => Just(Step::Move),
        1 => Just(Step::CopyTruncate),
        2 => (0..100_000_u32).prop_map(Step::Pass),
    ]
}

fn choice() -> impl Strategy<Value = Choice> {
    let age = prop_oneof![
        Just(Age::Hour),
        Just(Age::Day),
        (0..100_000_u64).prop_map(|secs| Age::Of(Duration::from_secs(secs))),
    ];
    let parts = (
        proptest::option::of(0..500_u64),
        proptest::option::of(age),
        any::<bool>(),
        any::<bool>(),
    );
    parts.prop_map(|(size, age, gzip, names_with_time)| Choice {
        size,
        age,
        gzip,
        names_with_time,
    })
}

fn open(log: &Path, choice: &Choice, clock: &Arc<ManualClock>) -> RecordLogger {
    let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(clock);
    let mut builder = RecordLogger::builder("test", log)
        .clock(clock)
        .zone(Zone::utc());
    if let Some(size) = choice.size {
        builder = builder.rotate_at(size);
    }
    if let Some(age) = choice.age {
        builder = builder.rotate_every(age);
    }
    if choice.gzip {
        builder = builder.gzip();
    }
    if choice.names_with_time {
        builder = builder.names_with_time();
    }
    builder.build().unwrap()
}

/// The numbers and texts of a file.
fn records(path: &Path) -> Vec<(u64, String)> {
    let record = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        let text = record["data"]["text"].as_str().unwrap();
        (record["data"]["n"].as_u64().unwrap(), text.to_owned())
    };
    text(path).split_terminator('\n').map(record).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_doubled_or_reordered(
        steps in proptest::collection::vec(step(), 1..40), first in choice(), second in choice(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("test.log");
        let clock = Arc::new(ManualClock::new("2026-11-23T15:47:01Z".parse().unwrap()));
        let choices = [first, second];
        let mut programs = 0;
        let mut logger = Some(open(&log, &choices[0], &clock));
        let mut expected: Vec<(u64, String)> = Vec::new();
        let mut moved: Vec<PathBuf> = Vec::new();
        for step in steps {
            let current = logger.as_ref().unwrap();
            match step {
                Step::Write(text) => {
                    let n = expected.len() as u64;
                    let data = json!({"n": n, "text": text});
                    current.record(&NewTrack::new("a", "b", data).unwrap()).unwrap();
                    expected.push((n, text));
                }
                Step::Rotate => current.rotate().unwrap(),
                Step::Reopen => {
                    drop(logger.take());
                    programs += 1;
                    logger = Some(open(&log, &choices[programs % 2], &clock));
                }
                Step::Move => {
                    moved.push(folder.path().join(format!("moved.{}", moved.len())));
                    fs::rename(&log, moved.last().unwrap()).unwrap();
                    File::create(&log).unwrap();
                }
                Step::CopyTruncate => {
                    moved.push(folder.path().join(format!("moved.{}", moved.len())));
                    fs::copy(&log, moved.last().unwrap()).unwrap();
                    File::options().write(true).open(&log).unwrap().set_len(0).unwrap();
                }
                Step::Pass(secs) => clock.advance(TimeDelta::seconds(secs.into())),
            }
        }
        let logger = logger.unwrap();
        logger.flush().unwrap();
        prop_assert_eq!(logger.lost(), 0);

        // Closed files come oldest first, moved ones between them.
        let closed: Vec<_> = segments(&log).unwrap().iter().map(|path| records(path)).collect();
        let firsts: Vec<_> = closed.iter().filter_map(|file| file.first()).collect();
        prop_assert!(firsts.is_sorted());
        let mut files = closed;
        files.extend(moved.iter().chain([&log]).map(|path| records(path)));
        files.retain(|file| !file.is_empty());
        files.sort_by_key(|file| file[0].0);
        prop_assert_eq!(files.concat(), expected);
    }
}
