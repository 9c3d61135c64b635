//! The loader is killed before, after and between all steps, which the code itself counts.

use std::collections::BTreeSet;

use tracking_btree::BTreeStorage;
use tracking_core::TrackingStorage;
use tracking_loader::{LoadError, Loader, Progress, Source};

use super::failing_store::{Failing, When};
use super::fixture::{Fixture, gzip, line_of, lines, numbers, runs};

/// Logs of several kinds: rotated and packed, one that is not whole, one with sessions and keys
/// of its own, one with bad lines, and a copy.
fn logs(world: &Fixture) -> Vec<Source> {
    let users = ["anna", "ben", "cleo"];
    let line = |n: u64| {
        // Now and then a pause that is longer than a session may have.
        let second = n * 60 + n / 7 * 2000;
        line_of(
            users[usize::try_from(n % 3).unwrap()],
            n,
            i64::try_from(second).unwrap(),
        )
    };
    let lines = |numbers: std::ops::Range<u64>| numbers.map(line).collect::<String>();
    world.write("a.log.2.gz", gzip(lines(0..9).as_bytes()));
    world.write("a.log.1", lines(9..20) + "no log line\n" + &lines(20..22));
    let half = line(29);
    world.write("a.log", lines(22..29) + &half[..40]);
    world.copy("a.log.1", "copy.log");
    let own = |n: u64| {
        let time = format!("2026-11-23T15:{:02}:00Z", n - 100);
        let (run, key) = (n % 4, n);
        format!(
            r#"{{"key":"k{key}","task":"/{n}","run":{run},"user":"dora","time":"{time}","data":{{}}}}"#
        ) + "\n"
    };
    let without_key = |n: u64| {
        let time = format!("2026-11-23T16:{:02}:00Z", n - 100);
        format!(
            r#"{{"task":"/{n}","run":"r{}","user":"ed","time":"{time}"}}"#,
            n % 2
        ) + "\n"
    };
    let own: String = (100..109)
        .map(own)
        .chain((109..114).map(without_key))
        .collect();
    world.write("own.log", own);
    world.sources(&["a.log.2.gz", "a.log.1", "a.log", "copy.log", "own.log"])
}

/// What is in a store once all is loaded.
#[derive(Debug, PartialEq)]
struct Loaded {
    numbers: Vec<u64>,
    runs: BTreeSet<Vec<u64>>,
    counted: u64,
}

fn loaded(store: &dyn TrackingStorage) -> Loaded {
    Loaded {
        numbers: numbers(store),
        runs: runs(store),
        counted: store.runs(&tracking_core::RunQuery::all()).unwrap().len() as u64,
    }
}

fn load(store: &dyn TrackingStorage, logs: &[Source]) -> Result<(), LoadError> {
    let summary = Loader::new(store).batch(2).load(logs, &mut ())?;
    assert!(summary.first_error().is_none(), "{summary:?}");
    Ok(())
}

/// What a load without any trouble brings, and how many steps it takes.
fn clean(logs: &[Source]) -> (Loaded, u64) {
    let store = BTreeStorage::new();
    let counting = Failing::never(&store);
    load(&counting, logs).unwrap();
    let clean = loaded(&store);
    assert_eq!(clean.numbers, (0..29).chain(100..114).collect::<Vec<_>>());
    (clean, counting.steps())
}

/// Commits are delayed where the lines can be read again, and nothing waits for its commit when the
/// load has ended, whatever ended it.
#[test]
fn commits_are_delayed_until_the_load_ends() {
    let world = Fixture::new();
    let logs = logs(&world);
    let store = BTreeStorage::new();
    let counting = Failing::never(&store);
    load(&counting, &logs).unwrap();
    let (delayed, waiting) = counting.delayed();
    assert!(delayed > 5, "{delayed}");
    assert_eq!(waiting, 0);

    world.write("broken.log", &(lines(200..209) + "x\n"));
    let counting = Failing::never(&store);
    let broken = [world.source("broken.log")];
    let strict = Loader::new(&counting)
        .batch(2)
        .strict(true)
        .load(&broken, &mut ());
    strict.unwrap_err();
    assert_eq!(counting.delayed().1, 0);
}

