//! A program that is stopped at any point of writing, rotating, compressing and removing.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

use super::super::fault_points::FaultPoints;
use super::*;

/// The messages of the closed files and of the log, in order.
fn all(log: &Path) -> Vec<String> {
    let mut text = String::new();
    for path in super::super::segments(log).unwrap() {
        let mut file = File::open(&path).unwrap();
        if path.extension().unwrap() == "gz" {
            GzDecoder::new(file).read_to_string(&mut text).unwrap();
        } else {
            file.read_to_string(&mut text).unwrap();
        }
    }
    if log.exists() {
        text.push_str(&fs::read_to_string(log).unwrap());
    }
    let message = |line: &str| line.split_once(';').unwrap().1.to_owned();
    text.lines().map(message).collect()
}

/// Writes five messages into files of two and rotates once more, until the steps are used up;
/// says which messages were taken.
fn run(folder: &Folder, from: u32, faults: &FaultPoints) -> Vec<String> {
    run_with(folder.logger().rotate_at(60).gzip(), from, faults)
}

fn run_with(builder: MessageLoggerBuilder, from: u32, faults: &FaultPoints) -> Vec<String> {
    let logger = builder.build().unwrap();
    logger.file.lock().unwrap().set_faults(faults.clone());
    logger.maintenance.lock().unwrap().faults = faults.clone();
    let mut taken = Vec::new();
    for n in from..from + 5 {
        let message = format!("{n}");
        if logger.log(&message).is_ok() {
            taken.push(message);
        }
        if faults.are_used_up() {
            return taken;
        }
    }
    logger.rotate().ok();
    taken
}

#[test]
fn stopped_at_any_point_no_line_is_lost_or_doubled() {
    let mut stops = 0;
    loop {
        let folder = Folder::new();
        let log = folder.path("test.log");
        let limit = FaultPoints::only(stops);
        let mut expected = run(&folder, 10, &limit);
        // A line that was written just before the stop was not acknowledged.
        let there = all(&log);
        assert!(
            there.starts_with(&expected),
            "{stops}: {there:?}, {expected:?}"
        );
        assert!(
            there.len() <= expected.len() + 1,
            "{stops}: {there:?}, {expected:?}"
        );
        expected = there;
        let done = !limit.are_used_up();

        // The next program finds the same, continues, and leaves no trace of the stop.
        expected.extend(run(&folder, 20, &FaultPoints::default()));
        assert_eq!(all(&log), expected, "{stops}");
        let names = folder.names();
        let odd = |name: &&String| !name.ends_with(".log.gz") && *name != "test.log";
        assert_eq!(names.iter().find(odd), None, "{stops}: {names:?}");
        if done {
            break;
        }
        stops += 1;
    }
    assert!(stops > 30, "only {stops} points were tried");
}

#[test]
fn stopped_over_and_over_no_line_is_lost_or_doubled() {
    let folder = Folder::new();
    let log = folder.path("test.log");
    let mut expected = Vec::new();
    for round in 0..60 {
        expected.extend(run(
            &folder,
            1000 + 10 * round,
            &FaultPoints::only(round as usize),
        ));
        let there = all(&log);
        let mut rest = there.iter();
        let missing = expected
            .iter()
            .find(|message| !rest.any(|there| there == *message));
        assert_eq!(missing, None, "{round}: {there:?}");
        // So none is there twice.
        assert!(there.is_sorted_by(|a, b| a < b), "{round}: {there:?}");
    }
}

#[test]
fn stopped_in_removing_only_the_oldest_lines_are_gone() {
    for stops in 0.. {
        let folder = Folder::new();
        let log = folder.path("test.log");
        let builder = || folder.logger().rotate_at(60).gzip().keep(1);
        let limit = FaultPoints::only(stops);
        let mut written = run_with(builder(), 10, &limit);
        let there = all(&log);
        written.extend(there.last().filter(|last| !written.contains(last)).cloned());
        assert!(written.ends_with(&there), "{stops}: {there:?}, {written:?}");

        written.extend(run_with(builder(), 20, &FaultPoints::default()));
        let there = all(&log);
        assert!(
            (1..=2).contains(&there.len()) && written.ends_with(&there),
            "{there:?}"
        );
        assert_eq!(folder.names().len(), 2, "{stops}: {:?}", folder.names());
        if !limit.are_used_up() {
            break;
        }
    }
}
