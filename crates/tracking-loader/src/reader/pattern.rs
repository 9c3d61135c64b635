//! Lines that a user describes by a pattern of their own.

use std::fmt;
use std::str::FromStr;

use regex::{CaptureLocations, Regex};
use serde_json::{Map, Value};
use tracking_core::{Data, Key, UserName, Zone};

use super::text::read_text;
use super::words::given;
use super::{LineContent, LineError, LineFormat, Reason, TimeFormat};
use crate::LogRecord;
use crate::record::NameCache;

/// A regular expression that a whole line must match, with groups named `task`, `time` and
/// perhaps `user`, `run` and `key`. Every other named group becomes a text in the data.
///
/// A user or a run that is empty or `-` is none. Where `task`, `user` or `run` say nothing, `task2`,
/// `user2` or `run2` counts, then `task3` and so on; those that do not count are not in the data.
///
/// It takes time in proportion to the line, whatever the pattern, as the `regex` crate has it.
///
/// ```
/// use tracking_loader::{FormatOptions, LinePattern};
///
/// let pattern: LinePattern = r"(?<time>\S+) (?<user>\S+) (?<verb>\w+) (?<task>.+)".parse()?;
/// let mut format = FormatOptions::new().choose(pattern).chosen().unwrap();
/// let line = b"2026-11-23T15:47:01Z anna opened lesson 1";
/// let record = format.read(line).unwrap().into_record().unwrap();
/// assert_eq!((record.task().as_str(), record.user().as_str()), ("lesson 1", "anna"));
/// assert_eq!(record.data().as_str(), r#"{"verb":"opened"}"#);
/// # Ok::<(), tracking_loader::LinePatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LinePattern {
    regex: Regex,
    /// What each group is, from the second on; of several that are the same, the first one that
    /// says something counts.
    groups: Vec<(usize, Group)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Group {
    Task,
    User,
    Time,
    Run,
    Key,
    Data(String),
}

/// A text that is no pattern of lines.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinePatternError {
    /// It is no regular expression, or too large a one.
    #[error("the pattern {pattern:?} cannot be read")]
    #[non_exhaustive]
    Regex {
        /// The pattern.
        pattern: String,
        /// Why.
        source: regex::Error,
    },

    /// It lacks a group for what every track has.
    #[error("the pattern has no group named {name}; add (?<{name}>…)")]
    #[non_exhaustive]
    NoGroup {
        /// What is missing.
        name: &'static str,
    },
}

impl FromStr for LinePattern {
    type Err = LinePatternError;

    fn from_str(pattern: &str) -> Result<Self, LinePatternError> {
        // Read alone first, so that an error is about what the user wrote. A comment at its end
        // would swallow the closing parenthesis, were that not on a line of its own.
        let regex = Regex::new(pattern)
            .and_then(|_| Regex::new(&format!("^(?:{pattern})$")))
            .or_else(|error| Regex::new(&format!("^(?:{pattern}\n)$")).map_err(|_| error))
            .map_err(|source| LinePatternError::Regex {
                pattern: pattern.to_owned(),
                source,
            })?;
        let named = |(index, name): (usize, Option<&str>)| name.map(|n| (index, Group::of(n)));
        let mut groups: Vec<_> = regex
            .capture_names()
            .enumerate()
            .filter_map(named)
            .collect();
        groups.sort_by_key(|(_, (rank, _))| *rank);
        let groups: Vec<_> = groups
            .into_iter()
            .map(|(index, (_, group))| (index, group))
            .collect();
        for (name, needed) in [("task", Group::Task), ("time", Group::Time)] {
            if !groups.iter().any(|(_, group)| *group == needed) {
                return Err(LinePatternError::NoGroup { name });
            }
        }
        Ok(Self { regex, groups })
    }
}

