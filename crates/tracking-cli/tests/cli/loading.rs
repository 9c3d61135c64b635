//! `tracking load` and `tracking check-format`.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::tool::{LOG, Place, STORE, gzip, shared};

/// A line of a user at a second, with a number.
fn line(n: u32) -> String {
    let (minute, second) = (n / 60 % 60, n % 60);
    let hour = n / 3600;
    format!(
        "192.0.2.1 - user{} [23/Nov/2026:{hour:02}:{minute:02}:{second:02} +0000] \
         \"GET /{n} HTTP/1.1\" 200 5\n",
        n % 5
    )
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(line).collect()
}

impl Place {
    /// Loads logs into the store, where all goes well.
    fn loaded(&self, arguments: &[&str]) -> Value {
        self.json_on_store(&[&["load"], arguments].concat())
    }

    fn count(&self) -> u64 {
        self.json_on_store(&["count", "--by", "task"])["tracks"]
            .as_u64()
            .unwrap()
    }
}

#[test]
fn each_line_is_loaded_once_from_files_copies_packed_ones_and_standard_input() {
    let place = Place::with_log();
    let first = place.loaded(&["access.log"]);
    assert_eq!(
        (&first["lines"], &first["malformed"]),
        (&json!(10), &json!(2))
    );
    assert_eq!(first["tracks"], 7);
    assert_eq!(first["logs"][0]["state"], "new");
    place.write("copy.gz", gzip(LOG.as_bytes()));
    let again = place.loaded(&["access.log", "copy.gz"]);
    assert_eq!(
        (&again["lines"], &again["logs"][1]["lines_before"]),
        (&json!(0), &json!(10))
    );
    let more = LOG.to_owned() + &line(1);
    let arguments = ["load", "-", "--store", STORE, "--json"];
    for (tracks, state) in [(1, "continued"), (0, "continued")] {
        let ran = place.run_with_input(&arguments, more.as_bytes());
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
        let output: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(
            (&output["tracks"], &output["logs"][0]["state"]),
            (&json!(tracks), &json!(state))
        );
    }
    assert_eq!(place.count(), 8);
}

#[test]
fn standard_input_that_begins_like_a_log_and_then_differs_is_another_one() {
    let place = Place::new();
    place.write("a.log", lines(0..10));
    place.loaded(&["a.log"]);
    let other = line(0) + &lines(20..25);
    let ran = place.run_with_input(&["load", "-", "--store", STORE], other.as_bytes());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(place.count(), 16);
}

#[test]
fn what_was_loaded_is_reported_by_log_and_reason() {
    let place = Place::with_log();
    place.write("half.log", line(1) + "half a l");
    let text = place.stdout_on_store(&["load", "access.log", "half.log"]);
    insta::assert_snapshot!(text);
    insta::assert_snapshot!(place.stdout_on_store(&["load", "access.log", "half.log"]));
}

#[test]
fn a_dry_run_changes_nothing_and_makes_no_store() {
    let place = Place::with_log();
    let output =
        place.stdout_on_store(&["load", "--dry-run", "access.log", "--rejects", "bad.log"]);
    assert!(
        output.contains("7 tracks") && output.ends_with("nothing was changed\n"),
        "{output}"
    );
    assert!(!place.path("t.db").exists() && !place.path("bad.log").exists());
    place.loaded(&["access.log"]);
    let before = place.exported();
    place.write("b.log", lines(0..5));
    assert_eq!(
        place.loaded(&["--dry-run", "access.log", "b.log"])["tracks"],
        5
    );
    assert_eq!(place.exported(), before);
}

/// A pipe cannot be synced to a disk.
#[cfg(unix)]
#[test]
fn rejected_lines_can_be_written_to_a_pipe() {
    let place = Place::with_log();
    let output = place.stdout_on_store(&[
        "load",
        "access.log",
        "--rejects-format",
        "lines",
        "--rejects",
        "/dev/stdout",
    ]);
    for line in LOG.lines().skip(7).take(2) {
        assert!(output.contains(line), "{output}");
    }
}

