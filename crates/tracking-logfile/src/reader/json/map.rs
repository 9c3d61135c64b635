//! JSON lines whose fields a user has named: `task=path,user=remote_user,time=ts`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};
use tracking_core::{Data, Key, UserName, Zone};

use super::path::FieldPath;
use super::value::{fault, object, scalar};
use crate::LogRecord;
use crate::reader::{LineContent, LineError, LineFormat, Reason, TimeFormat};
use crate::record::Names;

/// Which field of a JSON line means what.
///
/// As text: `task=…,user=…,time=…` and perhaps `run=…` and `key=…`, in any order. Task and time
/// must be there; without a user everything is done by nobody in particular. A field is named by
/// its keys joined by dots, a place in an array by `[0]`, a key with odd characters in `["…"]` or
/// with backslashes before them. Of several fields joined by `|` the first one counts that is
/// there and is neither null nor empty nor `-`.
///
/// What is not named becomes the track's data. With `data=…`, once for each field, only those
/// become it, each under the last part of its name.
///
/// ```
/// use tracking_logfile::FieldMap;
///
/// let map: FieldMap = r#"task=object.id,user=actor.account.name|actor.mbox,time=timestamp,
///     run=context.extensions["https://example.org/session"]"#.parse()?;
/// assert!("task=a".parse::<FieldMap>().unwrap_err().to_string().contains("time"));
/// # Ok::<(), tracking_logfile::FieldMapError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    task: Vec<FieldPath>,
    user: Vec<FieldPath>,
    time: Vec<FieldPath>,
    run: Vec<FieldPath>,
    key: Vec<FieldPath>,
    data: Vec<(String, FieldPath)>,
}

/// A text that is no field map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldMapError {
    /// A part of it names nothing.
    #[error("{part:?} in the field map is not like task=path")]
    #[non_exhaustive]
    NoPair {
        /// The part.
        part: String,
    },

    /// It names something that a track does not have.
    #[error("{name:?} in the field map is none of task, user, time, run, key and data")]
    #[non_exhaustive]
    Unknown {
        /// What it names.
        name: String,
    },

    /// It names something twice.
    #[error("the field map says {name} twice; join several fields by |")]
    #[non_exhaustive]
    Twice {
        /// What it names.
        name: &'static str,
    },

    /// It leaves out what every track has.
    #[error("the field map does not say which field is the {name}; add {name}=…")]
    #[non_exhaustive]
    Missing {
        /// What is left out.
        name: &'static str,
    },
}

impl FromStr for FieldMap {
    type Err = FieldMapError;

    fn from_str(text: &str) -> Result<Self, FieldMapError> {
        let mut map = Self {
            task: Vec::new(),
            user: Vec::new(),
            time: Vec::new(),
            run: Vec::new(),
            key: Vec::new(),
            data: Vec::new(),
        };
        for part in split(text, ',') {
            map.add(part.trim())?;
        }
        for (name, paths) in [("task", &map.task), ("time", &map.time)] {
            if paths.is_empty() {
                return Err(FieldMapError::Missing { name });
            }
        }
        Ok(map)
    }
}

impl FieldMap {
    fn add(&mut self, part: &str) -> Result<(), FieldMapError> {
        let pair = part.split_once('=').filter(|(_, field)| !field.is_empty());
        let Some((name, field)) = pair else {
            let part = part.to_owned();
            return Err(FieldMapError::NoPair { part });
        };
        let (name, paths) = match name.trim() {
            "task" => ("task", &mut self.task),
            "user" => ("user", &mut self.user),
            "time" => ("time", &mut self.time),
            "run" => ("run", &mut self.run),
            "key" => ("key", &mut self.key),
            "data" => {
                let path = FieldPath::of(field);
                self.data.push((path.last(), path));
                return Ok(());
            }
            name => {
                let name = name.to_owned();
                return Err(FieldMapError::Unknown { name });
            }
        };
        if !paths.is_empty() {
            return Err(FieldMapError::Twice { name });
        }
        paths.extend(split(field, '|').into_iter().map(FieldPath::of));
        Ok(())
    }

    /// The fields that count in a line.
    fn chosen(&self, line: &Fields<'_>) -> Vec<&FieldPath> {
        let named = [&self.task, &self.user, &self.time, &self.run, &self.key];
        let chosen = named.into_iter().filter_map(|paths| line.chosen(paths));
        chosen.collect()
    }

