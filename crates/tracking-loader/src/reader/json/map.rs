//! Which field of a line means what: `task=path,user=remote_user,time=ts`.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::path::FieldPath;
use crate::reader::scan::closing_quote;

/// Which field of a line of JSON, or of a row of CSV, means what.
///
/// As text: `task=…,user=…,time=…` and perhaps `run=…` and `key=…`, in any order. Task and time
/// must be there; without a user everything is done by nobody in particular. A field is named by
/// its keys joined by dots, a place in an array by `[0]`, a key with odd characters in `["…"]` or
/// with backslashes before them. A name that leads into a text reads that text as JSON. Of several
/// fields joined by `|` the first one counts that is there and is neither null nor empty nor `-`.
/// A value in quotes, such as `"nobody"`, stands for itself.
///
/// What is not named becomes the track's data. With `data=…`, once for each field, only those
/// become it, each under the last part of its name, or where two share that, under its whole name;
/// `data.NAME=…` gives it another name.
///
/// ```
/// use tracking_loader::FieldMap;
///
/// let map: FieldMap = r#"task=object.id,user=actor.account.name|actor.mbox,time=timestamp,
///     run=context.extensions["https://example.org/session"]"#.parse()?;
/// let map: FieldMap = r#"task=log.path,user=log.user|"nobody",time=time,data.code=log.status"#.parse()?;
/// assert!("task=a".parse::<FieldMap>().unwrap_err().to_string().contains("time"));
/// # Ok::<(), tracking_loader::FieldMapError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    task: Vec<FieldSource>,
    user: Vec<FieldSource>,
    time: Vec<FieldSource>,
    run: Vec<FieldSource>,
    key: Vec<FieldSource>,
    data: Vec<(String, FieldPath)>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldSource {
    /// A field of the line.
    Path(FieldPath),
    /// The map itself.
    Literal(Value),
}

impl FieldSource {
    /// Takes a text in quotes for itself, and any other for a field.
    fn of(text: &str) -> Result<Self, FieldMapError> {
        let text = text.trim();
        if !text.starts_with('"') {
            return Ok(Self::Path(FieldPath::of(text)));
        }
        let literal = serde_json::from_str(text).map(Self::Literal);
        literal.map_err(|_| FieldMapError::BadLiteral {
            text: text.to_owned(),
        })
    }

    pub(super) fn get<'v>(&'v self, map: &'v Map<String, Value>) -> Option<&'v Value> {
        match self {
            Self::Path(path) => path.get(map),
            Self::Literal(value) => Some(value),
        }
    }

    fn path(&self) -> Option<&FieldPath> {
        match self {
            Self::Path(path) => Some(path),
            Self::Literal(_) => None,
        }
    }
}

impl fmt::Display for FieldSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Literal(value) => value.fmt(f),
        }
    }
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
    #[error("{name:?} in the field map is none of task, user, time, run, key, data and data.NAME")]
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

    /// It keeps two fields under one name.
    #[error(
        "the field map keeps two fields as {name:?} in the data; give one another name, as in data.NAME=…"
    )]
    #[non_exhaustive]
    SameName {
        /// The name.
        name: String,
    },

    /// A value in quotes is not whole.
    #[error("{text} in the field map is no text in quotes; write it like \"nobody\"")]
    #[non_exhaustive]
    BadLiteral {
        /// What stands there.
        text: String,
    },

    /// It gives every line the same key.
    #[error(
        "the key in the field map is {text} for every line; name a field that differs from line to line"
    )]
    #[non_exhaustive]
    SameKey {
        /// The value in quotes.
        text: String,
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
        let mut data = Vec::new();
        for part in split(text, ',') {
            map.add(part.trim(), &mut data)?;
        }
        map.data = named_data(&data)?;
        for (name, paths) in [("task", &map.task), ("time", &map.time)] {
            if paths.is_empty() {
                return Err(FieldMapError::Missing { name });
            }
        }
        Ok(map)
    }
}

/// A field that is kept as data, and the name that it is given.
type KeptField = (Option<String>, FieldPath);

impl FieldMap {
    fn add(&mut self, part: &str, data: &mut Vec<KeptField>) -> Result<(), FieldMapError> {
        let pair = part.split_once('=').filter(|(_, field)| !field.is_empty());
        let Some((name, field)) = pair else {
            let part = part.to_owned();
            return Err(FieldMapError::NoPair { part });
        };
        let (name, sources) = match name.trim() {
            "task" => ("task", &mut self.task),
            "user" => ("user", &mut self.user),
            "time" => ("time", &mut self.time),
            "run" => ("run", &mut self.run),
            "key" => ("key", &mut self.key),
            "data" => {
                data.push((None, FieldPath::of(field)));
                return Ok(());
            }
            name => {
                let own = name.strip_prefix("data.").filter(|name| !name.is_empty());
                let own = own.ok_or_else(|| FieldMapError::Unknown {
                    name: name.to_owned(),
                })?;
                data.push((Some(own.to_owned()), FieldPath::of(field)));
                return Ok(());
            }
        };
        if !sources.is_empty() {
            return Err(FieldMapError::Twice { name });
        }
        for field in split(field, '|') {
            sources.push(FieldSource::of(field)?);
        }
        let literal = sources.iter().find(|source| source.path().is_none());
        match literal {
            Some(literal) if name == "key" => Err(FieldMapError::SameKey {
                text: literal.to_string(),
            }),
            _ => Ok(()),
        }
    }