#[test]
fn rejected_lines_are_kept_and_can_be_mended() {
    let place = Place::with_log();
    let lines = ["--rejects-format", "lines", "--rejects", "bad.log"];
    place.loaded(&[&["access.log"], &lines[..]].concat());
    let bad = place.read("bad.log");
    let expected: Vec<_> = LOG.lines().skip(7).take(2).collect();
    let expected = expected.join("\n") + "\n";
    assert_eq!(bad, expected);
    // More is added to the existing tracks.
    place.write("b.log", line(1) + "x\n");
    place.loaded(&[&["b.log"], &lines[..]].concat());
    assert_eq!(place.read("bad.log"), bad.clone() + "x\n");
    place.write(
        "mended.log",
        bad.lines().nth(1).unwrap().replace("31/Nov", "30/Nov") + "\n",
    );
    assert_eq!(place.loaded(&["mended.log"])["tracks"], 1);
}

#[test]
fn strict_stops_at_the_first_bad_line() {
    let place = Place::with_log();
    let ran = place.run_on_store(&["load", "--strict", "access.log"]);
    assert_eq!(ran.status, Some(1));
    let expected = "tracking: access.log: line 8, column 12: expected a time like";
    assert!(ran.err.starts_with(expected), "{}", ran.err);
    assert!(
        ran.err.ends_with("; nothing after it was loaded\n"),
        "{}",
        ran.err
    );
    assert_eq!(place.count(), 6);
}