impl Group {
    /// What a group of this name is, and its rank among those that are the same.
    fn of(name: &str) -> (u32, Self) {
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let rank = match name.get(base.len()..) {
            Some("") => Some(1),
            Some(digits) if !digits.starts_with('0') => digits.parse().ok().filter(|n| *n > 1),
            _ => None,
        };
        match (base, rank) {
            ("task", Some(rank)) => (rank, Self::Task),
            ("user", Some(rank)) => (rank, Self::User),
            ("run", Some(rank)) => (rank, Self::Run),
            _ => match name {
                "time" => (1, Self::Time),
                "key" => (1, Self::Key),
                name => (1, Self::Data(name.to_owned())),
            },
        }
    }
}

/// Reads lines by a pattern.
#[derive(Clone)]
pub(super) struct Patterned {
    pattern: LinePattern,
    time_format: TimeFormat,
    zone: Zone,
    names: NameCache,
    found: CaptureLocations,
}

impl Patterned {
    pub(super) fn new(pattern: LinePattern, time_format: TimeFormat, zone: Zone) -> Self {
        Self {
            found: pattern.regex.capture_locations(),
            pattern,
            time_format,
            zone,
            names: NameCache::default(),
        }
    }

    /// The text of a group, and where it stands: of several, the first that says something, or
    /// else the first there is.
    fn group<'t>(&self, text: &'t str, wanted: &Group) -> Option<(usize, &'t str)> {
        let groups = self.pattern.groups.iter();
        let groups = groups.filter(|(_, group)| group == wanted);
        let mut found = groups.filter_map(|(index, _)| {
            let (from, to) = self.found.get(*index)?;
            text.get(from..to).map(|found| (from, found))
        });
        let first = found.next()?;
        let speaks = |(_, found): &(usize, &str)| given(found).is_some();
        Some(if speaks(&first) {
            first
        } else {
            found.find(speaks).unwrap_or(first)
        })
    }

    fn data(&self, text: &str) -> Map<String, Value> {
        let entry = |(index, group): &(usize, Group)| match group {
            Group::Data(name) => {
                let (from, to) = self.found.get(*index)?;
                Some((name.clone(), Value::from(text.get(from..to)?)))
            }
            _ => None,
        };
        self.pattern.groups.iter().filter_map(entry).collect()
    }
}

impl fmt::Debug for Patterned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patterned")
            .field("pattern", &self.pattern)
            .field("time_format", &self.time_format)
            .finish_non_exhaustive()
    }
}

impl LineFormat for Patterned {
    fn name(&self) -> &'static str {
        "pattern"
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        read_text(line, |text| self.record(text).map(Into::into))
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}

