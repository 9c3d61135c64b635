//! Batches whose commit is delayed: what is lost is lost from a batch on to the end, with its
//! checkpoint.

use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::json;
use tracking_core::{
    Batch, Checkpoint, CheckpointName, Data, Error, ErrorKind, NewRun, NewTrack, Precondition,
    Query, RunChoice, TrackingStorage, TrackingStorageExt,
};
use tracking_sqlite::SqliteStorage;

use super::child::Other;
use super::dice::Dice;
use super::full::Disk;
use super::tools::{assert_sound, folder, number_from, skipped};

/// A call that commits what was delayed.
type Work = fn(&SqliteStorage) -> tracking_core::Result<()>;

/// How many tracks each batch has.
const TRACKS: u64 = 3;

fn name() -> CheckpointName {
    CheckpointName::new("log").unwrap()
}

fn position(batches: u64) -> Data {
    json!({"batches": batches}).try_into().unwrap()
}

/// The n-th batch of a loader: a run, tracks of old and new names, and a checkpoint that only moves
/// on from the batch before.
pub(crate) fn batch(n: u64) -> Batch {
    let track = |of: u64| {
        let data = json!({"n": n, "of": of, "text": "x".repeat(100)});
        let user = if of == 0 {
            format!("user-{n}")
        } else {
            "anna".to_owned()
        };
        let track = NewTrack::new(format!("lesson-{of}"), user, data).unwrap();
        track.in_run(RunChoice::Started(0))
    };
    let from = match n {
        0 => Precondition::Missing,
        _ => Precondition::At(position(n)),
    };
    let batch = Batch::new().start_run(NewRun::without_task());
    (0..TRACKS)
        .fold(batch, |batch, of| batch.save(track(of)))
        .with_checkpoint_if(from, Checkpoint::new(name(), position(n + 1)))
}

/// How many batches the checkpoint says are stored.
pub(crate) fn loaded(store: &SqliteStorage) -> u64 {
    let Some(checkpoint) = store.checkpoint(&name()).unwrap() else {
        return 0;
    };
    checkpoint.position().to_map().unwrap()["batches"]
        .as_u64()
        .unwrap()
}

/// Fails unless the store has what its checkpoint says, whole batches in their order, and is sound;
/// gives how many.
fn assert_whole(file: &Path) -> u64 {
    let store = SqliteStorage::open(file).unwrap();
    let batches = loaded(&store);
    let numbers: Vec<u64> = store
        .query(&Query::all())
        .unwrap()
        .iter()
        .map(|track| track.data().to_map().unwrap()["n"].as_u64().unwrap())
        .collect();
    let expected: Vec<u64> = (0..batches * TRACKS).map(|n| n / TRACKS).collect();
    assert_eq!(numbers, expected);
    drop(store);
    assert_sound(file);
    batches
}

/// Whenever a loader is killed, the file has a prefix of its batches, whole, with the checkpoint
/// of the last, and at least all that a flush has stored. The next loader goes on from there.
#[test]
fn a_killed_loader_leaves_a_prefix_of_its_batches() {
    let folder = folder();
    let file = folder.path().join("test.db");
    let (mut dice, mut lost) = (Dice::new(5), 0);
    for round in 0..number_from("TRACKING_KILLS", 30) {
        let mut other = Other::opened(&file, "");
        other.order("delayed");
        let (mut applied, mut stored) = (0, 0);
        let mut take = |answer: String| match answer.strip_prefix("stored ") {
            Some(number) => stored = number.parse().unwrap(),
            None => applied = answer.parse::<u64>().unwrap() + 1,
        };
        for _ in 0..=dice.roll(30) {
            take(other.answer().unwrap());
        }
        thread::sleep(Duration::from_micros(dice.roll(2000)));
        other.kill();
        while let Some(answer) = other.answer() {
            take(answer);
        }
        let batches = assert_whole(&file);
        let message = format!("round {round}: {batches} of {applied}, {stored} stored");
        assert!(stored <= batches && batches <= applied + 1, "{message}");
        lost += applied.saturating_sub(batches);
    }
    assert!(lost > 0, "no commit was delayed");
}

