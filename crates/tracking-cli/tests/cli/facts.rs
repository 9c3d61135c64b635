//! Real logs, with figures that were found in another way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::tool::{Place, shared};

/// The counts of a list, by what is counted.
fn counts(list: &Value, name: &str) -> BTreeMap<String, u64> {
    let entry = |entry: &Value| {
        let key = entry[name].as_str().unwrap().to_owned();
        (key, entry["count"].as_u64().unwrap())
    };
    list.as_array().unwrap().iter().map(entry).collect()
}

fn agrees(folder: &Path, log: &str) {
    let facts = fs::read_to_string(folder.join("facts.json")).unwrap();
    let facts: Value = serde_json::from_str(&facts).unwrap();
    let log = folder.join(log);
    let report = Place::new().json(&["--top", "5", log.to_str().unwrap()]);

    for (ours, theirs) in [
        ("lines", "lines_total"),
        ("blank", "blank_lines"),
        ("valid", "valid_strict"),
        ("requests", "valid_strict"),
        ("malformed", "malformed_strict"),
        ("requests_without_path", "valid_lines_with_unparsed_request"),
        ("users", "distinct_users"),
        ("paths", "distinct_paths"),
        ("sessions", "sessions_30min_by_host"),
        ("first", "first_utc"),
        ("last", "last_utc"),
    ] {
        assert_eq!(report[ours], facts[theirs], "{ours}");
    }
    let days = serde_json::to_value(counts(&report["per_day"], "day")).unwrap();
    assert_eq!(days, facts["requests_per_day_utc"]);
    let top = |ours: &str, name, theirs: &str| {
        assert_eq!(counts(&report[ours], name), counts(&facts[theirs], "value"));
    };
    top("top_tasks", "task", "top5_paths");
    top("top_users", "user", "top5_users");

    let list = fs::read_to_string(folder.join("malformed.txt")).unwrap();
    let number = |line: &str| line.split('\t').nth(1).unwrap().parse::<u64>().unwrap();
    let theirs: Vec<Value> = list.lines().map(|line| json!(number(line))).collect();
    let ours = report["malformed_lines"].as_array().unwrap();
    let ours: Vec<Value> = ours.iter().map(|line| line["line"].clone()).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn the_report_on_a_combined_log_agrees_with_its_facts() {
    if let Some(folder) = shared("weblog-apache-semicomplete") {
        agrees(&folder, "apache_logs.gz");
    }
}

#[test]
fn the_report_on_a_common_log_agrees_with_its_facts() {
    if let Some(folder) = shared("weblog-clf-nasa95") {
        agrees(&folder, "NASA_access_log_Aug95");
    }
}
