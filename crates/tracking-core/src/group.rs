//! Counting by group.

use std::cmp::Reverse;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::data::canonical_text;
use crate::{Field, RunId, TaskId, TrackRef, UserName, Zone};

/// What tracks are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GroupBy {
    /// By task.
    Task,
    /// By user.
    User,
    /// By run.
    Run,
    /// By day in a time zone.
    Day(Zone),
    /// By the value of a data field; tracks without the field are a group of their own.
    Field(Field),
}

impl GroupBy {
    /// The group that a track belongs to; every store may use this.
    pub fn key_of(&self, track: &TrackRef<'_>) -> GroupKey {
        match self {
            Self::Task => GroupKey::Task(track.task_id()),
            Self::User => GroupKey::User(track.user_name()),
            Self::Run => GroupKey::Run(track.run()),
            Self::Day(zone) => GroupKey::Day(zone.day_of(track.time())),
            Self::Field(field) => {
                GroupKey::Field(track.data().raw(field).map(FieldValue::from_canonical))
            }
        }
    }

    /// By two things at once.
    pub fn and(self, second: Self) -> Grouping {
        Grouping {
            first: self,
            second: Some(second),
        }
    }
}

/// One or two things that tracks are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grouping {
    first: GroupBy,
    second: Option<GroupBy>,
}

impl Grouping {
    /// What is counted by first.
    pub fn first(&self) -> &GroupBy {
        &self.first
    }

    /// What is counted by within each of the first, if anything.
    pub fn second(&self) -> Option<&GroupBy> {
        self.second.as_ref()
    }

    /// The group that a track belongs to; every store may use this.
    pub fn keys_of(&self, track: &TrackRef<'_>) -> (GroupKey, Option<GroupKey>) {
        (
            self.first.key_of(track),
            self.second.as_ref().map(|second| second.key_of(track)),
        )
    }
}

impl From<GroupBy> for Grouping {
    fn from(first: GroupBy) -> Self {
        Self {
            first,
            second: None,
        }
    }
}

/// What the tracks of a group have in common.
///
/// Keys sort by what they hold: names by code point, days by time, values by their canonical
/// text, and before all values the group that has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GroupKey {
    /// Their task.
    Task(TaskId),
    /// Their user.
    User(UserName),
    /// Their run.
    Run(RunId),
    /// Their day.
    Day(NaiveDate),
    /// The value of the data field, or nothing where they do not have it; as JSON a list of one
    /// or none, so that a value of null is told from no value.
    #[serde(with = "one_or_none")]
    Field(Option<FieldValue>),
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(task) => f.pad(task),
            Self::User(user) => f.pad(user),
            Self::Run(run) => f.pad(&run.to_string()),
            Self::Day(day) => f.pad(&day.to_string()),
            Self::Field(Some(value)) => f.pad(&value.to_string()),
            Self::Field(None) => Ok(()),
        }
    }
}

/// The value of a data field, as canonical JSON text.
///
/// It prints as people write it: a string without its quotes, anything else as JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldValue(Box<str>);

impl FieldValue {
    /// Takes text that already is in canonical form, as a store does with what it kept.
    pub fn from_canonical(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Takes any JSON value; nothing where it nests too deep to be kept.
    pub fn new(value: impl Into<Value>) -> Option<Self> {
        canonical_text(&value.into()).map(|text| Self(text.into()))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value, parsed.
    pub fn to_value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or(Value::Null)
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_value() {
            Value::String(text) => f.pad(&text),
            _ => f.pad(&self.0),
        }
    }
}

impl Serialize for FieldValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::new(value).ok_or_else(|| serde::de::Error::custom("the value nests too deep"))
    }
}

/// A value that may be missing, as a list.
mod one_or_none {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    use super::FieldValue;

    #[expect(clippy::ref_option, reason = "serde hands it over so")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<FieldValue>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_slice().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<FieldValue>, D::Error> {
        let mut values = Vec::<FieldValue>::deserialize(deserializer)?;
        let value = values.pop();
        if values.is_empty() {
            Ok(value)
        } else {
            Err(D::Error::custom("a field has one value, or none"))
        }
    }
}

/// A group, and how many tracks it has: at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Group {
    first: GroupKey,
    second: Option<GroupKey>,
    count: u64,
}

impl Group {
    /// Puts a group together, as a store does with what it counted.
    pub fn new(first: GroupKey, second: Option<GroupKey>, count: u64) -> Self {
        Self {
            first,
            second,
            count,
        }
    }

    /// What its tracks have in common.
    pub fn key(&self) -> &GroupKey {
        &self.first
    }

    /// What else they have in common, where they were counted by two things.
    pub fn second_key(&self) -> Option<&GroupKey> {
        self.second.as_ref()
    }

    /// How many tracks.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The `most` largest groups, the largest first; of equal ones those that sort first.
    pub fn largest(mut groups: Vec<Self>, most: usize) -> Vec<Self> {
        let rank = |a: &Self, b: &Self| {
            Reverse(a.count)
                .cmp(&Reverse(b.count))
                .then_with(|| (&a.first, &a.second).cmp(&(&b.first, &b.second)))
        };
        if most < groups.len() {
            groups.select_nth_unstable_by(most, rank);
            groups.truncate(most);
        }
        groups.sort_unstable_by(rank);
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_groups_come_first_and_equal_ones_in_order() {
        let group =
            |name: &str, count| Group::new(GroupKey::Task(TaskId::new(name).unwrap()), None, count);
        let groups = vec![group("c", 2), group("a", 1), group("b", 2), group("d", 9)];
        let names = |groups: Vec<Group>| {
            groups
                .iter()
                .map(|g| g.key().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(Group::largest(groups.clone(), 3)), ["d", "b", "c"]);
        assert_eq!(
            names(Group::largest(groups.clone(), 9)),
            ["d", "b", "c", "a"]
        );
        assert!(Group::largest(groups, 0).is_empty());
    }

    #[test]
    fn a_value_of_null_is_told_from_no_value_as_json_too() {
        let null = FieldValue::new(Value::Null);
        for (key, json) in [
            (GroupKey::Field(null), r#"{"field":[null]}"#),
            (GroupKey::Field(None), r#"{"field":[]}"#),
        ] {
            assert_eq!(serde_json::to_string(&key).unwrap(), json);
            assert_eq!(serde_json::from_str::<GroupKey>(json).unwrap(), key);
        }
        assert!(serde_json::from_str::<GroupKey>(r#"{"field":[1,2]}"#).is_err());
    }

    #[test]
    fn a_value_prints_as_people_write_it() {
        let shown = |value: Value| FieldValue::new(value).unwrap().to_string();
        assert_eq!(shown("a\"b".into()), "a\"b");
        assert_eq!(shown(serde_json::json!([1, null])), "[1,null]");
    }
}
