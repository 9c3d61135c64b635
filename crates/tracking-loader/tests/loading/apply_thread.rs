//! Batches that are applied while the next lines are read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use tracking_core::{Removal, Retention, Timestamp, TrackingStorage};
use tracking_loader::{LoadError, LoadObserver, Loader, Progress};

use super::failing_store::{Failing, When};
use super::fixture::{Fixture, lines, numbers};

/// Lines that two logs have in turns, the second one also after the first one ends.
fn two_logs(fixture: &Fixture) {
    fixture.write("a.log", lines((0..60).step_by(2)));
    fixture.write("b.log", lines((1..60).step_by(2).chain(60..90)));
}

const LOGS: [&str; 2] = ["a.log", "b.log"];

/// Removes all tracks and runs, and tells which lines the tracks were.
fn remove_everything(fixture: &Fixture) -> Vec<u64> {
    let removed = numbers(&fixture.store);
    let all = Removal::old_tracks(Retention::none().older_than(Timestamp::MAX));
    fixture.store.remove_by(&all.with_empty_runs()).unwrap();
    removed
}

#[test]
fn lines_are_read_while_a_batch_is_applied() {
    let fixture = Fixture::new();
    fixture.write("a.log", lines(0..9000));
    let (sender, read) = mpsc::channel();
    let read = Mutex::new(read);
    let was_read = AtomicBool::new(false);
    let wait_for_lines = |batch| {
        if batch == 1 {
            let read = read.lock().unwrap();
            let mut later = std::iter::from_fn(|| read.recv_timeout(Duration::from_secs(30)).ok());
            was_read.store(later.any(|lines| lines > 4000), Ordering::Relaxed);
        }
    };
    let store = Failing::never(&fixture.store).before_batch(&wait_for_lines);
    let mut observer = |progress: Progress<'_>| sender.send(progress.lines).unwrap();
    let loader = Loader::new(&store).batch(4000).parse_threads(1);
    loader
        .load(&fixture.sources(&["a.log"]), &mut observer)
        .unwrap();
    assert!(was_read.load(Ordering::Relaxed), "only the batch was read");
    fixture.assert_has(0..9000);
}

/// Whoever removes the runs of a batch makes it fail. Its lines are read again, and those after it,
/// which were read by then.
#[test]
fn lines_after_a_batch_that_no_longer_fits_are_read_again() {
    for fails_at in 1..=18 {
        let fixture = Fixture::new();
        two_logs(&fixture);
        let removed = Mutex::new(Vec::new());
        let remove_all = |batch| {
            if batch == fails_at {
                removed.lock().unwrap().extend(remove_everything(&fixture));
            }
        };
        let store = Failing::never(&fixture.store).before_batch(&remove_all);
        let loader = Loader::new(&store).batch(5).parse_threads(1);
        let summary = loader.load(&fixture.sources(&LOGS), &mut ()).unwrap();
        let total = (summary.total.lines, summary.total.tracks);
        assert_eq!(total, (90, 90), "batch {fails_at}");
        let lines = summary.logs.iter().map(|log| log.counts.lines);
        assert_eq!(lines.collect::<Vec<_>>(), [30, 60], "batch {fails_at}");
        let removed = removed.lock().unwrap();
        fixture.assert_has((0..90).filter(|n| !removed.contains(n)));
    }
}

/// All lines before a malformed one are loaded, also where a batch of them has to be written again.
#[test]
fn a_strict_load_ends_at_the_malformed_line_whenever_a_batch_no_longer_fits() {
    for (fails_at, threads) in (1..=7).flat_map(|batch| [(batch, 0), (batch, 1)]) {
        let fixture = Fixture::new();
        fixture.write("a.log", lines(0..32) + "nonsense\n" + &lines(32..40));
        let removed = Mutex::new(Vec::new());
        let remove_all = |batch| {
            if batch == fails_at {
                removed.lock().unwrap().extend(remove_everything(&fixture));
            }
        };
        let store = Failing::never(&fixture.store).before_batch(&remove_all);
        let loader = Loader::new(&store).batch(5).strict(true);
        let loader = loader.parse_threads(threads);
        let error = loader
            .load(&fixture.sources(&["a.log"]), &mut ())
            .unwrap_err();
        assert!(matches!(error, LoadError::Rejected { .. }), "{error}");
        let removed = removed.lock().unwrap();
        fixture.assert_has((0..32).filter(|n| !removed.contains(n)));
    }
}

#[test]
fn no_line_is_lost_or_loaded_twice_where_a_load_fails_at_any_step() {
    for (step, when) in (4..20).flat_map(|step| [(step, When::Before), (step, When::After)]) {
        let fixture = Fixture::new();
        two_logs(&fixture);
        let store = Failing::at(&fixture.store, step, when);
        let loader = Loader::new(&store).batch(5).parse_threads(1);
        let result = loader.load(&fixture.sources(&LOGS), &mut ());
        assert!(result.is_err(), "step {step} is not reached");
        fixture.load(&LOGS);
        fixture.assert_has(0..90);
    }
}

/// Ends a load after a number of batches.
struct EndAfter(u32);

impl LoadObserver for EndAfter {
    fn is_over(&mut self) -> bool {
        self.0 -= 1;
        self.0 == 0
    }
}

#[test]
fn a_load_that_is_ended_counts_the_batch_that_was_being_applied() {
    for batches in 1..15 {
        let fixture = Fixture::new();
        two_logs(&fixture);
        let loader = Loader::new(&fixture.store).batch(5).parse_threads(1);
        let ended = loader.load(&fixture.sources(&LOGS), &mut EndAfter(batches));
        let count = u64::from(batches) * 5;
        assert_eq!(ended.unwrap().total.lines, count);
        assert_eq!(numbers(&fixture.store).len() as u64, count);
        assert_eq!(fixture.load(&LOGS).total.lines, 90 - count);
        fixture.assert_has(0..90);
    }
}

#[test]
#[should_panic(expected = "the store panics")]
fn a_panic_of_the_store_reaches_whoever_loads() {
    let fixture = Fixture::new();
    two_logs(&fixture);
    let panic = |batch| assert!(batch < 3, "the store panics");
    let store = Failing::never(&fixture.store).before_batch(&panic);
    let loader = Loader::new(&store).batch(5).parse_threads(1);
    let _never = loader.load(&fixture.sources(&LOGS), &mut ());
}

#[test]
fn batches_are_applied_on_the_thread_that_loads_where_no_others_are_wanted() {
    for threads in [0, 1] {
        let fixture = Fixture::new();
        two_logs(&fixture);
        let here = thread::current().id();
        let is_elsewhere = AtomicBool::new(false);
        let compare = |_| {
            is_elsewhere.fetch_or(thread::current().id() != here, Ordering::Relaxed);
        };
        let store = Failing::never(&fixture.store).before_batch(&compare);
        let loader = Loader::new(&store).batch(5).parse_threads(threads);
        loader.load(&fixture.sources(&LOGS), &mut ()).unwrap();
        assert_eq!(is_elsewhere.load(Ordering::Relaxed), threads > 0);
    }
}
