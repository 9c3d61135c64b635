//! Counting by group.

mod distinct;
mod grouping;
mod period;

use std::cmp::{Ordering, Reverse};
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::data::canonical_text;
use crate::{Error, Field, Result, Run, RunId, TaskId, TrackRef, UserName, Zone};

pub use distinct::DistinctCounts;
pub use grouping::Grouping;

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
    /// By hour in a time zone. Where clocks are set back, two hours have the same name, and are
    /// one group.
    Hour(Zone),
    /// By week in a time zone; weeks begin on Monday.
    Week(Zone),
    /// By month in a time zone.
    Month(Zone),
    /// By hour of the day in a time zone, over all days: 0 to 23.
    HourOfDay(Zone),
    /// By day of the week in a time zone, over all weeks: 1 for Monday to 7 for Sunday.
    DayOfWeek(Zone),
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
            Self::Field(field) => {
                GroupKey::Field(track.data().raw(field).map(FieldValue::from_canonical))
            }
            Self::Day(zone)
            | Self::Hour(zone)
            | Self::Week(zone)
            | Self::Month(zone)
            | Self::HourOfDay(zone)
            | Self::DayOfWeek(zone) => self.period_in(zone, track.time()),
        }
    }

    /// The group that a run belongs to: its task, or the period in which it started.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for what runs do not have: user, run, data field.
    pub fn key_of_run(&self, run: &Run) -> Result<GroupKey> {
        match self {
            Self::Task => Ok(run
                .task()
                .map_or(GroupKey::NoTask, |task| GroupKey::Task(task.clone()))),
            _ => self
                .period_of(run.start())
                .ok_or_else(|| Error::unsupported(format!("group runs by {self}"))),
        }
    }

    /// By two things at once.
    pub fn and(self, second: Self) -> Grouping {
        Grouping::new(self, Some(second))
    }
}

impl fmt::Display for GroupBy {
    /// Writes what it counts by, without the time zone: `task`, `hour of the day`, `field "page"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Task => "task",
            Self::User => "user",
            Self::Run => "run",
            Self::Day(_) => "day",
            Self::Hour(_) => "hour",
            Self::Week(_) => "week",
            Self::Month(_) => "month",
            Self::HourOfDay(_) => "hour of the day",
            Self::DayOfWeek(_) => "day of the week",
            Self::Field(field) => return write!(f, "field {:?}", field.to_string()),
        })
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
    /// Runs of no task.
    NoTask,
    /// Their task.
    Task(TaskId),
    /// Their user.
    User(UserName),
    /// Their run.
    Run(RunId),
    /// Their day.
    Day(NaiveDate),
    /// Their hour, by its first moment on the clocks of the zone.
    Hour(NaiveDateTime),
    /// Their week, by its Monday.
    Week(NaiveDate),
    /// Their month, by its first day.
    Month(NaiveDate),
    /// The hour of their day, from 0 to 23.
    HourOfDay(u8),
    /// The day of their week, from 1 for Monday to 7 for Sunday.
    DayOfWeek(u8),
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
            Self::Day(day) | Self::Week(day) => f.pad(&day.to_string()),
            Self::Hour(hour) => f.pad(&hour.format("%Y-%m-%d %H:%M").to_string()),
            Self::Month(month) => f.pad(&month.format("%Y-%m").to_string()),
            Self::HourOfDay(hour) => f.pad(&format!("{hour:02}")),
            Self::DayOfWeek(day) => f.pad(period::day_name(*day)),
            Self::Field(Some(value)) => f.pad(&value.to_string()),
            Self::NoTask | Self::Field(None) => Ok(()),
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    distinct: Vec<u64>,
}

impl Group {
    /// Puts a group together, as a store does with what it counted.
    pub fn new(first: GroupKey, second: Option<GroupKey>, count: u64) -> Self {
        Self {
            first,
            second,
            count,
            distinct: Vec::new(),
        }
    }

    /// The same group with counts of different things; see [`Grouping::counting`].
    #[must_use]
    pub fn with_distinct(self, distinct: Vec<u64>) -> Self {
        Self { distinct, ..self }
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

    /// How many different things its tracks have, one number for each kind that the grouping
    /// [counts](Grouping::counting), in the same order.
    pub fn distinct_counts(&self) -> &[u64] {
        &self.distinct
    }

    /// The `limit` largest groups, the largest first; of equal ones those that sort first.
    pub fn largest(mut groups: Vec<Self>, limit: usize) -> Vec<Self> {
        if limit < groups.len() {
            groups.select_nth_unstable_by(limit, Self::by_size);
            groups.truncate(limit);
        }
        groups.sort_unstable_by(Self::by_size);
        groups
    }

    /// The largest first, and of equal ones those that sort first.
    fn by_size(&self, other: &Self) -> Ordering {
        let sizes = Reverse(self.count).cmp(&Reverse(other.count));
        sizes.then_with(|| self.by_key(other))
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (&self.first, &self.second).cmp(&(&other.first, &other.second))
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
    fn a_value_of_null_is_distinguished_from_no_value_as_json_too() {
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

    #[test]
    fn an_error_names_in_words_what_runs_cannot_be_grouped_by() {
        let run = Run::new(
            RunId::FIRST,
            None,
            crate::Timestamp::EPOCH,
            crate::Timestamp::EPOCH,
        );
        let field = Field::key("page");
        for (by, words) in [
            (GroupBy::User, "group runs by user"),
            (GroupBy::Run, "group runs by run"),
            (GroupBy::Field(field), "group runs by field \"page\""),
        ] {
            let error = by.key_of_run(&run).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains('('), "{error}");
        }
        assert_eq!(
            GroupBy::HourOfDay(Zone::utc()).to_string(),
            "hour of the day"
        );
    }
}