/// Reading a pipe waits for whoever writes to it, and nobody else could write to the store then.
#[cfg(unix)]
#[test]
fn no_commit_is_delayed_where_a_pipe_is_read() {
    let world = Fixture::new();
    let pipe = world.path("pipe");
    let status = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(status.unwrap().success());
    let text = lines(300..310);
    let writer = std::thread::spawn(move || std::fs::write(pipe, text).unwrap());
    let store = BTreeStorage::new();
    let counting = Failing::never(&store);
    let mut logs = logs(&world);
    logs.push(world.source("pipe"));
    load(&counting, &logs).unwrap();
    writer.join().unwrap();
    assert_eq!(counting.delayed(), (0, 0));
}

#[test]
fn killed_before_or_after_any_step_no_line_is_lost_and_none_exists_twice() {
    let world = Fixture::new();
    let logs = logs(&world);
    let (clean, steps) = clean(&logs);
    assert!(steps > 50, "{steps}");
    for when in [When::Before, When::After] {
        for step in 1..=steps {
            let store = BTreeStorage::new();
            let killed = Failing::at(&store, step, when);
            load(&killed, &logs).unwrap_err();
            load(&store, &logs).unwrap();
            assert_eq!(loaded(&store), clean, "{when:?} step {step}");
        }
    }
}

#[test]
fn killed_over_and_over_it_comes_to_its_end_with_each_line_once() {
    let world = Fixture::new();
    let logs = logs(&world);
    let (clean, steps) = clean(&logs);
    for when in [When::Before, When::After] {
        // Each attempt comes one step further than the one before.
        let store = BTreeStorage::new();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let killed = Failing::at(&store, attempts, when);
            if load(&killed, &logs).is_ok() {
                break;
            }
            assert!(attempts <= steps, "it does not come to an end");
        }
        assert_eq!(loaded(&store), clean, "{when:?}");
    }
}

#[test]
fn killed_twice_at_any_two_steps_no_line_is_lost_and_none_exists_twice() {
    let world = Fixture::new();
    let logs = logs(&world);
    let (clean, steps) = clean(&logs);
    // All pairs would be too many for every day: every seventh step, then every fifth.
    for first in (1..=steps).step_by(7) {
        for second in (1..=steps).step_by(5) {
            let store = BTreeStorage::new();
            load(&Failing::at(&store, first, When::After), &logs).unwrap_err();
            // What is left takes fewer steps, perhaps not even as many as that.
            load(&Failing::at(&store, second, When::Before), &logs).ok();
            load(&store, &logs).unwrap();
            assert_eq!(loaded(&store), clean, "steps {first} and {second}");
        }
    }
}

#[test]
fn killed_while_logs_are_rotated_no_line_is_lost_and_none_exists_twice() {
    let world = Fixture::new();
    let sources = logs(&world);
    let (_, steps) = clean(&sources);
    for step in (1..=steps).step_by(3) {
        let world = Fixture::new();
        let logs = logs(&world);
        load(&Failing::at(&world.store, step, When::After), &logs).unwrap_err();
        // Everything is called otherwise now, packed or copied, and in another order.
        world.rename("a.log.1", "a.log.3");
        world.rename("a.log.2.gz", "a.log.4.gz");
        world.copy("a.log", "a.log.2");
        world.truncate("a.log");
        world.pack("a.log.3");
        world.rename("own.log", "own_r00001.log");
        let names = [
            "own_r00001.log",
            "a.log.3.gz",
            "copy.log",
            "a.log",
            "a.log.4.gz",
            "a.log.2",
        ];
        load(&world.store, &world.sources(&names)).unwrap();
        let expected: Vec<_> = (0..29).chain(100..114).collect();
        assert_eq!(world.numbers(), expected, "step {step}");
    }
}

#[test]
fn of_two_loaders_of_one_log_one_gets_an_error_and_each_line_is_loaded_once() {
    let world = Fixture::new();
    world.write("a.log", lines(0..10));
    let logs = world.sources(&["a.log"]);
    // The other one loads the log while this one is about to save.
    let mut is_done = false;
    let mut meanwhile = |_: Progress<'_>| {
        if !std::mem::replace(&mut is_done, true) {
            load(&world.store, &logs).unwrap();
        }
    };
    let error = Loader::new(&world.store)
        .load(&logs, &mut meanwhile)
        .unwrap_err();
    assert!(matches!(error, LoadError::Conflict { .. }), "{error:?}");
    assert!(
        error.to_string().contains("another process is loading"),
        "{error}"
    );
    world.assert_has(0..10);
}
