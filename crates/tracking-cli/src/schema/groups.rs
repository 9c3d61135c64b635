//! Counts by one or two things.

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tracking_core::{Group, GroupKey, Query};

use crate::args::{By, CountBy};
use crate::data::{Csv, json_line};

/// Counts of the tracks that a query asks for.
#[derive(Debug, Serialize)]
pub(crate) struct GroupsOutput<'a> {
    /// What was counted by; these are the names of the values of a group.
    by: Vec<String>,
    /// Of what the different ones were counted, too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    counted: Vec<String>,
    /// The query.
    query: &'a Query,
    /// How many tracks there are, those of groups that are left out included.
    tracks: u64,
    /// How many groups there are, those that are left out included.
    distinct: usize,
    groups: Vec<GroupOutput<'a>>,
    /// Where the next page continues, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A group: what was counted by, each with its value, and the count.
#[derive(Debug)]
struct GroupOutput<'a> {
    by: &'a CountBy,
    distinct: &'a [By],
    group: &'a Group,
}

/// The name of a count of different ones, like `distinct user`.
fn distinct_name(by: &By) -> String {
    format!("distinct {by}")
}

impl<'a> GroupsOutput<'a> {
    /// All groups, of which some are shown.
    pub(crate) fn new(
        (by, distinct): (&'a CountBy, &'a [By]),
        query: &'a Query,
        all: &[Group],
        shown: &'a [Group],
    ) -> Self {
        Self {
            by: by.names().collect(),
            query,
            tracks: all.iter().map(Group::count).sum(),
            distinct: all.len(),
            counted: distinct.iter().map(distinct_name).collect(),
            groups: shown
                .iter()
                .map(|group| GroupOutput {
                    by,
                    distinct,
                    group,
                })
                .collect(),
            next: None,
        }
    }

    /// With the place where the next page continues.
    pub(crate) fn with_next(self, next: Option<String>) -> Self {
        Self { next, ..self }
    }

    /// A row for each group.
    pub(crate) fn csv(&self, csv: &mut Csv<'_>) -> io::Result<()> {
        let heads = self.by.iter().map(String::as_str);
        let counted = self.counted.iter().map(String::as_str);
        csv.row(&heads.chain(["count"]).chain(counted).collect::<Vec<_>>())?;
        for GroupOutput { group, .. } in &self.groups {
            let keys = [Some(group.key()), group.second_key()];
            let keys = keys.into_iter().flatten().map(cell);
            let count = group.count().to_string();
            let distinct = group.distinct_counts().iter().map(u64::to_string);
            let cells: Vec<String> = keys.chain([count]).chain(distinct).collect();
            csv.row(&cells)?;
        }
        Ok(())
    }

    /// A line for each group.
    pub(crate) fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        self.groups
            .iter()
            .try_for_each(|group| json_line(out, group))
    }
}

/// Values of a field are JSON, so that `1` and `"1"` differ.
fn cell(key: &GroupKey) -> String {
    match key {
        GroupKey::Field(Some(value)) => value.as_str().to_owned(),
        known => known.to_string(),
    }
}

impl Serialize for GroupOutput<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = [Some(self.group.key()), self.group.second_key()];
        let mut map = serializer.serialize_map(None)?;
        for (name, key) in self.by.names().zip(keys.into_iter().flatten()) {
            map.serialize_key(&name)?;
            match key {
                GroupKey::Task(task) => map.serialize_value(task)?,
                GroupKey::User(user) => map.serialize_value(user)?,
                GroupKey::Run(run) => map.serialize_value(run)?,
                GroupKey::Day(day) => map.serialize_value(day)?,
                GroupKey::Field(value) => map.serialize_value(value)?,
                other => map.serialize_value(&other.to_string())?,
            }
        }
        map.serialize_entry("count", &self.group.count())?;
        let counts = self.distinct.iter().zip(self.group.distinct_counts());
        for (by, count) in counts {
            map.serialize_entry(&distinct_name(by), count)?;
        }
        map.end()
    }
}
