//! Excludes requests of robots.

use anyhow::{Result, ensure};
use serde_json::Value;
use tracking_core::{Field, FieldFilter, GroupBy, GroupKey, Grouping, Query, TrackingStorage};

use crate::agents::{Agent, agent};

/// The data field with the user agent.
pub(crate) const AGENT: &str = "agent";

/// The most user agents of robots that can be excluded.
const MAX_ROBOTS: usize = 100_000;
/// The number of user agents per query.
const PAGE_SIZE: usize = 10_000;

/// Excludes the tracks whose user agent is that of a robot.
pub(crate) fn without_robots(store: &dyn TrackingStorage, query: Query) -> Result<Query> {
    let mut robots: Vec<Value> = Vec::new();
    let by = || Grouping::from(GroupBy::Field(Field::key(AGENT))).limit(PAGE_SIZE);
    let mut grouping = by();
    loop {
        let groups = store.groups(&query, &grouping)?;
        let values = groups.iter().filter_map(|group| match group.key() {
            GroupKey::Field(Some(value)) => Some(value.to_value()),
            _ => None,
        });
        robots.extend(values.filter(is_robot));
        ensure!(
            robots.len() <= MAX_ROBOTS,
            "the tracks are of more than {MAX_ROBOTS} different robots, which cannot be left out; \
             choose a shorter time, or leave them out at load"
        );
        match groups.last() {
            Some(last) if groups.len() == PAGE_SIZE => grouping = by().after(last.clone()),
            _ => break,
        }
    }
    if robots.is_empty() {
        return Ok(query);
    }
    Ok(query.field_matching(FieldFilter::new(AGENT, robots).inverted()))
}

fn is_robot(value: &Value) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| matches!(agent(text), Agent::Robot(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::TrackingStorageExt;

    #[test]
    fn tracks_of_robots_are_omitted_and_others_stay() {
        let store = BTreeStorage::new();
        for data in [
            json!({"agent": "curl/8.0"}),
            json!({"agent": "Googlebot/2.1"}),
            json!({"agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"}),
            json!({"agent": 7}),
            json!({}),
        ] {
            store.save_data("t", "u", data).unwrap();
        }
        let people = without_robots(&store, Query::all()).unwrap();
        assert_eq!(store.count(&people).unwrap(), 3);
        let none = without_robots(&BTreeStorage::new(), Query::all()).unwrap();
        assert_eq!(none, Query::all());
    }
}
