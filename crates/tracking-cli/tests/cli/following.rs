//! `tracking load --follow`: how it waits, and how it ends.
#![cfg(unix)]

use std::fs::File;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::tool::{Place, Ran, STORE};

fn line(n: u32) -> String {
    format!("192.0.2.1 - anna [23/Nov/2026:10:00:{n:02} +0000] \"GET /{n} HTTP/1.1\" 200 5\n")
}

/// Waits until something is so; a slow machine is given time.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_mins(2), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Place {
    fn follow(&self, arguments: &[&str]) -> Child {
        let all = [
            &["load", "--follow", "--poll", "20ms", "--store", STORE],
            arguments,
        ]
        .concat();
        let mut command = self.command(&all);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn has_tracks(&self, count: u64) -> bool {
        let ran = self.run_on_store(&["count", "--by", "task", "--json"]);
        let output: Value = serde_json::from_str(&ran.out).unwrap_or_default();
        output["tracks"] == count
    }
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

fn ended(mut child: Child) -> Ran {
    until("it ends", || child.try_wait().unwrap().is_some());
    Ran::from(child.wait_with_output().unwrap())
}

fn fifo(place: &Place) {
    let status = Command::new("mkfifo").arg(place.path("pipe")).status();
    assert!(status.unwrap().success());
}

#[test]
fn one_signal_ends_it_where_nothing_comes() {
    let place = Place::new();
    fifo(&place);
    let mut lines = String::new();
    let ways = [
        ("pipe", "-INT"),
        ("-", "-TERM"),
        ("pipe", "-TERM"),
        ("-", "-INT"),
    ];
    for (n, (log, name)) in (1..).zip(ways) {
        // The other log is loaded meanwhile.
        lines += &line(n);
        place.write("a.log", &lines);
        let child = place.follow(&[log, "a.log"]);
        until("the log is loaded", || place.has_tracks(n.into()));
        signal(&child, name);
        let ran = ended(child);
        assert_eq!(ran.status, Some(0), "{log}: {ran:?}");
    }
}

#[test]
fn the_end_of_standard_input_ends_it() {
    let place = Place::new();
    let mut child = place.follow(&["-"]);
    let mut input = child.stdin.take().unwrap();
    input.write_all((line(1) + &line(2)).as_bytes()).unwrap();
    until("what came is loaded", || place.has_tracks(2));
    input.write_all(line(3).as_bytes()).unwrap();
    drop(input);
    let ran = ended(child);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(place.has_tracks(3));
    // Given again, all of it is known, however it comes.
    let mut child = place.follow(&["-"]);
    let mut input = child.stdin.take().unwrap();
    for n in 1..=4 {
        input.write_all(line(n).as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(60));
    }
    drop(input);
    assert_eq!(ended(child).status, Some(0));
    assert!(place.has_tracks(4));
}

#[test]
fn bad_lines_before_the_first_good_one_wait_for_it() {
    let place = Place::new();
    let mut child = place.follow(&["-", "--json"]);
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"no line at all\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    input.write_all(line(1).as_bytes()).unwrap();
    until("the good line is loaded", || place.has_tracks(1));
    drop(input);
    let ran = ended(child);
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&output["malformed"], &output["tracks"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn a_pipe_is_followed_from_one_writer_to_the_next() {
    let place = Place::new();
    fifo(&place);
    let child = place.follow(&["pipe", "--json"]);
    for n in 1..=3 {
        let mut pipe = File::options()
            .write(true)
            .open(place.path("pipe"))
            .unwrap();
        pipe.write_all(line(n).as_bytes()).unwrap();
        drop(pipe);
        until("what came is loaded", || place.has_tracks(n.into()));
    }
    signal(&child, "-INT");
    let ran = ended(child);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&output["tracks"], output["logs"].as_array().unwrap().len()),
        (&3.into(), 1)
    );
}

#[test]
fn a_store_that_is_busy_is_waited_for_and_that_is_said_once() {
    let place = Place::new();
    place.write("a.log", line(1));
    let child = place.follow(&["a.log", "--wait", "50ms"]);
    until("the log is loaded", || place.has_tracks(1));
    let holder = rusqlite::Connection::open(place.path("t.db")).unwrap();
    holder.execute_batch("begin immediate").unwrap();
    place.write("a.log", line(1) + &line(2));
    std::thread::sleep(Duration::from_secs(3));
    assert!(place.has_tracks(1));
    holder.execute_batch("rollback").unwrap();
    until("what came meanwhile is loaded", || place.has_tracks(2));
    signal(&child, "-INT");
    let ran = ended(child);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert_eq!(
        ran.err.matches("waiting for the store").count(),
        1,
        "{}",
        ran.err
    );
    // One signal ends it while it waits, too.
    place.write("a.log", line(1) + &line(2) + &line(3));
    let child = place.follow(&["a.log", "--wait", "50ms"]);
    until("the log is loaded", || place.has_tracks(3));
    holder.execute_batch("begin immediate").unwrap();
    place.write("a.log", line(1) + &line(2) + &line(3) + &line(4));
    std::thread::sleep(Duration::from_secs(1));
    signal(&child, "-INT");
    assert_eq!(ended(child).status, Some(0));
    // Without --follow it is an error with its own exit status.
    let ran = place.run_on_store(&["load", "a.log", "--wait", "50ms"]);
    assert_eq!(ran.status, Some(75), "{ran:?}");
    holder.execute_batch("rollback").unwrap();
}