    fn data(&self, mut map: Map<String, Value>) -> Map<String, Value> {
        if self.data.is_empty() {
            return map;
        }
        let mut data = Map::new();
        for (name, path) in &self.data {
            data.extend(path.take(&mut map).map(|value| (name.clone(), value)));
        }
        data
    }
}

/// Splits at a sign, but not after a backslash or within `["…"]`.
fn split(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped, mut quoted) = (0, false, false);
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        if quoted {
            quoted = !rest.starts_with("\"]");
        } else if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if rest.starts_with("[\"") && rest.contains("\"]") {
            quoted = true;
        } else if c == sign {
            parts.extend(text.get(start..at));
            start = at + c.len_utf8();
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// Reads JSON lines by a field map.
pub(in crate::reader) struct Mapped {
    map: FieldMap,
    time_format: TimeFormat,
    zone: Zone,
    names: Names,
}

impl Mapped {
    pub(in crate::reader) fn new(map: FieldMap, time_format: TimeFormat, zone: Zone) -> Self {
        Self {
            map,
            time_format,
            zone,
            names: Names::default(),
        }
    }
}

impl fmt::Debug for Mapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mapped")
            .field("map", &self.map)
            .field("time_format", &self.time_format)
            .finish_non_exhaustive()
    }
}

impl LineFormat for Mapped {
    fn name(&self) -> &'static str {
        "map"
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        let (text, mut object) = object(line)?;
        let fields = Fields {
            text,
            object: &object,
        };
        let record = self.record(&fields)?;
        let taken = self.map.chosen(&fields);
        for path in taken {
            let _gone = path.take(&mut object);
        }
        let data = Data::try_from(self.map.data(object));
        let data = data.map_err(|_| {
            let expected = "JSON of up to 100 levels";
            LineError::at(text, 0, Reason::Data, expected)
        })?;
        Ok(record.with_data(data).into())
    }
}

impl Mapped {
    /// The record of a line, still without its data.
    fn record(&mut self, line: &Fields<'_>) -> Result<LogRecord, LineError> {
        let (map, names) = (&self.map, &mut self.names);
        let task = line.value(&map.task, Reason::Task, "a task id", |value| {
            names.task(&scalar(value)?).ok()
        })?;
        let user = if map.user.is_empty() {
            UserName::nobody()
        } else {
            line.value(&map.user, Reason::User, "a user name", |value| {
                names.user(&scalar(value)?).ok()
            })?
        };
        let time = line.value(&map.time, Reason::Time, self.time_format.looks(), |value| {
            self.time_format.read(&scalar(value)?, &self.zone)
        })?;
        let run = line.optional(&map.run, Reason::Run, "a text or a number", |value| {
            scalar(value).map(Cow::into_owned)
        })?;
        let key = line.optional(&map.key, Reason::Key, "a key", |value| {
            Key::new(&*scalar(value)?).ok()
        })?;
        Ok(LogRecord::new(task, user, time, Data::empty()).with(run, key))
    }
}

/// The fields of a line.
struct Fields<'l> {
    text: &'l str,
    object: &'l Map<String, Value>,
}

