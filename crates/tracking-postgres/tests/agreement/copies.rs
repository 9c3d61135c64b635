//! What is copied from store to store comes out of the last one as it went into the first.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{
    Batch, Checkpoint, CheckpointName, Data, Key, NewRun, NewTrack, RunId, RunSelector, StopRun,
    Timestamp, TrackingStorage, copy, export_lines,
};
use tracking_postgres::PostgresStorage;
use tracking_sqlite::SqliteStorage;

use crate::stores::{Fresh, server};

/// How many tracks are copied; a million take minutes.
const TRACKS: &str = "TRACKING_COPIED_TRACKS";

#[test]
fn a_copy_of_a_copy_is_exported_with_the_same_bytes() {
    let Some(server) = server() else { return };
    let tracks = std::env::var(TRACKS).map_or(3_000, |tracks| tracks.parse().unwrap());
    let memory = BTreeStorage::builder().index("page").build();
    fill(&memory, tracks);
    let postgres = Fresh::new(PostgresStorage::builder(server.url()));
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteStorage::open(folder.path().join("tracks.db")).unwrap();
    let copied = copy(&memory, &*postgres, &mut |_| ()).unwrap();
    assert_eq!(copied.tracks, tracks);
    copy(&*postgres, &sqlite, &mut |_| ()).unwrap();
    let [first, through, last] =
        ["memory", "postgres", "sqlite"].map(|name| folder.path().join(name));
    export(&memory, &first);
    export(&*postgres, &through);
    export(&sqlite, &last);
    assert!(std::fs::metadata(&first).unwrap().len() > 100 * tracks);
    same_lines(&first, &through);
    same_lines(&first, &last);
}

/// Tracks of all kinds: in runs of tasks and in sessions, with keys, names and texts that are long
/// or odd, removed ones, and times before 1970.
fn fill(store: &dyn TrackingStorage, tracks: u64) {
    let at = |seconds: u64| Timestamp::from_secs(i64::try_from(seconds).unwrap() - 86_400).unwrap();
    let long = "é".repeat(250);
    let mut number = 0;
    while number < tracks + tracks / 100 {
        let end = (number + 1_000).min(tracks + tracks / 100);
        let mut batch = Batch::new();
        for n in number..end {
            let task = match n % 50 {
                0 => format!("{long}{}", n % 7),
                _ => format!("lesson-{}", n % 997),
            };
            let user = match n % 61 {
                0 => String::new(),
                1 => format!("Zoë \u{1F600} {long}{}", n % 3),
                _ => format!("user-{}", n % 503),
            };
            let data = match n % 10 {
                0 => {
                    json!({"text": "a\u{0}b\\u0000 \"c\"", "n": 1e300, "list": [null, {"ü": "🎓"}]})
                }
                1 => json!({}),
                _ => {
                    json!({"page": n % 100, "score": 0.5, "answer": {"text": format!("answer {n}")}})
                }
            };
            let mut track = NewTrack::new(task, user, data)
                .unwrap()
                .at(at(n * 7 % 10_000_019));
            if n % 3 == 0 {
                track = track.in_session(tracking_core::SessionGap::default());
            }
            if n % 20 == 0 {
                track = track.with_key(
                    Key::new(format!("key {n} {}", &long[..2 * (n % 5) as usize])).unwrap(),
                );
            }
            batch = batch.save(track);
        }
        store.apply(&batch).unwrap();
        number = end;
    }
    // As many as were saved beyond those that are wanted, and the last one among them.
    let mut removals = Batch::new();
    for n in 0..tracks / 100 {
        let id = tracks + tracks / 100 - n * 90;
        removals = removals.remove(tracking_core::TrackId::new(id).unwrap());
    }
    store.apply(&removals).unwrap();
    store
        .stop_run(StopRun::new(RunSelector::Id(RunId::FIRST)))
        .unwrap();
    store.start_run(NewRun::without_task()).unwrap();
    for name in ["access.log", &long, "leer/ü"] {
        let position = Data::from_serialize(&json!({"offset": 17, "name": name})).unwrap();
        let checkpoint = Checkpoint::new(CheckpointName::new(name).unwrap(), position);
        store
            .apply(&Batch::new().with_checkpoint(checkpoint))
            .unwrap();
    }
}

fn export(store: &dyn TrackingStorage, file: &Path) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    export_lines(store, &mut out, &mut |_| ()).unwrap();
    out.flush().unwrap();
}

/// Fails with the first line that differs.
fn same_lines(one: &Path, other: &Path) {
    let lines = |file: &Path| {
        BufReader::new(File::open(file).unwrap())
            .split(b'\n')
            .map(Result::unwrap)
    };
    let (mut left, mut right) = (lines(one), lines(other));
    for number in 1.. {
        let (left, right) = (left.next(), right.next());
        let text = |line: &Option<Vec<u8>>| {
            line.as_deref()
                .map(|line| String::from_utf8_lossy(line).into_owned())
        };
        assert!(
            left == right,
            "line {number}: {:?}, {:?}",
            text(&left),
            text(&right)
        );
        if left.is_none() {
            break;
        }
    }
    let length = |file: &Path| std::fs::metadata(file).unwrap().len();
    assert_eq!(length(one), length(other));
}
