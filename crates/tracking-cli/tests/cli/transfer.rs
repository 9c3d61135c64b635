//! Export, import and copy, and indexes.

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::tool::{EXPORT, Place, Ran, STORE, gzip};

#[test]
fn what_is_imported_comes_out_as_it_went_in() {
    let place = Place::with_store();
    assert_eq!(place.exported(), EXPORT);
    assert_eq!(
        place.stdout_on_store(&["export", "all.jsonl"]),
        "exported 5 tracks, 3 runs, 1 key, 1 checkpoint and 1 index to all.jsonl\n"
    );
    assert_eq!(place.read("all.jsonl"), EXPORT);
    let all = json!({"tracks": 5, "runs": 3, "keys": 1, "checkpoints": 1, "indexes": 1, "already_there": 0});
    assert_eq!(place.json_on_store(&["export", "all.jsonl"]), all);
    place.write("all.jsonl.gz", gzip(EXPORT.as_bytes()));
    let ran = place.run(&["import", "--store", "sqlite:u.db", "--json", "all.jsonl.gz"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap(),
        all
    );
    assert_eq!(place.run(&["export", "--store", "sqlite:u.db"]).out, EXPORT);
}

#[test]
fn an_import_can_be_repeated() {
    let place = Place::with_store();
    place.write("all.jsonl", EXPORT);
    assert_eq!(
        place.stdout_on_store(&["import", "all.jsonl"]),
        "imported 5 tracks, 3 runs, 1 key, 1 checkpoint and 1 index into t.db; 11 of these were there already\n"
    );
    assert_eq!(place.exported(), EXPORT);
}

#[test]
fn what_is_no_export_or_does_not_fit_is_reported_with_its_line() {
    let place = Place::with_store();
    for (content, output) in [
        ("", "this is no export: its first line is not {\"format\":"),
        ("{\"id\":1}\n", "this is no export"),
        (
            "{\"format\":\"tracking-export\",\"version\":9}\n",
            "this export has version 9 of the format; only version 1 can be read here",
        ),
        (
            &EXPORT.replace("\"page\":3", "\"page\":"),
            "this is no record of an export: expected value at line 9 column",
        ),
        (
            &EXPORT.replace("\"page\":3", "\"page\":4"),
            "the record of line 9 does not fit: track 0000005 is already there with other content",
        ),
        (
            EXPORT.rsplit_once("{\"counters\"").unwrap().0,
            "the export is cut off after line 12; what it holds so far is imported",
        ),
    ] {
        place.write("bad.jsonl", content);
        let ran = place.run_on_store(&["import", "bad.jsonl"]);
        assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{ran:?}");
        let output = format!("tracking: cannot import bad.jsonl: {output}");
        assert!(
            ran.err.starts_with(&output),
            "{output:?} is not in: {}",
            ran.err
        );
        assert_eq!(place.exported(), EXPORT);
    }
    fs::create_dir(place.path("folder")).unwrap();
    for (file, output) in [
        ("missing", "cannot open missing"),
        ("folder", "folder is a directory"),
    ] {
        let ran = place.run_on_store(&["import", file]);
        assert_eq!(ran.status, Some(1));
        assert!(ran.err.contains(output), "{}", ran.err);
    }
}

#[test]
fn standard_output_cannot_take_both() {
    let place = Place::with_store();
    let ran = place.run_on_store(&["export", "--json"]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("with --json, name a file"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn an_export_that_cannot_be_written_is_an_error() {
    let place = Place::with_store();
    let ran = place.run_on_store(&["export", "missing/all.jsonl"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains("cannot write missing/all.jsonl"),
        "{}",
        ran.err
    );
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = place.command(&["export", "--store", STORE]);
    let ran = Ran::from(command.stdout(full).output().unwrap());
    assert_eq!(ran.status, Some(1));
    assert_eq!(
        ran.err,
        "tracking: cannot write to standard output: No space left on device (os error 28)\n"
    );
}

#[test]
fn a_store_is_copied_and_a_copy_repeated() {
    let place = Place::with_store();
    let copied = "copied 5 tracks, 3 runs, 1 key, 1 checkpoint and 1 index to sqlite:t.db#copy";
    let copy = ["copy", "--to", "sqlite:t.db#copy"];
    assert_eq!(place.stdout_on_store(&copy), format!("{copied}\n"));
    assert_eq!(
        place.stdout_on_store(&copy),
        format!("{copied}; 11 of these were there already\n")
    );
    assert_eq!(
        place.run(&["export", "--store", "sqlite:t.db#copy"]).out,
        EXPORT
    );
    place.stdout_on_store(&[
        "update",
        "3",
        "--data",
        "page=9",
        "--time",
        "2026-11-23 09:05",
    ]);
    let ran = place.run_on_store(&copy);
    assert_eq!(ran.status, Some(1));
    assert_eq!(
        ran.err,
        "tracking: cannot copy to sqlite:t.db#copy: track 0000003 is already there with other content; restore into an empty store\n"
    );
}

#[test]
fn indexes_are_added_dropped_and_listed() {
    let place = Place::with_store();
    let output = [
        place.stdout_on_store(&["index", "list"]),
        place.stdout_on_store(&["index", "add", "verb.id"]),
        place.stdout_on_store(&["index", "add", "verb.id"]),
        place.stdout_on_store(&["index", "list"]),
        place.stdout_on_store(&["index", "drop", "page"]),
        place.stdout_on_store(&["index", "drop", "page"]),
        place.stdout_on_store(&["reindex"]),
    ];
    insta::assert_snapshot!(output.concat(), @r#"
    page
    data field "verb.id" has an index now
    data field "verb.id" had an index already
    page
    verb.id
    data field "page" has no index any more
    data field "page" had no index
    built every index of 5 tracks anew
    "#);
    assert_eq!(
        place.json_on_store(&["index", "list"]),
        json!({"indexes": ["verb.id"]})
    );
    assert_eq!(
        place.json_on_store(&["index", "drop", "verb.id"]),
        json!({"field": "verb.id", "indexed": false, "changed": true})
    );
    assert_eq!(
        place.stdout_on_store(&["index", "list"]),
        "no data field has an index\n"
    );
    assert_eq!(
        place.json_on_store(&["reindex"]),
        json!({"tracks": 5, "indexes": []})
    );
}

/// An export of many tracks.
fn many() -> String {
    let run = |n: u32| {
        format!(
            r#"{{"run":{{"id":{n},"task":"t{n}","start":"2026-11-20T08:00:00Z","end":"2026-11-20T08:10:00Z","finished":false,"current":true}}}}"#
        )
    };
    let track = |n: u32| {
        format!(
            r#"{{"track":{{"id":{n},"task":"t1","run":{},"user":"u{}","time":"2026-11-20T08:00:00Z","data":{{"n":{n}}}}}}}"#,
            n % 300 + 1,
            n % 7
        )
    };
    let mut lines = vec![r#"{"format":"tracking-export","version":1}"#.to_owned()];
    lines.extend((1..=300).map(run));
    lines.extend((1..=5_000).map(track));
    lines.push(r#"{"counters":{"last_track":5000,"last_run":300}}"#.to_owned());
    lines.join("\n") + "\n"
}

#[test]
fn an_import_that_is_killed_can_be_repeated() {
    let place = Place::new();
    let export = many();
    for part in [1, 2, 3] {
        let mut command = place.command(&["import", "--store", STORE]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let some = &export.as_bytes()[..export.len() * part / 4];
        // It waits for the rest when it is killed.
        child.stdin.as_mut().unwrap().write_all(some).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = place.run_with_input(&["import", "--store", STORE], export.as_bytes());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert_eq!(place.exported(), export);
}

#[test]
fn a_copy_that_is_killed_can_be_repeated() {
    let place = Place::new();
    let export = many();
    place.run_with_input(&["import", "--store", STORE], export.as_bytes());
    let copy = ["copy", "--to", "sqlite:copy.db"];
    for wait in [0, 20, 60, 120, 200] {
        let mut child = place.command(&[&copy[..], &["--store", STORE]].concat());
        let mut child = child.stdout(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    place.stdout_on_store(&copy);
    let copied = place.run(&["export", "--store", "sqlite:copy.db"]).out;
    assert_eq!(copied, export);
}
