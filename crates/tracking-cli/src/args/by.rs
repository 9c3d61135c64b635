//! The values of `--by`, such as `task,user`.

use std::fmt;

use anyhow::{Result, anyhow, bail};
use tracking_core::{Field, GroupBy, Grouping, Zone};

/// A kind of group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Task,
    User,
    Run,
    Day,
    Hour,
    Week,
    Month,
    HourOfDay,
    Weekday,
    Field(Field),
}

/// The names of all kinds of groups except data fields.
const WORDS: [(&str, By); 9] = [
    ("task", By::Task),
    ("user", By::User),
    ("run", By::Run),
    ("hour", By::Hour),
    ("day", By::Day),
    ("week", By::Week),
    ("month", By::Month),
    ("hour-of-day", By::HourOfDay),
    ("weekday", By::Weekday),
];

/// One or two kinds of groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CountBy {
    pub(crate) first: By,
    pub(crate) second: Option<By>,
}

impl By {
    /// Converts to the type of the store; days are those of a zone.
    pub(crate) fn group_by(&self, zone: &Zone) -> GroupBy {
        match self {
            Self::Task => GroupBy::Task,
            Self::User => GroupBy::User,
            Self::Run => GroupBy::Run,
            Self::Day => GroupBy::Day(zone.clone()),
            Self::Hour => GroupBy::Hour(zone.clone()),
            Self::Week => GroupBy::Week(zone.clone()),
            Self::Month => GroupBy::Month(zone.clone()),
            Self::HourOfDay => GroupBy::HourOfDay(zone.clone()),
            Self::Weekday => GroupBy::DayOfWeek(zone.clone()),
            Self::Field(field) => GroupBy::Field(field.clone()),
        }
    }
}

impl CountBy {
    /// By task alone.
    pub(crate) fn task() -> Self {
        let (first, second) = (By::Task, None);
        Self { first, second }
    }

    /// By user alone.
    pub(crate) fn user() -> Self {
        let (first, second) = (By::User, None);
        Self { first, second }
    }

    /// Whether the counts are a ranking, and neither periods nor a table.
    pub(crate) fn has_ranking(&self) -> bool {
        let by = matches!(self.first, By::Task | By::User | By::Run | By::Field(_));
        by && self.second.is_none()
    }

    /// Converts to the type of the store; days are those of a zone.
    pub(crate) fn grouping(&self, zone: &Zone) -> Grouping {
        let first = self.first.group_by(zone);
        match &self.second {
            Some(second) => first.and(second.group_by(zone)),
            None => first.into(),
        }
    }

    /// The names of the columns, which all differ.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        [Some(&self.first), self.second.as_ref()]
            .into_iter()
            .flatten()
            .map(ToString::to_string)
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task => f.write_str("task"),
            Self::User => f.write_str("user"),
            Self::Run => f.write_str("run"),
            Self::Day => f.write_str("day"),
            Self::Hour => f.write_str("hour"),
            Self::Week => f.write_str("week"),
            Self::Month => f.write_str("month"),
            Self::HourOfDay => f.write_str("hour of day"),
            Self::Weekday => f.write_str("day of week"),
            Self::Field(field) => write!(f, "data.{field}"),
        }
    }
}

/// Parses `A` or `A,B`.
pub(crate) fn count_by(text: &str) -> Result<CountBy> {
    let parts: Result<Vec<By>> = split(text).iter().map(|part| by(part)).collect();
    let mut parts = parts?.into_iter();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(first), second, None) if second.as_ref() != Some(&first) => {
            Ok(CountBy { first, second })
        }
        (_, _, None) => bail!("name two different things"),
        _ => bail!("name one or two things, like task,day"),
    }
}

/// Parses one kind of group.
pub(crate) fn by(text: &str) -> Result<By> {
    if let Some(field) = text.strip_prefix("field:") {
        return Ok(By::Field(Field::from(field)));
    }
    let found = WORDS.iter().find(|(word, _)| *word == text);
    found.map(|(_, by)| by.clone()).ok_or_else(|| {
        let words = WORDS.map(|(word, _)| word).join(", ");
        anyhow!("{text:?} is none of {words}, field:NAME")
    })
}

/// Splits at commas that have no backslash before them. Other backslashes are left to the parser
/// of fields.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == ',' {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
            part.extend((c == '\\').then(|| chars.next()).flatten());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_different_things() {
        let field = |name: &str| By::Field(Field::from(name));
        for (text, first, second) in [
            ("task", By::Task, None),
            ("day,user", By::Day, Some(By::User)),
            ("hour-of-day,weekday", By::HourOfDay, Some(By::Weekday)),
            ("week,month", By::Week, Some(By::Month)),
            ("hour", By::Hour, None),
            ("run,field:verb.id", By::Run, Some(field("verb.id"))),
            (r"field:a\,b,field:", field(r"a\,b"), Some(field(""))),
        ] {
            assert_eq!(count_by(text).unwrap(), CountBy { first, second });
        }
        assert_eq!(field(r"a\,b"), By::Field(Field::key("a,b")));
        for text in ["", "tasks", "field", "task,task", "task,", "task,user,run"] {
            assert!(count_by(text).is_err(), "{text}");
        }
    }
}
