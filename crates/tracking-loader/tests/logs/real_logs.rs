//! Real logs next to the project, with figures from other tools.
//! Where they are absent, these tests say that they were skipped; with
//! `TRACKING_REQUIRE_SHARED=1` they fail.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tracking_loader::Source;

use super::summary::{self, Figures};

fn folder(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name);
    if path.is_dir() {
        return Some(path);
    }
    let required = std::env::var_os("TRACKING_REQUIRE_SHARED").is_some_and(|set| set == "1");
    assert!(!required, "{} is required and not there", path.display());
    // Not by a macro: what those print is shown of failed tests only.
    let message = format!("skipped: {} is not there\n", path.display());
    io::stderr().write_all(message.as_bytes()).unwrap();
    None
}

fn ranking(list: &Value) -> Vec<(String, u64)> {
    let entry = |entry: &Value| {
        let name = entry["value"].as_str().unwrap().to_owned();
        (name, entry["count"].as_u64().unwrap())
    };
    list.as_array().unwrap().iter().map(entry).collect()
}

fn malformed(folder: &Path) -> Vec<u64> {
    let list = fs::read_to_string(folder.join("malformed.txt")).unwrap();
    let number = |line: &str| line.split('\t').nth(1).unwrap().parse().unwrap();
    list.lines().map(number).collect()
}

fn agrees(folder: &Path, log: &str) {
    let facts = fs::read_to_string(folder.join("facts.json")).unwrap();
    let facts: Value = serde_json::from_str(&facts).unwrap();
    let number = |name: &str| facts[name].as_u64().unwrap();
    let Figures {
        read,
        rejects,
        users,
        paths,
        first,
        last,
        days,
        top_users,
        top_paths,
        sessions,
    } = summary::of(&[Source::from(folder.join(log))]);

    assert_eq!(
        (read.lines, read.blank),
        (number("lines_total"), number("blank_lines"))
    );
    assert_eq!(
        (read.valid, read.malformed),
        (number("valid_strict"), number("malformed_strict"))
    );
    assert_eq!(read.combined, number("combined_lines"));
    assert_eq!(
        read.without_path,
        number("valid_lines_with_unparsed_request")
    );
    let lines: Vec<u64> = rejects.iter().map(tracking_loader::Reject::line).collect();
    assert_eq!(lines, malformed(folder));
    assert_eq!(
        (users as u64, paths as u64),
        (number("distinct_users"), number("distinct_paths"))
    );
    assert_eq!(
        (facts["first_utc"].as_str(), facts["last_utc"].as_str()),
        (Some(&*first), Some(&*last))
    );
    let expected: BTreeMap<String, u64> =
        serde_json::from_value(facts["requests_per_day_utc"].clone()).unwrap();
    assert_eq!(days, expected);
    assert_eq!(top_users, ranking(&facts["top5_users"]));
    // Equal counts come in order of their names here, and in some other order there.
    let sorted = |mut list: Vec<(String, u64)>| {
        list.sort();
        list
    };
    assert_eq!(sorted(top_paths), sorted(ranking(&facts["top5_paths"])));
    assert_eq!(sessions, number("sessions_30min_by_host"));
}

#[test]
fn a_combined_log_agrees_with_its_facts() {
    if let Some(folder) = folder("weblog-apache-semicomplete") {
        agrees(&folder, "apache_logs.gz");
    }
}

#[test]
fn a_common_log_with_broken_lines_agrees_with_its_facts() {
    if let Some(folder) = folder("weblog-clf-nasa95") {
        agrees(&folder, "NASA_access_log_Aug95");
    }
}
