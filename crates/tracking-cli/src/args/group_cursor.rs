//! Where a page of groups continues.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, anyhow};
use tracking_core::{Group, GroupKey};

use super::by::{By, CountBy};

/// The last group of a page, as text that needs no quotes in a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupCursor(pub(crate) Group);

impl GroupCursor {
    /// Whether the group was counted by these kinds.
    pub(crate) fn is_of(&self, by: &CountBy) -> bool {
        let second = match (self.0.second_key(), &by.second) {
            (Some(key), Some(by)) => is_key_of(key, by),
            (None, None) => true,
            _ => false,
        };
        second && is_key_of(self.0.key(), &by.first)
    }
}

fn is_key_of(key: &GroupKey, by: &By) -> bool {
    matches!(
        (key, by),
        (GroupKey::Task(_), By::Task)
            | (GroupKey::User(_), By::User)
            | (GroupKey::Run(_), By::Run)
            | (GroupKey::Day(_), By::Day)
            | (GroupKey::Hour(_), By::Hour)
            | (GroupKey::Week(_), By::Week)
            | (GroupKey::Month(_), By::Month)
            | (GroupKey::HourOfDay(_), By::HourOfDay)
            | (GroupKey::DayOfWeek(_), By::Weekday)
            | (GroupKey::Field(_), By::Field(_))
    )
}

/// The bytes that stand for themselves; each other one is `%` and two hexadecimal digits.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._/".contains(&byte)
}

impl fmt::Display for GroupCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = (self.0.count(), self.0.key(), self.0.second_key());
        let json = serde_json::to_string(&key).map_err(|_| fmt::Error)?;
        for byte in json.bytes() {
            if is_plain(byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for GroupCursor {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let cursor = decoded(text).and_then(|json| {
            let (count, first, second) = serde_json::from_slice(&json).ok()?;
            Some(Self(Group::new(first, second, count)))
        });
        cursor.ok_or_else(|| anyhow!("it is no cursor that the previous page has printed"))
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracking_core::{FieldValue, RunId, TaskId};

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        let task = |name: &str| GroupKey::Task(TaskId::new(name).unwrap());
        let value = FieldValue::new("x\"%é").unwrap();
        for (first, second) in [
            (task("/a b'$\"%25\u{e9}\u{1}"), None),
            (GroupKey::Day("2026-11-23".parse().unwrap()), None),
            (GroupKey::Field(None), Some(GroupKey::Field(Some(value)))),
            (GroupKey::Run(RunId::FIRST), Some(GroupKey::HourOfDay(7))),
        ] {
            let cursor = GroupCursor(Group::new(first, second, 12));
            let text = cursor.to_string();
            let is_safe = |c: char| c.is_ascii_alphanumeric() || "%-._/".contains(c);
            assert!(text.chars().all(is_safe), "{text}");
            assert_eq!(text.parse::<GroupCursor>().unwrap(), cursor);
        }
        for text in ["", "%", "%5", "%zz", "5", "a001", "%5B1%5D", "%FF"] {
            assert!(text.parse::<GroupCursor>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_cursor_belongs_to_what_was_counted_by() {
        let task = GroupKey::Task(TaskId::new("a").unwrap());
        let cursor = GroupCursor(Group::new(task, None, 1));
        assert!(cursor.is_of(&CountBy::task()) && !cursor.is_of(&CountBy::user()));
        let both = super::super::count_by("task,user").unwrap();
        assert!(!cursor.is_of(&both));
    }
}
