//! Stores in use have checkpoints that earlier releases wrote. Loading continues from
//! them, so their names and their format must never change.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tracking_core::{
    Batch, Checkpoint, CheckpointName, Data, Key, NewTrack, TrackingStorage, TrackingStorageExt,
};
use tracking_loader::{LoadedLog, Loader, Source};

use super::fixture::{Fixture, line, lines};

/// The checkpoints that release 0.1 has left of [`first_part`], by name.
fn stored() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/checkpoints-0.1.json")
}

/// More lines than a segment has, some of them malformed.
fn access_log(until: u64) -> String {
    (0..until)
        .map(|n| match n % 500 {
            7 => format!("line {n} is malformed\n"),
            _ => line(n),
        })
        .collect()
}

const W3C: &str = "#Version: 1.0\n#Fields: date time c-ip cs-uri-stem sc-status\n\
                   2026-11-23 15:47:01 192.0.2.1 /a 200\n";

/// The logs as far as they were loaded.
fn first_part(world: &Fixture) {
    world.write("access.log.1", access_log(600));
    world.write("access.log", access_log(1100));
    world.write("w3c.log", W3C);
    world.write("half.log", line(5000).trim_end());
}

fn load(world: &Fixture, name: &str) -> tracking_loader::LoadSummary {
    let log = [Source::from(world.path(name))];
    let loader = Loader::new(&world.store).last_lines(true);
    loader.load(&log, &mut ()).unwrap()
}

/// What a store holds, but for what differs from machine to machine.
fn checkpoints(world: &Fixture) -> BTreeMap<String, serde_json::Value> {
    let found = world.store.checkpoints().unwrap();
    let position = |found: &Checkpoint| {
        let mut position: serde_json::Value =
            serde_json::from_str(found.position().as_str()).unwrap();
        if let Some(fields) = position.as_object_mut()
            && fields.remove("file").is_some()
        {
            let log = fields.get_mut("log").unwrap();
            let path = PathBuf::from(log.as_str().unwrap());
            *log = path.file_name().unwrap().to_str().unwrap().into();
        }
        position
    };
    found
        .iter()
        .map(|found| (found.name().to_string(), position(found)))
        .collect()
}

#[test]
fn the_checkpoints_of_a_load_are_those_of_earlier_releases() {
    let world = Fixture::new();
    first_part(&world);
    for name in ["access.log.1", "access.log", "w3c.log", "half.log"] {
        load(&world, name);
    }
    let text = serde_json::to_string_pretty(&checkpoints(&world)).unwrap() + "\n";
    assert_eq!(text, fs::read_to_string(stored()).unwrap());
}

#[test]
fn loading_continues_from_the_checkpoints_of_earlier_releases() {
    let world = Fixture::new();
    let text = fs::read_to_string(stored()).unwrap();
    let stored: BTreeMap<String, Data> = serde_json::from_str(&text).unwrap();
    let mut batch = Batch::new();
    for (name, position) in stored {
        let name = CheckpointName::new(name).unwrap();
        batch = batch.with_checkpoint(Checkpoint::new(name, position));
    }
    world.store.apply(&batch).unwrap();
    assert_eq!(LoadedLog::all(&world.store).unwrap().len(), 3);

    first_part(&world);
    for name in ["access.log", "w3c.log", "half.log"] {
        let summary = load(&world, name);
        assert_eq!(
            (summary.total.lines, summary.logs[0].error.is_none()),
            (0, true),
            "{name}"
        );
    }
    world.append("access.log", lines(1100..1103));
    assert_eq!(load(&world, "access.log").total.tracks, 3);
    // Its directives were read before.
    world.append("w3c.log", "2026-11-23 15:47:02 192.0.2.1 /b 200\n");
    assert_eq!(load(&world, "w3c.log").total.tracks, 1);
    // The rest of the half line is not a line of its own.
    world.append("half.log", "\n");
    world.append("half.log", line(5001));
    assert_eq!(load(&world, "half.log").total.tracks, 1);
}

#[test]
fn a_session_of_an_earlier_release_continues() {
    let world = Fixture::new();
    let key = Key::new("session/1").unwrap();
    let first = NewTrack::new("a", "u", serde_json::json!({})).unwrap();
    let run = world.store.start_run_of("a").unwrap();
    world.store.save(first.with_key(key).in_run(run)).unwrap();
    // Of the session `s1` of the owner `shop`.
    let name = CheckpointName::new("session/e2986e111e5bf04df5c51149b6e94043").unwrap();
    let position: Data = r#"{"key":"session/1"}"#.parse().unwrap();
    world
        .store
        .apply(&Batch::new().with_checkpoint(Checkpoint::new(name, position)))
        .unwrap();
    let json = r#"{"task":"b","user":"u","time":"2026-11-23T15:47:01Z","run":"s1"}"#;
    world.write("a.log", format!("{json}\n"));
    let log = [Source::from(world.path("a.log"))];
    let loader = Loader::new(&world.store).sessions_of("shop");
    assert_eq!(
        loader.load(&log, &mut ()).unwrap().total.runs,
        0,
        "{:?}",
        checkpoints(&world)
    );
    let mut runs = Vec::new();
    let all = tracking_core::Query::all();
    world
        .store
        .for_each(&all, |track| runs.push(track.run()))
        .unwrap();
    assert_eq!(runs, [run, run]);
}