impl Fields<'_> {
    /// Which of several fields counts: the first that says something, or else the first there is.
    fn chosen<'p>(&self, paths: &'p [FieldPath]) -> Option<&'p FieldPath> {
        if let [only] = paths {
            return only.get(self.object).map(|_| only);
        }
        let speaks = |path: &&FieldPath| {
            let value = path.get(self.object).unwrap_or(&Value::Null);
            !matches!(value, Value::Null)
                && !value.as_str().is_some_and(|t| t.is_empty() || t == "-")
        };
        let there = |path: &&FieldPath| path.get(self.object).is_some();
        let mut all = paths.iter();
        all.clone().find(speaks).or_else(|| all.find(there))
    }

    fn value<T>(
        &self,
        paths: &[FieldPath],
        reason: Reason,
        expected: impl fmt::Display,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, LineError> {
        let path = self.chosen(paths).or(paths.first());
        let found = path.and_then(|path| path.get(self.object));
        found.and_then(read).ok_or_else(|| match path {
            Some(path) => fault(self.text, path, found, reason, expected),
            // Never taken: it is asked of what the map names.
            None => LineError::at(self.text, 0, reason, "a field"),
        })
    }

    /// The same of what may be missing or null.
    fn optional<T>(
        &self,
        paths: &[FieldPath],
        reason: Reason,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, LineError> {
        let found = self.chosen(paths).and_then(|path| path.get(self.object));
        if found.is_none_or(Value::is_null) {
            return Ok(None);
        }
        self.value(paths, reason, expected, read).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(map: &str, line: &str) -> Result<LogRecord, LineError> {
        let map = map.parse().unwrap();
        let mut format = Mapped::new(map, TimeFormat::Auto, Zone::utc());
        Ok(format.read(line.as_bytes())?.into_record().unwrap())
    }

    const MAP: &str = "task=p,user=u|ip,time=t,run=s.id,key=k";

    #[test]
    fn what_is_named_is_taken_and_the_rest_is_data() {
        let line =
            r#"{"p": "/a", "u": "-", "ip": "::1", "t": 1.5, "s": {"id": 7, "x": null}, "k": "k1"}"#;
        let record = read(MAP, line).unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("/a", "::1")
        );
        assert_eq!(record.time().micros(), 1_500_000);
        assert_eq!(
            (record.run_hint(), record.key().unwrap().as_str()),
            (Some("7"), "k1")
        );
        assert_eq!(record.data().as_str(), r#"{"s":{"x":null},"u":"-"}"#);
    }

    #[test]
    fn only_the_data_that_is_named_is_kept() {
        let map = r"task=p,time=t,data=a.b,data=x\.y,data=gone";
        let record = read(
            map,
            r#"{"p": 5, "t": 1, "a": {"b": [1]}, "x.y": true, "z": 1}"#,
        )
        .unwrap();
        assert_eq!((record.task().as_str(), record.user().as_str()), ("5", ""));
        assert_eq!(record.data().as_str(), r#"{"b":[1],"x.y":true}"#);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field() {
        for (line, column, reason, found) in [
            (r#"{"p": "/a", "u": "", "t": 1}"#, 0, Reason::Nul, ""),
            (r#"{"u": "a", "t": 1}"#, 1, Reason::Task, "no such field"),
            (r#"{"p": "", "u": "a", "t": 1}"#, 2, Reason::Task, r#""""#),
            (
                r#"{"p": "é", "u": [1], "t": 1}"#,
                12,
                Reason::User,
                r#""[1]""#,
            ),
            (
                r#"{"p": 1, "u": "a", "t": "noon"}"#,
                20,
                Reason::Time,
                r#""noon""#,
            ),
            (r#"{"p": 1, "u": "a"}"#, 1, Reason::Time, "no such field"),
            (
                r#"{"p": 1, "u": "a", "t": 1, "k": ""}"#,
                28,
                Reason::Key,
                r#""""#,
            ),
            (
                r#"{"p": 1, "u": "a", "t": 1, "s": {"id": {}}}"#,
                34,
                Reason::Run,
                r#""{}""#,
            ),
            (" [1]", 2, Reason::Json, r#""[1]""#),
            (r#"{"p": 1"#, 7, Reason::Json, r#""1""#),
        ] {
            if column == 0 {
                assert_eq!(read(MAP, line).unwrap().user().as_str(), "");
                continue;
            }
            let error = read(MAP, line).unwrap_err();
            assert_eq!(
                (error.column, error.reason, error.found.as_str()),
                (column, reason, found),
                "{line}"
            );
        }
    }

    #[test]
    fn a_map_that_says_too_little_or_too_much_is_refused() {
        let refused = |map: &str| map.parse::<FieldMap>().unwrap_err().to_string();
        assert_eq!(refused(""), r#""" in the field map is not like task=path"#);
        assert_eq!(
            refused("task=a,time"),
            r#""time" in the field map is not like task=path"#
        );
        assert_eq!(
            refused("task=a,time=b,task=c"),
            "the field map says task twice; join several fields by |"
        );
        assert!(refused("tsk=a").starts_with(r#""tsk" in the field map"#));
        assert!(refused("task=a,user=b").contains("add time=…"));
    }

    #[test]
    fn signs_within_keys_do_not_split() {
        let record = read(
            r#"task=["a,b|c"],time=d\,e,user=f\|g"#,
            r#"{"a,b|c": "t", "d,e": 1, "f|g": "u"}"#,
        );
        let record = record.unwrap();
        assert_eq!((record.task().as_str(), record.user().as_str()), ("t", "u"));
        assert!(record.data().is_empty());
    }
}
