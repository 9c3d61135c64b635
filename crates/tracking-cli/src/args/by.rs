//! What is counted by, as in `--by task,user`.

use std::fmt;

use anyhow::{Result, bail};
use tracking_core::{Field, GroupBy, Grouping, Zone};

/// One thing that tracks can be counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Task,
    User,
    Run,
    Day,
    Field(Field),
}

/// One or two things to count by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CountBy {
    pub(crate) first: By,
    pub(crate) second: Option<By>,
}

impl By {
    /// In the words of a store, with days in a zone.
    fn group_by(&self, zone: &Zone) -> GroupBy {
        match self {
            Self::Task => GroupBy::Task,
            Self::User => GroupBy::User,
            Self::Run => GroupBy::Run,
            Self::Day => GroupBy::Day(zone.clone()),
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

    /// In the words of a store, with days in a zone.
    pub(crate) fn grouping(&self, zone: &Zone) -> Grouping {
        let first = self.first.group_by(zone);
        match &self.second {
            Some(second) => first.and(second.group_by(zone)),
            None => first.into(),
        }
    }

    /// What is counted by, as names of columns; none of them is that of another.
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
            Self::Field(field) => write!(f, "data.{field}"),
        }
    }
}

/// Reads `A` or `A,B`.
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

fn by(text: &str) -> Result<By> {
    match text {
        "task" => Ok(By::Task),
        "user" => Ok(By::User),
        "run" => Ok(By::Run),
        "day" => Ok(By::Day),
        _ => match text.strip_prefix("field:") {
            Some(field) => Ok(By::Field(Field::from(field))),
            None => bail!("{text:?} is none of task, user, run, day, field:NAME"),
        },
    }
}

/// The parts between commas that have no backslash before them; what a field makes of the
/// backslashes is its own matter.
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
