//! What a signal leaves behind, and what a file that is replaced keeps.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::tool::{Place, STORE};

/// A store that takes a while to be read through.
fn large() -> Place {
    let place = Place::new();
    let mut export = "{\"format\":\"tracking-export\",\"version\":1}\n".to_owned();
    export += "{\"run\":{\"id\":1,\"task\":\"a\",\"start\":\"2026-11-20T08:00:00Z\",\"end\":\"2026-11-20T08:10:00Z\",\"finished\":true,\"current\":false}}\n";
    let text = "x".repeat(4000);
    let track = |id: u32| {
        let of_it = "\"task\":\"a\",\"run\":1,\"user\":\"u\",\"time\":\"2026-11-20T08:01:00Z\"";
        format!("{{\"track\":{{\"id\":{id},{of_it},\"data\":{{\"t\":\"{text}\"}}}}}}\n")
    };
    let tracks: Vec<_> = (1..=8000).map(track).collect();
    export += &tracks.concat();
    export += "{\"counters\":{\"last_track\":8000,\"last_run\":1}}\n";
    let ran = place.run_with_input(&["import", "--store", STORE], export.as_bytes());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    place
}

fn names(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.path("")).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| !name.starts_with("t.db"));
    names
}

fn send(signal: &str, id: u32) {
    let sent = Command::new("kill")
        .args([signal, &id.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn files_that_are_not_whole_are_removed_when_a_signal_ends_the_command() {
    let place = large();
    for (arguments, signal) in [
        (&["export", "out"][..], "-INT"),
        (&["list", "--format", "jsonl", "--output", "out"], "-TERM"),
        (&["backup", "out"], "-INT"),
    ] {
        let mut is_interrupted = false;
        // Now and then the command is faster.
        for _ in 0..50 {
            let mut command = place.command(&[arguments, &["--store", STORE]].concat());
            let mut child = command
                .stderr(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            let ended = loop {
                if !names(&place).is_empty() {
                    break None;
                }
                if let Some(status) = child.try_wait().unwrap() {
                    break Some(status);
                }
            };
            if ended.is_none() && child.try_wait().unwrap().is_none() {
                send(signal, child.id());
            }
            let status = child.wait().unwrap();
            is_interrupted = status.code() == Some(130);
            if is_interrupted {
                break;
            }
            let _gone = fs::remove_file(place.path("out"));
        }
        assert!(is_interrupted, "{arguments:?}");
        assert_eq!(names(&place), Vec::<String>::new(), "{arguments:?}");
    }
}

/// Lines of a log, each with a number of its own.
fn log_lines(count: u32) -> String {
    let line = |n: u32| {
        let at = format!("{:02}:{:02}:{:02}", n / 3600, n / 60 % 60, n % 60);
        format!("1.2.3.4 - - [20/Nov/2026:{at} +0000] \"GET /p/{n} HTTP/1.1\" 200 5\n")
    };
    (0..count).map(line).collect()
}

#[test]
fn a_load_that_a_signal_ends_says_so_and_the_same_command_loads_the_rest() {
    let place = Place::new();
    place.write("a.log", log_lines(50) + "nonsense\n" + &log_lines(80_000));
    let load = "load a.log --batch 100 --rejects rejects --store";
    let load: Vec<_> = load.split(' ').chain([STORE]).collect();
    let mut command = place.command(&load);
    let child = command.stderr(Stdio::piped()).stdout(Stdio::piped());
    let child = child.spawn().unwrap();
    // The first batch was read.
    while !fs::metadata(place.path("rejects")).is_ok_and(|rejects| rejects.len() > 0) {
        thread::sleep(Duration::from_millis(5));
    }
    send("-INT", child.id());
    let ended = child.wait_with_output().unwrap();
    let (out, message) = (text(ended.stdout), text(ended.stderr));
    assert_eq!(ended.status.code(), Some(130), "{out}{message}");
    assert!(
        message.ends_with("interrupted; the same command loads what is left\n"),
        "{message}"
    );
    assert!(out.contains(" lines"), "{out}");
    assert!(!out.contains("80,051 lines"), "it was not ended: {out}");
    assert_eq!(place.run(&load).status, Some(0));
    assert_eq!(place.stdout_on_store(&["count"]).trim(), "80050");
}

/// Neither an open pipe without a line nor a locked store keeps a signal from ending a load.
#[test]
fn a_load_that_waits_ends_soon_after_a_signal() {
    let place = Place::new();
    place.write("a.log", log_lines(500));
    assert_eq!(
        place.run(&["load", "a.log", "--store", STORE]).status,
        Some(0)
    );
    place.write("a.log", log_lines(501));
    let lock = rusqlite::Connection::open(place.path("t.db")).unwrap();
    lock.execute_batch("begin immediate").unwrap();
    let made = Command::new("mkfifo").arg(place.path("pipe")).status();
    assert!(made.unwrap().success());
    for log in ["a.log", "pipe"] {
        let mut command = place.command(&["load", log, "--wait", "10m", "--store", STORE]);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        // Until it waits.
        thread::sleep(Duration::from_secs(2));
        send("-INT", child.id());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{log}");
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_file_that_is_replaced_stays_private() {
    let place = Place::with_store();
    place.write("out", "old");
    for mode in [0o600, 0o640, 0o666] {
        fs::set_permissions(place.path("out"), fs::Permissions::from_mode(mode)).unwrap();
        place.stdout_on_store(&["list", "--output", "out"]);
        assert_eq!(
            fs::metadata(place.path("out")).unwrap().mode() & 0o777,
            mode
        );
        place.stdout_on_store(&["export", "out"]);
        assert_eq!(
            fs::metadata(place.path("out")).unwrap().mode() & 0o777,
            mode
        );
    }
    // Where nohup had signals ignored, they still are.
    let script = format!(
        "trap '' HUP INT; '{}' export out --store {STORE}",
        env!("CARGO_BIN_EXE_tracking")
    );
    let ran = Command::new("sh")
        .args(["-c", &script])
        .current_dir(place.path(""))
        .status();
    assert!(ran.unwrap().success());
}