#[test]
fn a_last_line_waits_for_its_end_or_for_final() {
    let place = Place::new();
    place.write("a.log", lines(0..3).trim_end());
    let output = place.loaded(&["a.log"]);
    assert_eq!(
        (&output["tracks"], &output["logs"][0]["half_line"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(place.loaded(&["--final", "a.log"])["tracks"], 1);
    place.write("a.log", lines(0..4));
    assert_eq!(place.loaded(&["a.log"])["tracks"], 1);
    assert_eq!(place.count(), 4);
}

#[test]
fn records_are_selected_by_task_user_time_status_and_data() {
    for (options, tracks) in [
        (&["--only-task", "/lesson*"][..], 3),
        (&["--except-task", "*e*"], 3),
        (&["--only-user", "anna"], 2),
        (&["--except-user", "192.*"], 2),
        (&["--only-status", "3xx"], 2),
        (&["--except-status", "200-304", "--only-status", "4xx"], 1),
        (&["--only-data", "method=POST"], 1),
        (
            &["--except-data", "bytes=2048", "--except-data", "bytes=512"],
            4,
        ),
        (&["--from", "2026-11-23 10:00"], 2),
        (&["--to", "2026-11-23", "--time-zone", "-02:00"], 7),
    ] {
        let place = Place::with_log();
        let output = place.loaded(&[&["access.log"], options].concat());
        assert_eq!(output["tracks"], tracks, "{options:?}");
        let filtered = output["filtered"].as_u64().unwrap();
        assert_eq!(filtered + tracks, 7, "{options:?}");
    }
}

#[test]
fn any_json_and_any_text_can_be_loaded() {
    let place = Place::new();
    place.write(
        "a.json",
        "{\"p\":{\"id\":\"x\"},\"who\":\"anna\",\"at\":\"23.11.2026 15:47:01\"}\n",
    );
    let ran = place.run_on_store(&["load", "a.json"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("field map"), "{}", ran.err);
    let map = ["a.json", "--map", "task=p.id,user=who,time=at"];
    let time = [
        "--time-format",
        "%d.%m.%Y %H:%M:%S",
        "--log-time-zone",
        "Europe/Berlin",
    ];
    assert_eq!(place.loaded(&[&map[..], &time].concat())["tracks"], 1);
    assert!(place.exported().contains("2026-11-23T14:47:01Z"));
    place.write("a.txt", "anna x 1795445221\n");
    let pattern = r"(?<user>\S+) (?<task>\S+) (?<time>\S+)";
    assert_eq!(place.loaded(&["a.txt", "--pattern", pattern])["tracks"], 1);
    place.write(
        "own.log",
        "{\"task\":\"x\",\"user\":\"a\",\"time\":\"2026-11-23T14:47:01Z\"}\n",
    );
    let output = place.loaded(&["own.log", "--format", "tracking"]);
    assert_eq!(
        (&output["tracks"], &output["logs"][0]["why"]),
        (&json!(1), &json!("it was asked for"))
    );
    // Logs that are only looked at are read in the same way.
    let ran = place.run(&["list", "a.txt", "--pattern", pattern, "--json"]);
    assert!(ran.out.contains("\"user\":\"anna\""), "{ran:?}");
}

#[test]
fn a_log_that_cannot_be_read_keeps_the_others_from_nothing_and_fails_in_the_end() {
    let place = Place::with_log();
    let ran = place.run_on_store(&["load", "missing.log", "access.log", "gone.log"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("cannot open missing.log"), "{}", ran.err);
    assert!(ran.err.contains("cannot open gone.log"), "{}", ran.err);
    assert_eq!(place.count(), 7);
}

#[test]
fn a_load_of_logs_that_cannot_be_read_makes_no_store() {
    let place = Place::new();
    std::fs::create_dir(place.path("empty")).unwrap();
    for logs in [&["missing.log"][..], &["missing.log", "empty"], &["empty"]] {
        let ran = place.run_on_store(&[&["load"], logs].concat());
        assert_eq!(ran.status, Some(1), "{logs:?}");
        assert!(ran.err.contains(logs[0]), "{}", ran.err);
        assert!(!place.path("t.db").exists(), "{logs:?}");
    }
    place.write("a.log", "");
    place.run_on_store(&["load", "a.log"]);
    assert!(place.path("t.db").exists());
}

#[test]
fn what_cannot_be_meant_is_said() {
    let place = Place::with_log();
    place.write("t.db", "");
    for (arguments, says) in [
        (&["load"][..], "FILE"),
        (&["load", "access.log"], "name the store"),
        (
            &["load", "access.log", "--store", "memory:"],
            "gone when the command ends",
        ),
        (&["load", "-", "-", "--store", STORE], "only once"),
        (
            &[
                "load",
                "access.log",
                "--store",
                STORE,
                "--rejects",
                "access.log",
            ],
            "would change a log",
        ),
        (
            &["load", "access.log", "--store", STORE, "--format", "apache"],
            "no log format",
        ),
        (
            &[
                "load",
                "access.log",
                "--store",
                STORE,
                "--time-format",
                "clf",
            ],
            "--map or --pattern",
        ),
        (
            &[
                "load",
                "access.log",
                "--store",
                STORE,
                "--only-status",
                "6xx",
            ],
            "1 to 5",
        ),
        (
            &["load", "access.log", "--store", STORE, "--batch", "0"],
            "--batch",
        ),
        (
            &[
                "load",
                "access.log",
                "--store",
                STORE,
                "--from",
                "2026-12-01",
                "--to",
                "2026-11-01",
            ],
            "lies after",
        ),
        (&["check-format"], "FILE"),
        (&["check-format", "access.log", "--map", "task=a"], "time"),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.status, Some(2), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn check_format_explains_the_first_lines() {
    let place = Place::with_log();
    let ran = place.run(&["check-format", "access.log"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(ran.out);
    let ran = place.run(&["check-format", "access.log", "--json", "--lines", "1"]);
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(output[0]["format"], "access");
    assert_eq!(output[0]["lines"][0]["record"]["task"], "/start");
    assert_eq!(output[0]["lines"].as_array().unwrap().len(), 1);
}

/// All tracks of a store, without the ids that depend on how often loading was started.
fn tracks(place: &Place) -> Vec<String> {
    let output = place.stdout_on_store(&["list", "--order", "id", "--format", "jsonl"]);
    output.lines().map(str::to_owned).collect()
}

#[test]
fn killed_over_and_over_each_line_is_loaded_once() {
    let clean = Place::new();
    clean.write("a.log", lines(0..1500));
    clean.write("b.log.gz", gzip(lines(5000..6000).as_bytes()));
    clean.loaded(&["a.log", "b.log.gz"]);
    let expected = tracks(&clean);
    assert_eq!(expected.len(), 2500);

    let place = Place::new();
    place.write("a.log", lines(0..1500));
    place.write("b.log.gz", gzip(lines(5000..6000).as_bytes()));
    let arguments = [
        "load", "a.log", "b.log.gz", "--store", STORE, "--batch", "20",
    ];
    let mut killed = 0;
    loop {
        let mut command = place.command(&arguments);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Ever later, so that it comes to its end at some time.
        std::thread::sleep(Duration::from_millis(5 + 7 * killed));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        // On Unix this is SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
    }
    assert_eq!(place.loaded(&["a.log", "b.log.gz"])["lines"], 0);
    // Runs are the same too, and the ids, since nothing was done twice.
    assert_eq!(tracks(&place), expected);
}

#[test]
#[cfg(unix)]
fn a_log_is_followed_through_a_rotation_until_ctrl_c() {
    let place = Place::new();
    place.write("a.log", lines(0..3));
    let arguments = [
        "load", "a.log", "--follow", "--poll", "20ms", "--store", STORE, "--json",
    ];
    let mut command = place.command(&arguments);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let until = |count: u64| {
        // Waits without a limit; the time limit of the tests ends it.
        while !place.path("t.db").exists()
            || place.run_on_store(&["count", "--by", "task"]).status != Some(0)
            || place.count() < count
        {
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until(3);
    let mut file = std::fs::File::options()
        .append(true)
        .open(place.path("a.log"))
        .unwrap();
    file.write_all(lines(3..5).as_bytes()).unwrap();
    std::fs::rename(place.path("a.log"), place.path("a.log.1")).unwrap();
    place.write("a.log", lines(5..7));
    until(7);
    file.write_all(line(7).as_bytes()).unwrap();
    until(8);
    let kill = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let output: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output["tracks"], 8);
    assert_eq!(place.count(), 8);
}

#[test]
fn statements_of_learners_agree_with_their_facts_in_a_store_that_is_kept() {
    let Some(folder) = shared("elearn-xapi-funmooc") else {
        return;
    };
    let facts = std::fs::read(folder.join("facts.json")).unwrap();
    let facts: Value = serde_json::from_slice(&facts).unwrap();
    let log = folder.join("statements.json.gz");
    let map = r#"task=object.id,user=actor.account.name,time=timestamp,key=id,run=context.extensions["https://w3id.org/xapi/video/extensions/session-id"]"#;
    let place = Place::new();
    let output = place.loaded(&[log.to_str().unwrap(), "--map", map]);
    for (ours, theirs) in [
        ("lines", "lines_total"),
        ("tracks", "valid"),
        ("runs", "distinct_runs"),
    ] {
        assert_eq!(output[ours], facts[theirs], "{ours}");
    }
    let distinct = |by: &str| place.json_on_store(&["count", "--by", by, "--top", "5"]);
    for (by, theirs) in [
        ("user", "distinct_users"),
        ("task", "distinct_tasks"),
        ("run", "distinct_runs"),
    ] {
        assert_eq!(distinct(by)["distinct"], facts[theirs], "{by}");
    }
    let counts = |list: &Value| -> Vec<u64> {
        let list = list.as_array().unwrap().iter();
        list.map(|entry| entry["count"].as_u64().unwrap()).collect()
    };
    for (by, theirs) in [
        ("user", "top5_users"),
        ("task", "top5_tasks"),
        ("run", "top5_runs"),
    ] {
        assert_eq!(
            counts(&distinct(by)["groups"]),
            counts(&facts[theirs]),
            "{by}"
        );
    }
    assert_eq!(
        place.loaded(&[log.to_str().unwrap(), "--map", map])["lines"],
        0
    );
}
