//! A real process, killed at random moments: acknowledged changes stay.
//!
//! `TRACKING_KILLS=300` kills as often; by default it is a few dozen times.

use std::path::Path;
use std::thread;
use std::time::Duration;

use tracking_sqlite::SqliteStorage;

use super::child::Other;
use super::dice::Dice;
use super::steps::Mirror;
use super::tools::{assert_sound, contents, contents_of, folder, number_from};

fn kills() -> u64 {
    number_from("TRACKING_KILLS", 40)
}

/// Kills a process that does steps, over and over; holds the file against a store in memory that
/// has done the steps that were acknowledged, or the one after them, too.
fn kill_over_and_over(options: &str, rounds: u64) {
    let folder = folder();
    let file = folder.path().join("test.db");
    let (mut mirror, mut dice) = (Mirror::new(), Dice::new(rounds));
    for round in 0..rounds {
        let acknowledged = killed_at_random(&file, options, mirror.steps, &mut dice);
        mirror.reach(acknowledged);
        assert_sound(&file);
        let there = contents_of(&file);
        if there != mirror.contents() {
            // Its last change may exist without having been acknowledged, but completely.
            mirror.reach(acknowledged + 1);
            assert_eq!(
                there,
                mirror.contents(),
                "round {round}, step {acknowledged}"
            );
        }
    }
    assert!(mirror.steps > rounds, "{} steps only", mirror.steps);
}

/// How many steps were acknowledged before the kill.
fn killed_at_random(file: &Path, options: &str, from: u64, dice: &mut Dice) -> u64 {
    let mut other = Other::opened(file, options);
    other.order(&format!("steps {from}"));
    let wanted = from + dice.roll(60);
    let mut done = from;
    while done < wanted {
        done = other.answer().unwrap().parse::<u64>().unwrap() + 1;
    }
    thread::sleep(Duration::from_micros(dice.roll(3000)));
    other.kill();
    while let Some(answer) = other.answer() {
        done = answer.parse::<u64>().unwrap() + 1;
    }
    done
}

/// Whatever a process was doing when it was killed (saves, updates, removals, runs, batches with
/// checkpoints, indexes, closing the file), all acknowledged changes exist, at most the
/// one change more, whole, and the file is sound.
#[test]
fn what_was_acknowledged_exists_after_each_kill() {
    kill_over_and_over("", kills());
}

/// The same where each change is on the disk first.
#[test]
fn what_was_acknowledged_exists_after_each_kill_with_the_durable_setting() {
    kill_over_and_over("power", kills().div_ceil(2));
}

/// A process that is killed while it makes the file leaves one that can be opened and used.
#[test]
fn killed_while_the_file_is_made_it_can_still_be_opened() {
    let mut dice = Dice::new(1);
    let mut opened = 0;
    for round in 0..kills() {
        let folder = folder();
        let file = folder.path().join("test.db");
        let mut other = Other::start(&file, "");
        // From its start on: most of the time is needed before the file is touched.
        while !file.exists() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_micros(dice.roll(6000)));
        other.kill();
        opened += u32::from(other.answer().is_some());
        let store = SqliteStorage::open(&file).unwrap_or_else(|e| panic!("round {round}: {e:?}"));
        assert_eq!(
            contents(&store).lines().count(),
            count_in_a_fresh_process(&store),
            "round {round}"
        );
        drop(store);
        assert_sound(&file);
    }
    assert!(u64::from(opened) < kills(), "no kill came early enough");
}

/// How many lines a store without tracks has; one more where its index was made already.
fn count_in_a_fresh_process(store: &SqliteStorage) -> usize {
    let indexes = tracking_core::TrackingStorage::indexes(store).unwrap();
    2 + indexes.len()
}
