//! What `erase` removes, what it leaves, and how it says so.

use std::fmt::Write;

use serde_json::json;

use crate::tool::Place;

/// A name that occurs in a task, in data, in a key and in a checkpoint too.
const MENTIONS: &str = r#"{"format":"tracking-export","version":1}
{"run":{"id":1,"task":"notes-of-anna","start":"2026-11-20T08:00:00Z","end":"2026-11-20T08:10:00Z","finished":false,"current":true}}
{"run":{"id":2,"task":null,"start":"2026-11-20T08:00:00Z","end":"2026-11-20T08:10:00Z","finished":false,"current":false}}
{"track":{"id":1,"task":"notes-of-anna","run":1,"user":"ben","time":"2026-11-20T08:01:00Z","data":{"page":{"by":"anna"},"tags":["x","of anna"]}}}
{"track":{"id":2,"task":"t","run":1,"user":"anna","time":"2026-11-20T08:02:00Z","data":{}}}
{"track":{"id":3,"task":"t","run":2,"user":"anna","time":"2026-11-20T08:03:00Z","data":{"by":"anna"}}}
{"track":{"id":4,"task":"t","run":1,"user":"hannah","time":"2026-11-20T08:04:00Z","data":{"by":"Anna"}}}
{"key":{"key":"anna-1","track":2,"fingerprint":"31543d3dbb2c94741987a6b3b0950d9f"}}
{"key":{"key":"k-of-anna","track":4,"fingerprint":"31543d3dbb2c94741987a6b3b0950d9f"}}
{"checkpoint":{"name":"/home/anna/access.log","position":{"line":7}}}
{"counters":{"last_track":4,"last_run":2}}
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("mentions.jsonl", MENTIONS);
    place.stdout_on_store(&["import", "mentions.jsonl"]);
    place
}

#[test]
fn what_is_removed_and_what_stays_is_said() {
    let place = place();
    let counted = place.json_on_store(&["erase", "anna", "--dry-run"]);
    for (field, count) in [("matching", 2), ("erased", 0), ("emptied_runs", 1)] {
        assert_eq!(counted[field], count, "{field}: {counted}");
    }
    assert_eq!(
        place.stdout_on_store(&["erase", "anna", "--dry-run"]),
        "this would erase user \"anna\" with 2 tracks and their keys; also 1 run without other tracks\n"
    );
    let output = place.stdout_on_store(&["erase", "anna", "--yes"]);
    assert!(
        output.starts_with("erased user \"anna\" with 2 tracks and their keys"),
        "{output}"
    );
    assert!(
        output.contains("log files that mention the name are not changed"),
        "{output}"
    );
    assert!(output.contains("--list-mentions"), "{output}");
    let left = place.exported();
    assert!(
        !left.contains("anna-1") && left.contains("notes-of-anna"),
        "{left}"
    );
}

#[test]
fn places_that_mention_a_name_are_listed_and_nothing_is_changed() {
    let place = place();
    let before = place.exported();
    let found = place.json_on_store(&["erase", "anna", "--list-mentions"]);
    assert_eq!(
        found,
        json!({
            "user": "anna",
            "tracks": 2,
            "keys": 1,
            "emptied_runs": 1,
            "tasks": {"total": 2, "places": {"notes-of-anna": 2}},
            "data": {"total": 2, "places": {"page.by": 1, "tags": 1}},
            "other_keys": {"total": 1, "places": {"k-of-anna": 1}},
            "checkpoints": {"total": 1, "places": {"/home/anna/access.log": 1}},
        })
    );
    let text = place.stdout_on_store(&["erase", "anna", "--list-mentions"]);
    for line in [
        "erase would remove 2 tracks of user \"anna\" with 1 key, and leave 1 run without tracks",
        "in task names: \"notes-of-anna\" (2)",
        "in data of other users: \"page.by\" (1), \"tags\" (1)",
        "in keys of other users: \"k-of-anna\" (1)",
        "in checkpoints: \"/home/anna/access.log\" (1)",
        "log files are not searched and not changed",
    ] {
        assert!(
            text.lines().any(|output| output == line),
            "{line:?} is not in: {text}"
        );
    }
    assert_eq!(place.exported(), before);
    let nowhere = place.stdout_on_store(&["erase", "zoe", "--list-mentions"]);
    assert!(
        nowhere.contains("the name occurs nowhere else in this store"),
        "{nowhere}"
    );
}

#[test]
fn the_list_of_places_is_bounded() {
    let place = Place::new();
    let mut export = "{\"format\":\"tracking-export\",\"version\":1}\n".to_owned();
    export += "{\"run\":{\"id\":1,\"task\":null,\"start\":\"2026-11-20T08:00:00Z\",\"end\":\"2026-11-20T08:10:00Z\",\"finished\":false,\"current\":false}}\n";
    for id in 1..=300 {
        let _ = writeln!(
            export,
            "{{\"track\":{{\"id\":{id},\"task\":\"anna-{id}\",\"run\":1,\"user\":\"ben\",\"time\":\"2026-11-20T08:01:00Z\",\"data\":{{}}}}}}"
        );
    }
    export += "{\"counters\":{\"last_track\":300,\"last_run\":1}}\n";
    place.write("many.jsonl", export);
    place.stdout_on_store(&["import", "many.jsonl"]);
    let found = place.json_on_store(&["erase", "anna", "--list-mentions"]);
    assert_eq!(found["tasks"]["total"], 300);
    assert_eq!(found["tasks"]["places"].as_object().unwrap().len(), 100);
    assert_eq!(found["tasks"]["elsewhere"], 200);
    assert!(
        place
            .stdout_on_store(&["erase", "anna", "--list-mentions"])
            .len()
            < 1000
    );
}
