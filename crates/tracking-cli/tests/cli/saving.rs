//! Saving and updating tracks, starting and stopping runs.

use serde_json::{Value, json};

use crate::tool::{Place, STORE};

const AT: [&str; 2] = ["--time", "2026-11-23 12:00"];

#[test]
fn a_track_is_saved_and_reported() {
    let place = Place::with_store();
    let output =
        place.stdout_on_store(&[&["save", "lesson-1", "anna", r#"{"page": 4}"#], &AT[..]].concat());
    insta::assert_snapshot!(output, @r#"saved track 0000008 in run 2: task "lesson-1", user "anna""#);
    let saved = place.json_on_store(
        &[
            &["save", "lesson-2", "", "--data", "verb.id=x", "--run", "4"],
            &AT[..],
        ]
        .concat(),
    );
    assert_eq!(
        saved,
        json!({"id": 9, "task": "lesson-2", "run": 4, "user": "", "time": "2026-11-23T12:00:00Z", "data": {"verb": {"id": "x"}}})
    );
    assert_eq!(
        place.json_on_store(&["show", "9"]),
        saved,
        "it is the track as `show` has it"
    );
}

#[test]
fn a_track_is_saved_into_the_session_of_its_user() {
    let place = Place::new();
    let save = |task: &str, time: &str, gap: &[&str]| {
        let time = format!("2026-11-23T{time}Z");
        let given = ["save", task, "anna", "--time", time.as_str()];
        place.json_on_store(&[&given, gap].concat())["run"].clone()
    };
    let gap = &["--session", "30m"];
    assert_eq!(save("a", "12:00:00", gap), 1);
    assert_eq!(save("b", "12:30:00", gap), 1);
    assert_eq!(save("a", "13:00:01", gap), 2);
    assert_eq!(save("a", "13:00:02", &[]), 3, "the current run is another");
    assert_eq!(save("a", "14:00:01", &["--session", "1h"]), 2);
    let ran = place.run(&[
        "save",
        "a",
        "anna",
        "--session",
        "1h",
        "--run",
        "2",
        "--store",
        STORE,
    ]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
    let ran = place.run(&["save", "a", "anna", "--session", "-1h", "--store", STORE]);
    assert_eq!(ran.status, Some(2), "{}", ran.err);
}

#[test]
fn a_time_without_an_offset_is_of_the_zone_that_is_named() {
    let place = Place::with_store();
    let saved = place.json_on_store(&[
        "save",
        "t",
        "u",
        "--time",
        "2026-11-23 12:00",
        "--time-zone",
        "Europe/Berlin",
    ]);
    assert_eq!(saved["time"], "2026-11-23T11:00:00Z");
    let saved = place.json_on_store(&["save", "t", "u", "--time", "2026-11-23T12:00:00.5-01:00"]);
    assert_eq!(saved["time"], "2026-11-23T13:00:00.500Z");
}

#[test]
fn data_is_read_from_standard_input() {
    let place = Place::new();
    let ran = place.run_with_input(
        &[
            "save", "t", "u", "-", "--data", "page=4", "--json", "--store", STORE,
        ],
        "{\"page\": 3,\n \"name\": \"ä\"}".as_bytes(),
    );
    let saved: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(saved["data"], json!({"name": "ä", "page": 4}));
    for (input, output) in [
        ("[1]", "it is JSON, but no object"),
        ("{", "EOF while parsing"),
    ] {
        let place = Place::new();
        let ran =
            place.run_with_input(&["save", "t", "u", "-", "--store", STORE], input.as_bytes());
        assert_eq!(ran.status, Some(1));
        assert!(ran.err.contains(output), "{}", ran.err);
        assert!(
            !place.path("t.db").exists(),
            "nothing is made for what cannot be read"
        );
    }
}

#[test]
fn the_last_track_is_updated_or_replaced() {
    let place = Place::with_store();
    let data = |arguments: &[&str]| {
        let saved = place
            .json_on_store(&[&["save", "lesson-1", "anna", "--data", "x=1"], arguments].concat());
        (saved["id"].as_u64().unwrap(), saved["data"].clone())
    };
    assert_eq!(data(&["--update"]), (3, json!({"page": 2, "x": 1})));
    assert_eq!(data(&["--replace"]), (3, json!({"x": 1})));
    assert_eq!(
        data(&["--update", "--run", "1"]),
        (1, json!({"page": 1, "x": 1}))
    );
    assert_eq!(data(&[]), (8, json!({"x": 1})));
}

#[test]
fn a_track_is_updated_by_its_id() {
    let place = Place::with_store();
    let updated = place.json_on_store(&[&["update", "5", "--data", "page=null"], &AT[..]].concat());
    assert_eq!(updated["data"], json!({"answer": "b", "page": null}));
    assert_eq!(updated["time"], "2026-11-23T12:00:00Z");
    let replaced = place.json_on_store(&["update", "0000005", "--replace", "{}"]);
    assert_eq!(replaced["data"], json!({}));
    let ran = place.run_on_store(&["update", "4", "--data", "a=1"]);
    assert_eq!(ran.status, Some(1));
    assert_eq!(
        ran.err,
        "tracking: there is no track 0000004 to update; it was removed or never saved\n"
    );
}

#[test]
fn a_key_makes_it_harmless_to_repeat_a_save() {
    let place = Place::with_store();
    let save = [
        "save",
        "t",
        "u",
        "--key",
        "mail 7",
        "--data",
        "a=1",
        "--time",
        "2026-11-23",
    ];
    assert_eq!(place.stdout_on_store(&save), place.stdout_on_store(&save));
    let before = place.exported();
    let ran = place.run_on_store(&[
        "save",
        "t",
        "u",
        "--key",
        "mail 7",
        "--data",
        "a=2",
        "--time",
        "2026-11-23",
    ]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err
            .contains("key \"mail 7\" was already used to save track 0000008"),
        "{}",
        ran.err
    );
    assert_eq!(place.exported(), before);
}

#[test]
fn runs_are_started_and_stopped() {
    let place = Place::with_store();
    let started = place.json_on_store(&[&["run", "start", "lesson-1"], &AT[..]].concat());
    assert_eq!(
        started,
        json!({"id": 6, "task": "lesson-1", "start": "2026-11-23T12:00:00Z", "end": "2026-11-23T12:00:00Z",
               "finished": false, "current": true, "state": "current", "tracks": 0})
    );
    let at = |arguments: &[&str]| place.stdout_on_store(&[arguments, &AT].concat());
    let output = [
        at(&["run", "start"]),
        at(&["run", "stop", "--task", "lesson-1"]),
        at(&["run", "stop", "2", "--unfinished"]),
        at(&["run", "stop", "2"]),
    ];
    insta::assert_snapshot!(output.concat(), @r#"
    started run 7
    stopped run 6 of task "lesson-1", as finished
    stopped run 2 of task "lesson-1", as not finished
    stopped run 2 of task "lesson-1", as finished
    "#);
    for (arguments, output) in [
        (
            &["run", "stop", "--task", "lesson-1"][..],
            "task \"lesson-1\" has no current run",
        ),
        (
            &["run", "stop", "99"],
            "there is no run 99; `tracking runs` lists all",
        ),
    ] {
        let ran = place.run_on_store(arguments);
        assert_eq!(
            (ran.status, ran.err),
            (Some(1), format!("tracking: {output}\n"))
        );
    }
}

#[test]
fn runs_that_nobody_touches_expire() {
    let place = Place::with_store();
    assert_eq!(
        place.json_on_store(&["run", "expire", "--untouched", "2026-11-23 09:20"]),
        json!({"expired": []})
    );
    assert_eq!(
        place.stdout_on_store(&["run", "expire", "--untouched", "2026-11-23 09:20"]),
        "there was no run to stop\n"
    );
    let output = place.stdout_on_store(&["run", "expire", "--untouched", "2026-11-24"]);
    assert_eq!(output, "stopped 1 run as not finished: 2\n");
    let run = place.json_on_store(&["run", "show", "2"]);
    assert_eq!(
        (&run["current"], &run["finished"]),
        (&json!(false), &json!(false))
    );
    place.stdout_on_store(&["run", "start", "lesson-9", "--time", "2026-11-23"]);
    assert_eq!(
        place.json_on_store(&["run", "expire", "--untouched", "1s"]),
        json!({"expired": [6]})
    );
}

#[test]
fn what_cannot_be_meant_is_reported_before_anything_is_made() {
    let place = Place::new();
    for (arguments, output) in [
        (&["save", "", "u"][..], "it must not be empty"),
        (&["save", "t"], "<USER>"),
        (&["save", "t", "u", "page=3"], "it is no JSON object"),
        (&["save", "t", "u", "[]"], "it is JSON, but no object"),
        (&["save", "t", "u", "--data", "page"], "write KEY=VALUE"),
        (
            &["save", "t", "u", "--data", "a=1", "--data", "a.b=2"],
            "--data a.b does not fit",
        ),
        (
            &["save", "t", "u", "--run", "x"],
            "write the id of a run, or current",
        ),
        (&["save", "t", "u", "--time", "soon"], "write a time like"),
        (&["save", "t", "u", "--update", "--replace"], "--replace"),
        (&["save", "t", "u", "--key", ""], "--key"),
        (&["save", "t", "u", "--wait", "long"], "--wait"),
        (&["update", "1"], "say what the track is to hold"),
        (&["update", "x", "{}"], "invalid track id \"x\""),
        (&["run", "stop"], "<ID|--task <NAME>>"),
        (&["run", "stop", "1", "--task", "t"], "--task"),
        (&["run", "expire"], "--untouched"),
        (
            &["run", "expire", "--untouched", "soon"],
            "write a time like",
        ),
    ] {
        let ran = place.run_on_store(arguments);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(2), ""),
            "{arguments:?}: {ran:?}"
        );
        assert!(
            ran.err.contains(output),
            "{output:?} is not in: {}",
            ran.err
        );
        assert!(!place.path("t.db").exists(), "{arguments:?}");
    }
    // Usage is that of the command.
    let ran = place.run_on_store(&["update", "1"]);
    assert!(
        ran.err
            .contains("Usage: tracking update [OPTIONS] <ID> [DATA]"),
        "{}",
        ran.err
    );
}

#[test]
fn a_save_into_an_unknown_run_says_what_to_do() {
    let place = Place::with_store();
    let before = place.exported();
    let ran = place.run_on_store(&["save", "t", "u", "--run", "99"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains("there is no run 99 to save into"),
        "{}",
        ran.err
    );
    assert_eq!(place.exported(), before);
}
