//! Time zones, and how long ago it was.

use serde_json::json;
use tracking_core::{Clock, SystemClock};

use crate::tool::Place;

const SPRING: &str = concat!(
    "h - - [28/Mar/2026:22:59:59 +0000] \"GET /a HTTP/1.1\" 200 1\n",
    "h - - [28/Mar/2026:23:00:00 +0000] \"GET /a HTTP/1.1\" 200 1\n",
    "h - - [29/Mar/2026:01:00:00 +0000] \"GET /a HTTP/1.1\" 200 1\n",
    "h - - [29/Mar/2026:21:59:59 +0000] \"GET /a HTTP/1.1\" 200 1\n",
    "h - - [29/Mar/2026:22:00:00 +0000] \"GET /a HTTP/1.1\" 200 1\n",
);

fn spring() -> Place {
    let place = Place::new();
    place.write("access.log", SPRING);
    place
}

#[test]
fn days_are_those_of_the_zone_also_where_they_are_shorter() {
    let place = spring();
    let days = |zone: &str| {
        let count = place.document(&["count", "--by", "day", "--time-zone", zone]);
        let day = |group: &serde_json::Value| group["count"].as_u64().unwrap();
        count["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(day)
            .collect::<Vec<_>>()
    };
    assert_eq!(days("UTC"), [2, 3]);
    assert_eq!(days("Europe/Berlin"), [1, 3, 1]);
    assert_eq!(days("+01:00"), [1, 4]);
    assert_eq!(days("-12:00"), [3, 2]);
}

#[test]
fn from_and_to_are_meant_in_the_zone() {
    let place = spring();
    let day = [
        "--from",
        "2026-03-29",
        "--to",
        "2026-03-29",
        "--order",
        "id",
    ];
    assert_eq!(place.ids(&day), [3, 4, 5]);
    let there = [&day[..], &["--time-zone", "Europe/Berlin"]].concat();
    assert_eq!(place.ids(&there), [2, 3, 4]);
}

#[test]
fn people_are_shown_the_time_of_the_zone_and_programs_utc() {
    let place = spring();
    let zone = ["--time-zone", "Europe/Berlin"];
    let text = place.shown(&[&["list"], &zone[..]].concat());
    assert!(text.contains("2026-03-29 03:00:00"), "{text}");
    assert!(text.contains("Europe/Berlin"), "{text}");
    let page = place.shown(&[&["list", "--format", "html"], &zone[..]].concat());
    assert!(page.contains("2026-03-29 03:00:00"), "{page}");
    let track = place.document(&[&["show", "3"], &zone[..]].concat());
    assert_eq!(track["time"], json!("2026-03-29T01:00:00Z"));
}

#[test]
fn the_zone_of_this_machine_is_used_where_it_is_asked_for() {
    let place = spring();
    let mut command = place.command(&["list", "--time-zone", "local", "access.log"]);
    let ran = command.env("TZ", "JST-9").output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.contains("2026-03-29 10:00:00"), "{text}");
    assert!(text.contains("local time"), "{text}");
}

#[test]
fn how_long_ago_is_reported_where_it_is_asked_for() {
    let place = Place::new();
    let time = SystemClock
        .now()
        .saturating_add(-chrono::TimeDelta::minutes(150));
    let time = time.to_datetime().format("%d/%b/%Y:%H:%M:%S +0000");
    place.write(
        "access.log",
        format!("h - - [{time}] \"GET /a HTTP/1.1\" 200 1\n"),
    );
    for format in ["text", "html"] {
        let shown = place.shown(&["list", "--relative", "--format", format]);
        assert!(shown.contains("2 h ago"), "{shown}");
        assert!(!place.shown(&["list", "--format", format]).contains("ago"));
    }
    assert!(
        !place
            .shown(&["list", "--relative", "--format", "csv"])
            .contains("ago")
    );
}

#[test]
fn times_may_depend_on_the_current_time_wherever_one_is_taken() {
    let place = Place::with_store();
    for time in [
        "now",
        "today",
        "yesterday",
        "2h",
        "3 days ago",
        "this month",
        "2026-11",
    ] {
        place.stdout_on_store(&["save", "t", "u", "--time", time]);
        for command in [
            &["list"][..],
            &["overview"],
            &["tasks"],
            &["runs"],
            &["user", "u"],
        ] {
            place.stdout_on_store(&[command, &["--from", time]].concat());
        }
        place.stdout_on_store(&["prune", "--older-than", time, "--dry-run"]);
        place.stdout_on_store(&["remove", "--to", time, "--dry-run"]);
        place.stdout_on_store(&["run", "expire", "--untouched", time]);
    }
    // All of them are of this year or later, those of the store before it.
    let ids = |arguments: &[&str]| {
        let list = place.json_on_store(&[&["list", "--user", "u"], arguments].concat());
        list["tracks"].as_array().unwrap().len()
    };
    assert_eq!((ids(&["--from", "now"]), ids(&["--from", "20y"])), (0, 7));
    assert_eq!(ids(&["--from", "yesterday", "--to", "today"]), 4);
}

#[test]
fn a_span_that_is_none_is_a_mistake_also_where_it_depends_on_the_current_time() {
    let place = Place::with_store();
    for (from, to) in [("today", "yesterday"), ("7d", "30d"), ("now", "2001")] {
        for command in [&["list"][..], &["remove", "--yes"], &["runs"]] {
            let ran = place.run_on_store(&[command, &["--from", from, "--to", to]].concat());
            assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{ran:?}");
            assert!(ran.err.contains("lies after --to"), "{ran:?}");
        }
    }
}