impl Patterned {
    fn record(&mut self, text: &str) -> Result<LogRecord, LineError> {
        if self
            .pattern
            .regex
            .captures_read(&mut self.found, text)
            .is_none()
        {
            let expected = "a line that the pattern matches";
            return Err(LineError::at(text, 0, Reason::Pattern, expected));
        }
        let fault = |at, reason, expected: String| LineError::at(text, at, reason, expected);
        let (at, task) = self.group(text, &Group::Task).unwrap_or_default();
        let task = self.names.task(task);
        let task = task.map_err(|_| fault(at, Reason::Task, "a task id".to_owned()))?;
        let user = self.group(text, &Group::User);
        let user = match user.filter(|(_, user)| given(user).is_some()) {
            None => UserName::nobody(),
            Some((at, user)) => self
                .names
                .user(user)
                .map_err(|_| fault(at, Reason::User, "a user name".to_owned()))?,
        };
        let (at, time) = self.group(text, &Group::Time).unwrap_or_default();
        let time = self.time_format.read(time, &self.zone);
        let time =
            time.ok_or_else(|| fault(at, Reason::Time, self.time_format.looks().to_string()))?;
        let data = Data::try_from(self.data(text)).map_err(|_| LineError::not_storable(text))?;
        let run = self.group(text, &Group::Run).map(|(_, run)| run.to_owned());
        let key = self
            .group(text, &Group::Key)
            .map(|(at, key)| Key::new(key).map_err(|_| fault(at, Reason::Key, "a key".to_owned())));
        let record = LogRecord::new(task, user, time, data);
        Ok(record.with(run, key.transpose()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, line: &str) -> Result<LogRecord, LineError> {
        let pattern = pattern.parse().unwrap();
        let mut format = Patterned::new(pattern, TimeFormat::Auto, Zone::utc());
        Ok(format.read(line.as_bytes())?.into_record().unwrap())
    }

    const PATTERN: &str =
        r"(?<time>\d+) (?<user>\w*)@(?<run>\w+) (?<task>\S*)(?: #(?<key>\w*))?(?: (?<ms>\d+)ms)?";

    #[test]
    fn every_group_is_taken_and_absent_ones_are_omitted() {
        let record = read(PATTERN, "5 anna@s1 /a #k1 20ms").unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("/a", "anna")
        );
        assert_eq!(
            (record.session_id(), record.key().unwrap().as_str()),
            (Some("s1"), "k1")
        );
        assert_eq!(record.data().as_str(), r#"{"ms":"20"}"#);
        let record = read(PATTERN, "5 @s1 /a").unwrap();
        assert_eq!((record.user().as_str(), record.key()), ("", None));
        assert!(record.data().is_empty());
    }

    #[test]
    fn what_says_nothing_is_nobody_and_no_session() {
        let pattern = r"(?<time>\d+) (?<user>\S*) (?<run>\S*) (?<task>\S*)";
        for line in ["5   /a", "5 - - /a"] {
            let record = read(pattern, line).unwrap();
            assert_eq!(
                (record.user().as_str(), record.session_id()),
                ("", None),
                "{line}"
            );
        }
        let pattern = concat!(
            r"(?<time>\d+) (?<user2>\S+) (?<user>\S*) (?<run3>\S*) (?<run>\S*) (?<run2>\S*)",
            r" (?<task>\S*) (?<task2>\S*) (?<x2>\S*)"
        );
        let record = read(pattern, "5 ::1 - r3 -   /b y").unwrap();
        assert_eq!(
            (record.user().as_str(), record.session_id()),
            ("::1", Some("r3"))
        );
        assert_eq!(record.task().as_str(), "/b");
        assert_eq!(record.data().as_str(), r#"{"x2":"y"}"#);
        let record = read(pattern, "5 ::1 anna r3 r1 r2 /a /b y").unwrap();
        assert_eq!(
            (record.user().as_str(), record.session_id()),
            ("anna", Some("r1"))
        );
        assert_eq!(record.task().as_str(), "/a");
    }

    #[test]
    fn the_whole_line_must_match() {
        for line in ["5 a@b /a ", " 5 a@b /a", "", "5 a@b /a\n"] {
            let error = read(PATTERN, line).unwrap_err();
            assert_eq!(
                (error.column, error.reason),
                (1, Reason::Pattern),
                "{line:?}"
            );
        }
    }

    #[test]
    fn what_is_wrong_within_a_group_is_said_at_its_place() {
        for (line, column, reason) in [
            ("5 é@b ", 7, Reason::Task),
            ("999999999999999999999 a@b /a", 1, Reason::Time),
            ("5 a@b /a #", 11, Reason::Key),
        ] {
            let error = read(PATTERN, line).unwrap_err();
            assert_eq!((error.column, error.reason), (column, reason), "{line}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let refused = |pattern: &str| pattern.parse::<LinePattern>().unwrap_err().to_string();
        assert!(refused("(").contains("cannot be read"));
        assert!(refused(r"(?<time>(\w{500}){500})(?<task>.)").contains("cannot be read"));
        assert_eq!(
            refused(r"(?<task>\w+)"),
            "the pattern has no group named time; add (?<time>…)"
        );
    }

    #[test]
    fn alternatives_and_comments_keep_to_themselves() {
        assert!(read(r"(?<time>\d+) (?<task>a)|(?<x>b)", "5 ab").is_err());
        assert!(read(r"(?x) (?<time>\d+) \  (?<task>a) # a task", "5 a").is_ok());
    }
}
