//! `--json`: keys that programs rely on.

use serde_json::json;

use crate::tool::{LOG, Place, gzip};

#[test]
fn the_json_has_these_keys_and_figures() {
    let mut report = Place::with_log().json(&["access.log"]);
    let panels = report.as_object_mut().unwrap().remove("panels").unwrap();
    let statuses = json!({
        "panel": "status", "title": "Status codes", "field": "status", "count": 7, "distinct": 4,
        "top": [
            {"name": "200 OK", "count": 4, "bytes": 4618},
            {"name": "302 Found", "count": 1, "bytes": 0},
            {"name": "304 Not Modified", "count": 1, "bytes": 0},
            {"name": "400 Bad Request", "count": 1, "bytes": 0},
        ],
    });
    assert!(panels.as_array().unwrap().contains(&statuses), "{panels}");
    let expected = json!({
        "lines": 10, "blank": 1, "comments": 0, "valid": 7, "malformed": 2,
        "out_of_range": 0, "requests": 7, "requests_without_path": 1,
        "users": 3, "paths": 3, "sessions": 4,
        "first": "2026-11-23T08:59:59Z", "last": "2026-11-24T01:30:00Z",
        "per_day": [{"day": "2026-11-23", "count": 6}, {"day": "2026-11-24", "count": 1}],
        "top_tasks": [
            {"task": "/lesson", "count": 3},
            {"task": "/start", "count": 2},
            {"task": "/<script>alert(1)</script>", "count": 1},
        ],
        "top_users": [
            {"user": "192.0.2.1", "count": 4},
            {"user": "anna", "count": 2},
            {"user": "192.0.2.3", "count": 1},
        ],
        "bytes": 4618,
        "malformed_by_reason": [{"reason": "time", "count": 2}],
        "malformed_lines": [
            {
                "file": "access.log", "line": 8, "column": 12, "reason": "time",
                "expected": "a time like [23/Nov/2026:15:47:01 +0100]",
                "found": "log line", "text": "this is no log line",
            },
            {
                "file": "access.log", "line": 9, "column": 16, "reason": "time",
                "expected": "a date and time that there are in the calendar",
                "found": "31/Nov/2026:10:00:00 +01…",
                "text": "192.0.2.3 - - [31/Nov/2026:10:00:00 +0100] \"GET /<b>&amp; HTTP/1.1\" 200 512",
            },
        ],
        "malformed_lines_left_out": 0,
    });
    assert_eq!(report, expected);
}

#[test]
fn plain_gzip_and_standard_input_say_the_same() {
    let place = Place::with_log();
    let plain = place.json(&["access.log"]);
    place.write("access.log.gz", gzip(LOG.as_bytes()));
    let mut packed = place.json(&["access.log.gz"]);
    let ran = place.run_with_input(&["report", "--json", "-"], LOG.as_bytes());
    assert_eq!(ran.status, Some(0));
    let mut input: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    for (report, name) in [
        (&mut packed, "access.log.gz"),
        (&mut input, "standard input"),
    ] {
        for line in report["malformed_lines"].as_array_mut().unwrap() {
            assert_eq!(line["file"], name);
            line["file"] = "access.log".into();
        }
        assert_eq!(*report, plain);
    }
}

#[test]
fn several_logs_are_one_report_with_line_numbers_of_their_own() {
    let place = Place::new();
    let (first, second) = LOG.split_at(LOG.find("192.0.2.9").unwrap());
    // Runs go on from one file to the next, whatever the order in which they are named.
    place.write("1.log", first);
    place.write("2.log", second);
    let report = place.json(&["2.log", "1.log"]);
    assert_eq!(
        (&report["lines"], &report["sessions"]),
        (&json!(10), &json!(4))
    );
    assert_eq!(report["malformed_lines"][0]["file"], "2.log");
    assert_eq!(report["malformed_lines"][0]["line"], 4);
}

#[test]
fn an_empty_log_has_no_first_and_no_last_request() {
    let place = Place::new();
    place.write("empty.log", "");
    let report = place.json(&["empty.log"]);
    assert_eq!(report["requests"], 0);
    assert_eq!(
        (&report["first"], &report["last"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(report["per_day"], json!([]));
}