    pub(super) fn task(&self) -> &[FieldSource] {
        &self.task
    }

    pub(super) fn user(&self) -> &[FieldSource] {
        &self.user
    }

    pub(super) fn time(&self) -> &[FieldSource] {
        &self.time
    }

    pub(super) fn run(&self) -> &[FieldSource] {
        &self.run
    }

    pub(super) fn key(&self) -> &[FieldSource] {
        &self.key
    }

    /// The fields that are kept as data, by their names; none where all are that are left.
    pub(super) fn data(&self) -> &[(String, FieldPath)] {
        &self.data
    }

    /// All that is not data.
    pub(super) fn named(&self) -> impl Iterator<Item = &[FieldSource]> {
        let named = [&self.task, &self.user, &self.time, &self.run, &self.key];
        named.into_iter().map(Vec::as_slice)
    }

    /// Has texts be what they say where the map names something within them.
    pub(super) fn open_texts(&self, object: &mut Map<String, Value>) {
        let named = self.named().flatten().filter_map(FieldSource::path);
        for path in named.chain(self.data.iter().map(|(_, path)| path)) {
            path.open_texts(object);
        }
    }

    /// Whether a line that has these fields, and no others, may have a task and a time.
    pub(super) fn fits(&self, names: &[&str]) -> bool {
        let is_there = |source: &FieldSource| match source {
            FieldSource::Path(path) => path.first().is_some_and(|first| names.contains(&first)),
            FieldSource::Literal(_) => true,
        };
        self.task.iter().any(is_there) && self.time.iter().any(is_there)
    }
}

/// The names of what is kept as data: the last part of each, or where several share that, the
/// whole.
fn named_data(fields: &[KeptField]) -> Result<Vec<(String, FieldPath)>, FieldMapError> {
    let last = |path: &FieldPath| path.last();
    let is_shared = |path: &FieldPath| {
        let others = fields.iter().filter(|(own, _)| own.is_none());
        others
            .filter(|(_, other)| last(other) == last(path))
            .count()
            > 1
    };
    let mut named: Vec<(String, FieldPath)> = Vec::new();
    for (own, path) in fields {
        let name = match own {
            Some(own) => own.clone(),
            None if is_shared(path) => path.to_string(),
            None => last(path),
        };
        if named.iter().any(|(other, _)| *other == name) {
            return Err(FieldMapError::SameName { name });
        }
        named.push((name, path.clone()));
    }
    Ok(named)
}

/// Splits at a sign, but not after a backslash or within `["…"]` or `"…"`.
fn split(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped, mut close) = (0, false, None);
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        // A value in quotes begins where a name could.
        let begins = || {
            text.get(..at).is_some_and(|before| {
                before.trim_end().is_empty() || before.trim_end().ends_with(['=', '|', ','])
            })
        };
        if escaped {
            escaped = false;
        } else if let Some(end) = close {
            escaped = c == '\\' && end == "\"";
            if rest.starts_with(end) {
                close = None;
            }
        } else if c == '\\' {
            escaped = true;
        } else if rest.starts_with("[\"") && rest.contains("\"]") {
            close = Some("\"]");
        } else if c == '"' && begins() && has_closing_quote(rest) {
            close = Some("\"");
        } else if c == sign {
            parts.extend(text.get(start..at));
            start = at + c.len_utf8();
        }
    }
    parts.extend(text.get(start..));
    parts
}

fn has_closing_quote(rest: &str) -> bool {
    rest.get(1..)
        .is_some_and(|inner| closing_quote(inner).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(map: &str) -> String {
        map.parse::<FieldMap>().unwrap_err().to_string()
    }

    #[test]
    fn a_map_that_says_too_little_or_too_much_is_refused() {
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
        assert!(refused(r#"task=a,time=b,user="c"#).contains("no text in quotes"));
        assert!(refused(r#"task=a,time=b,user="c"d"#).contains("no text in quotes"));
        assert!(refused(r#"task=a,time=b,key=k|"c""#).contains("\"c\" for every line"));
        assert!(refused("task=a,time=b,data.=c").contains("data.NAME"));
    }

    #[test]
    fn two_fields_never_share_a_name_in_the_data() {
        let names = |map: &str| -> Vec<String> {
            let map: FieldMap = format!("task=t,time=t,{map}").parse().unwrap();
            map.data().iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names("data=a.x,data=b.y"), ["x", "y"]);
        assert_eq!(names("data=a.x,data=b.x,data=c"), ["a.x", "b.x", "c"]);
        assert_eq!(names("data=a.x,data.y=b.x"), ["x", "y"]);
        for map in [
            "data=a,data=a",
            "data=a.x,data.x=b",
            "data.x=a,data.x=b",
            "data=a.x,data=b.x,data.b\\.x=c",
        ] {
            let map = format!("task=t,time=t,{map}");
            match map.parse::<FieldMap>() {
                Ok(map) => assert_eq!(map.data().len(), 3),
                Err(error) => assert!(error.to_string().contains("data.NAME=…"), "{error}"),
            }
        }
    }
}
