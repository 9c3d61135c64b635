//! What can be chosen.

use serde_json::json;

use crate::tool::Place;

#[test]
fn a_shorter_session_gap_makes_more_sessions() {
    let place = Place::with_log();
    assert_eq!(
        place.json(&["--session-gap", "1m", "access.log"])["sessions"],
        6
    );
    assert_eq!(
        place.json(&["--session-gap", "30m 1s", "access.log"])["sessions"],
        3
    );
}

#[test]
fn from_and_to_leave_out_what_lies_outside() {
    let place = Place::with_log();
    for (options, requests) in [
        (["--from", "2026-11-24"], 1),
        (["--to", "2026-11-23"], 6),
        (["--from", "2026-11-23T10:30:00+01:00"], 3),
        (["--to", "2026-11-23 09:00:05"], 3),
    ] {
        let report = place.json(&[&options[..], &["access.log"]].concat());
        assert_eq!(report["requests"], requests, "{options:?}");
        assert_eq!(report["out_of_range"], 7 - requests, "{options:?}");
        assert_eq!(
            (&report["valid"], &report["malformed"]),
            (&json!(7), &json!(2))
        );
    }
}

#[test]
fn top_tells_how_many_are_listed() {
    let place = Place::with_log();
    for top in [0, 1, 2] {
        let report = place.json(&["--top", &top.to_string(), "access.log"]);
        assert_eq!(report["top_tasks"].as_array().unwrap().len(), top);
        assert_eq!(report["top_users"].as_array().unwrap().len(), top);
        assert_eq!((&report["paths"], &report["users"]), (&json!(3), &json!(3)));
    }
}

#[test]
fn help_tells_the_options_and_the_exit_status() {
    let ran = Place::new().run(&["report", "--help"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    for word in [
        "FILE",
        "--html",
        "--json",
        "--session-gap",
        "--from",
        "--to",
        "--top",
        "Examples:",
    ] {
        assert!(ran.out.contains(word), "{word} is missing in: {}", ran.out);
    }
}
