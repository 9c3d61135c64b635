//! Every command in every format.

use serde_json::Value;
use tracking_views::{Format, Import};

use crate::tool::{LOG, Place};

/// Every command, with what it needs.
pub(crate) const COMMANDS: [&[&str]; 13] = [
    &["overview"],
    &["list"],
    &["show", "2"],
    &["runs"],
    &["run", "show", "1"],
    &["task", "/lesson"],
    &["user", "anna"],
    &["tasks"],
    &["users"],
    &["count"],
    &["count", "--by", "task"],
    &["count", "--by", "day,field:status"],
    &["count", "--by", "week", "--distinct", "user"],
];

/// All that is no page, one after the other.
fn formats(command: &[&str]) -> String {
    let place = Place::with_log();
    let formats = ["text", "csv", "json", "jsonl"].map(|format| {
        let shown = place.shown(&[command, &["--format", format]].concat());
        format!("---- {format}\n{shown}")
    });
    formats.concat().replace("\r\n", "\n")
}

macro_rules! snapshots {
    ($($name:ident: $command:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(formats(&$command));
        }
    )*};
}

snapshots! {
    an_overview: ["overview", "--newest", "1"];
    a_list: ["list", "--limit", "3"];
    a_track: ["show", "0000003"];
    runs: ["runs"];
    a_run: ["run", "show", "1"];
    a_task: ["task", "/lesson", "--newest", "2"];
    a_user: ["user", "192.0.2.1", "--top", "2", "--newest", "1"];
    a_count: ["count", "--by", "task"];
    a_count_of_all: ["count", "--user", "192.0.2.1"];
    a_count_of_different_users: ["count", "--by", "hour-of-day", "--distinct", "user", "--distinct", "field:status"];
    a_count_of_the_largest: ["count", "--by", "user", "--top", "2"];
    a_count_by_day: ["count", "--by", "day"];
    tasks: ["tasks", "--user", "anna"];
    users: ["users", "--top", "2"];
    a_count_by_two: ["count", "--by", "field:method,user"];
}

#[test]
fn every_command_writes_a_complete_page() {
    let place = Place::with_log();
    for command in COMMANDS {
        let page = place.shown(&[command, &["--format", "html"]].concat());
        assert!(page.starts_with("<!DOCTYPE html>"), "{command:?}: {page}");
        assert!(page.trim_end().ends_with("</html>"), "{command:?}: {page}");
        assert!(page.contains("Content-Security-Policy"), "{command:?}");
        assert!(!page.contains("<script"), "{command:?}: {page}");
    }
}

#[test]
fn every_json_document_is_one_and_every_line_of_json_lines_too() {
    let place = Place::with_log();
    for command in COMMANDS {
        assert!(place.document(command).is_object(), "{command:?}");
        let lines = place.shown(&[command, &["--format", "jsonl"]].concat());
        assert!(lines.lines().count() > 0, "{command:?}");
        for line in lines.lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            assert!(value.is_object(), "{command:?}: {line}");
        }
    }
}

#[test]
fn all_rows_of_csv_are_as_long_as_their_head() {
    let place = Place::with_log();
    for command in COMMANDS {
        let csv = place.shown(&[command, &["--format", "csv"]].concat());
        let head = csv.lines().next().unwrap().split(',').count();
        // Data is in quotes, and has commas of its own.
        if !csv.contains('"') {
            for row in csv.lines() {
                assert_eq!(row.split(',').count(), head, "{command:?}: {row}");
            }
        }
        assert!(csv.ends_with("\r\n"), "{command:?}");
    }
}

#[test]
fn the_tracks_that_are_exported_are_what_the_log_says() {
    let place = Place::with_log();
    let csv = place.shown(&["list", "--format", "csv", "--order", "id"]);
    let tracks: Result<Vec<_>, _> = Import::new(Format::Csv).tracks(csv.as_bytes()).collect();
    let lines = place.shown(&["list", "--format", "jsonl", "--order", "id"]);
    let read = |line: &str| serde_json::from_str::<tracking_core::Track>(line).unwrap();
    let tracks = tracks.unwrap();
    assert_eq!(tracks, lines.lines().map(read).collect::<Vec<_>>());
    assert_eq!(tracks.len(), 7);
    let list = place.document(&["list", "--order", "id"]);
    assert_eq!(list["tracks"], serde_json::to_value(&tracks).unwrap());
}

#[test]
fn an_empty_log_is_shown_as_such() {
    let place = Place::new();
    place.write("access.log", "");
    for format in ["text", "html", "csv", "json", "jsonl"] {
        for command in [
            &["overview"][..],
            &["list"],
            &["runs"],
            &["count", "--by", "day,user"],
        ] {
            place.shown(&[command, &["--format", format]].concat());
        }
    }
    assert_eq!(place.document(&["overview"])["tracks"], 0);
    assert!(place.shown(&["list"]).contains("No tracks."));
    assert_eq!(place.document(&["runs"])["runs"], serde_json::json!([]));
}

#[test]
fn malformed_lines_are_reported_with_what_is_shown() {
    let place = Place::with_log();
    let output = "tracking: 2 malformed lines were left out; `tracking report` shows them\n";
    for command in COMMANDS {
        let ran = place.run(&[command, &["access.log"]].concat());
        assert_eq!(
            (ran.status, ran.err.as_str()),
            (Some(0), output),
            "{command:?}"
        );
    }
    place.write(
        "access.log",
        LOG.lines().next().unwrap().to_owned() + "\nbad\n",
    );
    let ran = place.run(&["overview", "access.log"]);
    let output = "tracking: 1 malformed line was left out; `tracking report` shows it\n";
    assert_eq!(ran.err, output);
}

#[test]
fn every_command_says_what_it_takes() {
    let place = Place::new();
    for command in COMMANDS {
        let ran = place.run(&[command, &["--help"]].concat());
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
        for word in [
            "FILE",
            "--session-gap",
            "--format",
            "--json",
            "--output",
            "--time-zone",
            "--relative",
            "--color",
            "Examples:",
        ] {
            assert!(
                ran.out.contains(word),
                "{command:?}: {word} is missing in: {}",
                ran.out
            );
        }
    }
}

#[test]
fn json_is_short_for_the_format() {
    let place = Place::with_log();
    for command in COMMANDS {
        let short = place.shown(&[command, &["--json"]].concat());
        let long = place.shown(&[command, &["--format", "json"]].concat());
        assert_eq!(short, long, "{command:?}");
    }
    let ran = place.run(&["list", "--json", "--format", "csv", "access.log"]);
    assert_eq!(ran.status, Some(2), "{ran:?}");
}
