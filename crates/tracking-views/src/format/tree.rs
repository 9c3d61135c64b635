//! Data as a tree, walked without recursion so that every renderer can follow in a loop.

use std::borrow::Cow;
use std::iter::Enumerate;
use std::slice;

use serde_json::{Map, Value, map};
use tracking_core::DataRef;

use super::changes::with_changes;

/// A step of the walk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// A value without parts: its name, what it is, and how it is written.
    Leaf(Cow<'a, str>, Kind, Cow<'a, str>),
    /// An object or a list with parts begins: its name, and how many parts it has.
    Enter(Cow<'a, str>, String),
    /// It ends.
    Leave,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    /// True, false, null, or a text, an object or a list in which there is nothing.
    Word,
}

impl Kind {
    /// Its class in HTML.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Text => "text-value",
            Self::Number => "number-value",
            Self::Word => "word-value",
        }
    }
}

/// Reads data, to be walked; text that is no object becomes one value that shows it. Of data that
/// says what changed, each change is a value.
pub(crate) fn read(data: DataRef<'_>) -> Map<String, Value> {
    let read = data.deserialize().unwrap_or_else(|_| {
        let formatted = ("(unreadable)".to_owned(), Value::from(data.as_str()));
        Map::from_iter([formatted])
    });
    with_changes(&read).unwrap_or(read)
}

/// A walk through data that was read.
#[derive(Debug)]
pub(crate) struct Steps<'a> {
    levels: Vec<Parts<'a>>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(data: &'a Map<String, Value>) -> Self {
        Self {
            levels: vec![Parts::Object(data.iter())],
        }
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        let Some((name, value)) = self.levels.last_mut()?.next() else {
            self.levels.pop();
            return (!self.levels.is_empty()).then_some(Step::Leave);
        };
        Some(match Parts::of(value) {
            Some((parts, size)) => {
                self.levels.push(parts);
                Step::Enter(name, size)
            }
            None => leaf(name, value),
        })
    }
}

/// What is left of an object or a list.
#[derive(Debug)]
enum Parts<'a> {
    Object(map::Iter<'a>),
    List(Enumerate<slice::Iter<'a, Value>>),
}

impl<'a> Parts<'a> {
    /// The parts of a value, and how many there are; nothing where it has none.
    fn of(value: &'a Value) -> Option<(Self, String)> {
        let sized = |number: usize, one, many| {
            super::counted(u64::try_from(number).unwrap_or(u64::MAX), one, many)
        };
        match value {
            Value::Object(map) if !map.is_empty() => {
                let size = sized(map.len(), "field", "fields");
                Some((Self::Object(map.iter()), size))
            }
            Value::Array(list) if !list.is_empty() => {
                let size = sized(list.len(), "item", "items");
                Some((Self::List(list.iter().enumerate()), size))
            }
            _ => None,
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = (Cow<'a, str>, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Object(map) => map.next().map(|(name, value)| (name.into(), value)),
            Self::List(list) => list
                .next()
                .map(|(index, value)| ((index + 1).to_string().into(), value)),
        }
    }
}

fn leaf<'a>(name: Cow<'a, str>, value: &'a Value) -> Step<'a> {
    match value {
        Value::String(text) if text.is_empty() => Step::Leaf(name, Kind::Word, "\"\"".into()),
        Value::String(text) => Step::Leaf(name, Kind::Text, text.into()),
        Value::Number(number) => Step::Leaf(name, Kind::Number, number.to_string().into()),
        other => Step::Leaf(name, Kind::Word, other.to_string().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(json: &str) -> Vec<String> {
        let map = read(DataRef::from_canonical(json));
        let seen = Steps::new(&map).map(|step| match step {
            Step::Leaf(name, kind, text) => format!("{name}={text} {kind:?}"),
            Step::Enter(name, size) => format!("{name} ({size})"),
            Step::Leave => "end".into(),
        });
        seen.collect()
    }

    #[test]
    fn a_walk_enters_and_leaves_what_has_parts() {
        let expected = [
            "a (1 item)",
            "1 (1 field)",
            "b=1.5 Number",
            "end",
            "end",
            "c={} Word",
            "cc=\"\" Word",
            "d=x Text",
            "e=null Word",
        ];
        let json = r#"{"a":[{"b":1.5}],"c":{},"cc":"","d":"x","e":null}"#;
        assert_eq!(walk(json), expected);
        assert_eq!(walk("{}"), Vec::<String>::new());
    }

    #[test]
    fn text_that_is_no_object_is_shown_as_it_is() {
        assert_eq!(walk("]["), ["(unreadable)=][ Text"]);
    }
}
