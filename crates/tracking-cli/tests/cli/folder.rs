//! A folder stands for the logs in it, for every command that reads logs.

use std::fs;

use crate::tool::{LOG, Place, STORE, gzip};

/// Where nginx and logrotate leave their logs, the store among them.
fn nginx() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("nginx")).unwrap();
    let lines: Vec<_> = LOG.split_inclusive('\n').collect();
    let (old, new) = lines.split_at(4);
    place.write("nginx/access.log.2.gz", gzip(old.concat().as_bytes()));
    place.write("nginx/access.log.1", new.concat());
    place.write("nginx/access.log", "");
    place.write(
        "nginx/error.log",
        "2026/11/23 15:47:01 [error] 7#7: *1 no\n",
    );
    place
}

const IN_FOLDER: &str = "sqlite:nginx/tracks.db";

#[test]
fn a_folder_is_loaded_once_with_the_store_in_it() {
    let place = nginx();
    let only = ["--only-file", "access.log*", "--only-file", "tracks.db*"];
    let arguments = [
        &["load", "nginx", "--store", IN_FOLDER, "--json"],
        &only[..],
    ]
    .concat();
    for tracks in [7, 0] {
        let ran = place.run(&arguments);
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
        let output: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(output["tracks"], tracks);
        assert_eq!(output["logs"].as_array().unwrap().len(), 2, "{output}");
    }
}

#[test]
fn a_file_that_is_no_log_is_skipped_with_a_note_and_the_rest_is_loaded() {
    let place = nginx();
    let ran = place.run_on_store(&["load", "nginx"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.out.contains("nginx/error.log: skipped"), "{}", ran.out);
    let counted = place.json_on_store(&["count", "--by", "task"]);
    assert_eq!(counted["tracks"], 7);
}

#[test]
fn reports_and_lists_read_a_folder_too() {
    let place = nginx();
    let only = ["nginx", "--only-file", "access.log*"];
    let report = place.json(&only);
    assert_eq!(report["lines"], 10);
    let ran = place.run(&[&["overview"], &only[..]].concat());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.out.contains("nginx"), "{}", ran.out);
}

#[test]
fn the_format_of_each_log_in_a_folder_is_checked() {
    let place = nginx();
    let ran = place.run(&["check-format", "nginx"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    for name in ["access.log.1", "access.log.2.gz", "error.log"] {
        let named = format!("nginx/{name}\n");
        assert!(ran.out.contains(&named), "{}", ran.out);
    }
    assert!(!ran.out.contains("nginx/access.log\n"), "{}", ran.out);
}

#[test]
fn a_folder_without_a_log_is_an_error() {
    let place = nginx();
    for command in ["load", "report", "check-format"] {
        let mut arguments = vec![command, "nginx", "--only-file", "acces.log*"];
        if command == "load" {
            arguments.extend(["--store", STORE]);
        }
        let ran = place.run(&arguments);
        assert_eq!(ran.status, Some(1), "{ran:?}");
        let says = "tracking: there is no log in nginx;";
        assert!(ran.err.starts_with(says), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_of_more_logs_than_may_be_open_is_loaded_and_followed() {
    use std::process::{Command, Stdio};

    let place = Place::new();
    fs::create_dir(place.path("logs")).unwrap();
    for n in 0..400 {
        let time = format!("{:02}:{:02}:00 +0000", n / 60, n % 60);
        let line = format!("192.0.2.1 - anna [23/Nov/2026:{time}] \"GET /{n} HTTP/1.1\" 200 5\n");
        place.write(&format!("logs/{n}.log"), line);
    }
    let limited = |arguments: &str| {
        let built = env!("CARGO_BIN_EXE_tracking");
        let mut command = Command::new("sh");
        let script = format!("ulimit -n 256; exec '{built}' {arguments}");
        command.args(["-c", &script]).current_dir(place.path("."));
        command.stdin(Stdio::null());
        command
    };
    let ran = limited("load --store sqlite:t.db logs").output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(
        place.json_on_store(&["count", "--by", "user"])["tracks"],
        400
    );
    // A closed log is continued, and another log is created.
    let mut following = limited("load --store sqlite:u.db logs --follow --poll 20ms --json");
    let following = following.stdout(Stdio::piped()).stderr(Stdio::piped());
    let following = following.spawn().unwrap();
    let wait_for = |tracks: u64| {
        for _ in 0..600 {
            let ran = place.run(&["count", "--by", "user", "--json", "--store", "sqlite:u.db"]);
            let output: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_default();
            if output["tracks"] == tracks {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("there are never {tracks}");
    };
    wait_for(400);
    let line =
        |n| format!("192.0.2.1 - ben [24/Nov/2026:00:00:00 +0000] \"GET /{n} HTTP/1.1\" 200 5\n");
    place.write("logs/0.log", place.read("logs/0.log") + &line(1));
    place.write("logs/new.log", line(2));
    wait_for(402);
    let id = following.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let ran = following.wait_with_output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn what_cannot_be_meant_with_a_folder_is_refused_before_anything_is_done() {
    let place = nginx();
    for (arguments, says) in [
        (
            vec![
                "load",
                "nginx/access.log",
                "--only-file",
                "a*",
                "--store",
                STORE,
            ],
            "--only-file goes with a folder",
        ),
        (
            vec![
                "load",
                "nginx",
                "--rejects",
                "nginx/bad.log",
                "--store",
                STORE,
            ],
            "would be taken for a log of nginx",
        ),
        (
            vec!["report", "./nginx/", "--html", "nginx/../nginx/page.html"],
            "would be taken for a log of ./nginx/",
        ),
        (
            vec![
                "load",
                "nginx",
                "--rejects",
                "nginx/error.log",
                "--store",
                STORE,
            ],
            "would be taken for a log of nginx",
        ),
    ] {
        let ran = place.run(&arguments);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        assert!(ran.err.contains(says), "{says:?} is not in: {}", ran.err);
    }
    assert!(!place.path("t.db").exists());
    // What is not asked for may be written there.
    let ran = place.run_on_store(&[
        "load",
        "nginx",
        "--only-file",
        "access*",
        "--rejects",
        "nginx/bad.log",
    ]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(place.read("nginx/bad.log").lines().count(), 2);
}
