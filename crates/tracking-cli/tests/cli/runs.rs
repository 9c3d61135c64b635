//! Which runs are listed.

use serde_json::{Value, json};

use crate::tool::Place;

fn ids(place: &Place, options: &[&str]) -> Vec<u64> {
    let list = place.document(&[&["runs"], options].concat());
    let runs = list["runs"].as_array().unwrap();
    runs.iter().map(|run| run["id"].as_u64().unwrap()).collect()
}

#[test]
fn each_filter_leaves_what_it_names() {
    let place = Place::with_log();
    for (options, runs) in [
        (&[][..], &[1, 2, 3, 4][..]),
        (&["--task", "/lesson"], &[1, 2]),
        (&["--task", "/lesson", "--task", "(no path)"], &[1, 2, 4]),
        (&["--user", "192.0.2.1"], &[1, 3]),
        (&["--user", "192.0.2.1", "--task", "/lesson"], &[1]),
        (&["--state", "session"], &[1, 2, 3, 4]),
        (&["--state", "unfinished"], &[]),
        (&["--state", "current", "--state", "finished"], &[]),
        (&["--from", "2026-11-23 10:00"], &[3, 4]),
        (&["--to", "2026-11-23"], &[1, 2, 3]),
        (&["--after", "2"], &[3, 4]),
        (&["--limit", "2"], &[1, 2]),
        (&["--limit", "1", "--task", "/lesson", "--after", "1"], &[2]),
        (&["--limit", "0"], &[]),
    ] {
        assert_eq!(ids(&place, options), runs, "{options:?}");
    }
}

#[test]
fn where_to_continue_is_reported_in_every_format() {
    let place = Place::with_log();
    let options = ["runs", "--limit", "1", "--user", "192.0.2.1"];
    let list = place.document(&options);
    assert_eq!(
        (&list["runs"][0]["tracks"], &list["next"]),
        (&json!(3), &json!(1))
    );
    let rest = place.document(&[
        "runs",
        "--limit",
        "1",
        "--user",
        "192.0.2.1",
        "--after",
        "1",
    ]);
    assert_eq!(
        (&rest["runs"][0]["id"], &rest["next"]),
        (&json!(3), &Value::Null)
    );
    let text = place.shown(&options);
    assert!(text.contains("\nNext after 1\n"), "{text}");
    for format in ["html", "csv", "jsonl"] {
        let ran = place.run(&[&options[..], &["--format", format, "access.log"]].concat());
        assert!(ran.err.contains("--after 1"), "{format}: {}", ran.err);
    }
}

#[test]
fn of_a_long_run_some_tracks_are_listed() {
    let place = Place::with_log();
    let text = place.shown(&["run", "show", "1", "--limit", "2"]);
    assert!(
        text.contains("0000002") && !text.contains("0000005"),
        "{text}"
    );
    assert!(text.contains("2 of 3 tracks"), "{text}");
}

#[test]
fn a_run_is_shown_by_its_id_alone() {
    let place = Place::with_log();
    for format in ["text", "json", "html"] {
        let options = ["--format", format, "--top", "1"];
        let short = place.shown(&[&["run", "2"], &options[..]].concat());
        let long = place.shown(&[&["run", "show", "2"], &options[..]].concat());
        assert_eq!(short, long);
    }
    let ran = place.run(&["run"]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
    let store = Place::with_store();
    assert!(store.stdout_on_store(&["run", "1"]).starts_with("Run 1"));
    assert!(
        store
            .stdout_on_store(&["run", "start", "lesson-9"])
            .starts_with("started run")
    );
}