/// A disk that is full when batches are to be committed: the call that commits says so and how
/// many batches are lost, the store holds what it held, and goes on once there is room.
#[test]
fn a_disk_that_is_full_at_a_delayed_commit_loses_the_batches_as_a_whole() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let file = disk.path("test.db");
    let committing: [(&str, Work); 4] = [
        ("flush", TrackingStorage::flush),
        ("count", |store| store.count(&Query::all()).map(drop)),
        ("apply", |store| {
            store.apply(&batch(loaded(store))).map(drop)
        }),
        ("reindex", TrackingStorage::reindex),
    ];
    for (what, commit) in committing {
        let store = SqliteStorage::open(&file).unwrap();
        let before = loaded(&store);
        for n in before..before + 5 {
            store.apply_delayed(&batch(n)).unwrap();
        }
        disk.leave(0);
        let error = commit(&store).unwrap_err();
        let Error::DelayedCommit {
            batches: 5, source, ..
        } = &error
        else {
            panic!("{what}: {error:?}");
        };
        assert_eq!(error.kind(), ErrorKind::NoSpace, "{what}");
        assert!(source.to_string().contains("make room"), "{source}");
        assert!(!error.is_retryable(), "what was before it is lost");
        disk.make_room();
        assert_eq!(loaded(&store), before, "{what}");
        store.apply_delayed(&batch(before + 5)).unwrap_err();
        for n in before..before + 5 {
            store.apply_delayed(&batch(n)).unwrap();
        }
        drop(store);
        assert_eq!(assert_whole(&file), before + 5, "{what}");
    }
}

/// A disk that gets full within a batch takes those before it along, which is said.
#[test]
fn a_disk_that_gets_full_within_a_delayed_batch_tells_how_many_are_lost() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let file = disk.path("test.db");
    // So small a cache has to write before the commit.
    let store = SqliteStorage::builder(&file).cache_size(0).open().unwrap();
    store.apply(&batch(0)).unwrap();
    disk.leave(20 * 4096);
    let (mut applied, mut error) = (0, None);
    for n in 1..10_000 {
        match store.apply_delayed(&batch(n)) {
            Ok(_) => applied += 1,
            Err(failed) => {
                error = Some(failed);
                break;
            }
        }
    }
    let error = error.unwrap();
    assert!(
        matches!(&error, Error::DelayedCommit { batches, .. } if *batches == applied),
        "{applied}: {error:?}"
    );
    assert!(applied > 0, "it failed at once");
    assert_eq!(error.kind(), ErrorKind::NoSpace);
    disk.make_room();
    assert_eq!(loaded(&store), 1);
    store.apply_delayed(&batch(1)).unwrap();
    drop(store);
    assert_eq!(assert_whole(&file), 2);
}

/// While a program loads and never flushes, others get to write: it commits by itself, and leaves
/// them time. They see whole batches.
#[test]
fn others_get_to_write_beside_a_loader() {
    let folder = folder();
    let file = folder.path().join("test.db");
    let store = SqliteStorage::open(&file).unwrap();
    let mut other = Other::opened(&file, "real-clock");
    other.order("delayed-silent");
    while loaded(&store) == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    for page in 1..=3 {
        let before = loaded(&store);
        let id = store
            .save_data("beside", "bert", json!({"page": page}))
            .unwrap();
        // The loader goes on.
        while loaded(&store) == before {
            thread::sleep(Duration::from_millis(1));
        }
        let tracks = store.count(&Query::all()).unwrap();
        assert!(id.number() <= tracks, "{id} of {tracks}");
    }
    other.kill();
    let of_loader = store.count(&Query::all().user("anna")).unwrap();
    assert_eq!(of_loader, loaded(&store) * (TRACKS - 1));
    assert_eq!(store.count(&Query::all().task("beside")).unwrap(), 3);
    drop(store);
    assert_sound(&file);
}
