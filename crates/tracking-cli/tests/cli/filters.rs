//! Which tracks are looked at.

use serde_json::json;

use crate::tool::Place;

#[test]
fn each_filter_leaves_what_it_names() {
    let place = Place::with_log();
    for (options, ids) in [
        (&[][..], &[1, 2, 3, 4, 5, 6, 7][..]),
        (&["--task", "/lesson"], &[3, 4, 5]),
        (&["--task", "/lesson", "--task", "/start"], &[2, 3, 4, 5, 6]),
        (&["--task", "/les"], &[]),
        (&["--task-prefix", "/les"], &[3, 4, 5]),
        (&["--task-prefix", "/<", "--task", "(no path)"], &[1, 7]),
        (&["--user", "anna"], &[3, 4]),
        (&["--user", "anna", "--user", "192.0.2.3"], &[3, 4, 7]),
        (&["--user-prefix", "192."], &[1, 2, 5, 6, 7]),
        (&["--run", "2"], &[3, 4]),
        (&["--run", "2", "--run", "4", "--run", "99"], &[3, 4, 7]),
        (&["--from", "2026-11-24"], &[7]),
        (&["--to", "2026-11-23 09:00"], &[1, 2]),
        (
            &[
                "--from",
                "2026-11-23T09:10:00Z",
                "--to",
                "2026-11-23T10:30:00+01:00",
            ],
            &[4, 5],
        ),
        (&["--data", "status=200"], &[1, 2, 3, 5]),
        (&["--data", "status=302", "--data", "status=304"], &[4, 6]),
        (&["--data", "status=\"200\""], &[]),
        (&["--data", "query=page=1"], &[3]),
        (&["--data", "status=200", "--data", "bytes=2048"], &[3, 5]),
        (&["--data", "protocol=HTTP/1.1", "--user", "anna"], &[3]),
        (&["--data", "nothing=1"], &[]),
        (&["--data", "status=3xx"], &[4, 6]),
        (&["--data", "status=300..303"], &[4]),
        (&["--data", "status>=304"], &[6, 7]),
        (&["--data", "status>300", "--data", "status<304"], &[4]),
        (&["--data", "status!=200"], &[4, 6, 7]),
        (&["--data", "query"], &[3, 5]),
        (
            &["--except-data", "query", "--except-data", "status=200"],
            &[4, 6, 7],
        ),
        (&["--status", "3xx"], &[4, 6]),
        (
            &["--only-status", "302", "--only-status", "400-499"],
            &[4, 7],
        ),
        (&["--except-status", "2xx"], &[4, 6, 7]),
        (&["--only-task", "/*s*n"], &[3, 4, 5]),
        (&["--except-task", "/l*", "--except-task", "*)"], &[1, 2, 6]),
        (&["--only-user", "*.3", "--user", "anna"], &[3, 4, 7]),
        (&["--except-user", "192.*"], &[3, 4]),
    ] {
        let found = place.ids(&[&["--order", "id"], options].concat());
        assert_eq!(found, ids, "{options:?}");
    }
}

#[test]
fn filters_hold_for_all_that_is_counted() {
    let place = Place::with_log();
    let filter = ["--user", "anna"];
    assert_eq!(
        place.document(&[&["overview"], &filter[..]].concat())["tracks"],
        2
    );
    let task = place.document(&[&["task", "/lesson"], &filter[..]].concat());
    assert_eq!(task["top_users"], json!([{"user": "anna", "count": 2}]));
    let user = place.document(&["user", "anna", "--data", "status=302"]);
    assert_eq!(
        (&user["tracks"], &user["newest"][0]["id"]),
        (&json!(1), &json!(4))
    );
    let count = place.document(&[&["count", "--by", "task"], &filter[..]].concat());
    assert_eq!(count["groups"], json!([{"task": "/lesson", "count": 2}]));
}

#[test]
fn what_no_track_meets_is_no_failure() {
    let place = Place::with_log();
    let text = place.shown(&["task", "/lesson", "--from", "2027-01-01"]);
    assert!(
        text.contains("There are no tracks like that of that task."),
        "{text}"
    );
    assert!(
        place
            .shown(&["overview", "--user", "x"])
            .contains("There are no tracks to show.")
    );
    assert!(
        place
            .shown(&["list", "--user", "x"])
            .contains("No tracks meet this query.")
    );
}

