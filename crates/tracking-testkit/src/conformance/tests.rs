//! The list of cases is whole.

use std::collections::BTreeSet;

use super::cases;

/// The files that cases are in, by topic.
const SOURCES: &[(&str, &str)] = &[
    ("batch_ids", include_str!("batch_ids.rs")),
    ("batches", include_str!("batches.rs")),
    ("by_id", include_str!("by_id.rs")),
    ("changes", include_str!("changes.rs")),
    ("checkpoints", include_str!("checkpoints.rs")),
    ("concurrency", include_str!("concurrency.rs")),
    ("counting", include_str!("counting.rs")),
    ("data", include_str!("data.rs")),
    ("delayed", include_str!("delayed.rs")),
    ("errors", include_str!("errors.rs")),
    ("exclusion", include_str!("exclusion.rs")),
    ("expiry", include_str!("expiry.rs")),
    ("fields", include_str!("fields.rs")),
    ("grouping", include_str!("grouping.rs")),
    ("indexes", include_str!("indexes.rs")),
    ("keys", include_str!("keys.rs")),
    ("last", include_str!("last.rs")),
    ("transfer", include_str!("transfer.rs")),
    ("names", include_str!("names.rs")),
    ("numbers", include_str!("numbers.rs")),
    ("orders", include_str!("orders.rs")),
    ("patterns", include_str!("patterns.rs")),
    ("queries", include_str!("queries.rs")),
    ("removal", include_str!("removal.rs")),
    ("restore", include_str!("restore.rs")),
    ("retention", include_str!("retention.rs")),
    ("run_counts", include_str!("run_counts.rs")),
    ("run_queries", include_str!("run_queries.rs")),
    ("run_removal", include_str!("run_removal.rs")),
    ("runs", include_str!("runs.rs")),
    ("save", include_str!("save.rs")),
    ("sessions", include_str!("sessions.rs")),
    ("specification", include_str!("specification.rs")),
    ("times", include_str!("times.rs")),
    ("update", include_str!("update.rs")),
    ("users", include_str!("users.rs")),
    ("visits", include_str!("visits.rs")),
];

/// Files of this folder that have no cases.
const OTHERS: [&str; 5] = ["context", "dice", "list", "prelude", "tests"];

#[test]
fn every_case_in_a_topic_file_is_listed() {
    let listed: BTreeSet<(&str, &str)> = cases().iter().map(|c| (c.topic(), c.name())).collect();
    assert_eq!(listed.len(), cases().len(), "a case is listed twice");
    let written: BTreeSet<(&str, &str)> = SOURCES
        .iter()
        .flat_map(|(topic, source)| written_in(source).map(|name| (*topic, name)))
        .collect();
    assert_eq!(written, listed);
}

fn written_in(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix("pub(super) fn ")?.split('(').next())
}

#[test]
fn every_file_of_this_folder_is_a_topic_or_known_not_to_be() {
    let list = include_str!("../conformance.rs");
    let modules = list
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let known: BTreeSet<&str> = SOURCES
        .iter()
        .map(|(topic, _)| *topic)
        .chain(OTHERS)
        .collect();
    assert_eq!(modules.collect::<BTreeSet<_>>(), known);
}