#[test]
fn counts_keep_different_values_apart() {
    let place = Place::with_log();
    let count = place.document(&["count", "--by", "field:query"]);
    let groups = json!([
        {"data.query": null, "count": 5},
        {"data.query": "page=1", "count": 1},
        {"data.query": "page=2", "count": 1},
    ]);
    assert_eq!(count["groups"], groups);
    assert_eq!(
        (&count["tracks"], &count["distinct"]),
        (&json!(7), &json!(3))
    );
    let largest = place.document(&["count", "--by", "field:query", "--top", "1"]);
    assert_eq!(largest["groups"], json!([{"data.query": null, "count": 5}]));
    assert_eq!(
        (&largest["tracks"], &largest["distinct"]),
        (&json!(7), &json!(3))
    );
}

#[test]
fn the_session_gap_makes_the_runs() {
    let place = Place::with_log();
    let runs = |gap| place.document(&["overview", "--session-gap", gap])["runs"].clone();
    assert_eq!(
        [runs("1m"), runs("30m"), runs("30m 1s")],
        [json!(6), json!(4), json!(3)]
    );
}

#[test]
fn time_is_summed_up_per_day_week_or_month() {
    let place = Place::with_log();
    for (per, spans) in [
        (
            "auto",
            json!([{"start": "2026-11-23", "count": 6}, {"start": "2026-11-24", "count": 1}]),
        ),
        (
            "day",
            json!([{"start": "2026-11-23", "count": 6}, {"start": "2026-11-24", "count": 1}]),
        ),
        ("week", json!([{"start": "2026-11-23", "count": 7}])),
        ("month", json!([{"start": "2026-11-01", "count": 7}])),
    ] {
        for command in [&["overview"][..], &["task", "/lesson"], &["user", "anna"]] {
            place.shown(&[command, &["--per", per]].concat());
        }
        assert_eq!(
            place.document(&["overview", "--per", per])["over_time"],
            spans
        );
    }
}

#[test]
fn a_limit_bounds_every_list_and_all_lifts_it() {
    let place = Place::with_log();
    for (command, list) in [
        (&["tasks"][..], "groups"),
        (&["users"], "groups"),
        (&["count", "--by", "field:status"], "groups"),
        (&["list"], "tracks"),
        (&["runs"], "runs"),
    ] {
        let length = |limit: &str| {
            let found = place.document(&[command, &["--limit", limit]].concat());
            found[list].as_array().unwrap().len()
        };
        assert_eq!((length("0"), length("2")), (0, 2), "{command:?}");
        assert!(length("all") > 2, "{command:?}");
    }
    let tasks = place.document(&["tasks", "--limit", "1"]);
    assert_eq!(tasks["groups"], json!([{"task": "/lesson", "count": 3}]));
    let shown = |limit| place.shown(&["run", "show", "2", "--limit", limit]);
    assert!(shown("1").ends_with("\n1 of 2 tracks\n"), "{}", shown("1"));
    assert!(shown("all").ends_with("\n2 tracks\n"), "{}", shown("all"));
}

#[test]
fn every_command_that_chooses_omits_the_same() {
    let place = Place::with_log();
    let except = [
        "--except-task",
        "/l*",
        "--except-user",
        "*.3",
        "--status",
        "2xx",
    ];
    assert_eq!(place.ids(&except), [2, 1]);
    for command in [
        &["overview"][..],
        &["task", "/start"],
        &["user", "192.0.2.1"],
    ] {
        let found = place.document(&[command, &except].concat());
        let tracks = found["tracks"].as_u64().unwrap();
        assert!((1..=2).contains(&tracks), "{command:?}: {found}");
    }
    for command in ["tasks", "users"] {
        assert_eq!(
            place.document(&[&[command], &except[..]].concat())["tracks"],
            2
        );
    }
    let runs = place.document(&[&["runs"], &except[..]].concat());
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1, "{runs}");
    let report = place.json(&[&except[..], &["access.log"]].concat());
    assert_eq!(
        (&report["requests"], &report["out_of_range"]),
        (&json!(2), &json!(5))
    );
    let loaded = place.run(
        &[
            &["load", "access.log", "--store", "sqlite:t.db"],
            &except[..],
        ]
        .concat(),
    );
    assert_eq!(loaded.status, Some(0), "{loaded:?}");
    assert_eq!(
        place.json_on_store(&["list"])["tracks"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
