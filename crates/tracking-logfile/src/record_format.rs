//! The two forms of a record in a log. `RecordLogger` writes them, and `tracking-loader` reads them.
//!
//! **JSON line**: one object with the fields `key`, `task`, `run`, `user`, `time` and `data`, in this
//! order. `key` and `run` are left out if there is none. `time` is RFC 3339 in UTC to the
//! microsecond. JSON's own escapes keep everything on one line.
//!
//! **Reference record**: `time;001;principal;node;target;view;params`. The time is in [`TIME_FORMAT`],
//! in a zone that is not in the line. Separators, line breaks and backslashes within a value are
//! [escaped](escape_into), so a line of `RecordLogger` always has seven fields. The reference system
//! itself writes no escapes. [`unescape`] leaves everything else as it is, so such lines are read as
//! they are, unless a value holds one of the four escapes.
//!
//! As a track, a reference record has the principal as its user. Its task is the target, or the node
//! if the target is empty. Its data are those of [`DATA_FIELDS`] that are not empty.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracking_core::{Data, RunId, Timestamp};

/// The fields of a JSON line. Another field is an error, so no other log is taken for ours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JsonLine<'a> {
    /// The name of this record, under which a store saves it once only.
    #[serde(borrow, default)]
    pub(crate) key: Option<Cow<'a, str>>,
    /// What it is about.
    #[serde(borrow)]
    pub(crate) task: Cow<'a, str>,
    /// The store's run that it belongs to, where the program knows.
    #[serde(default)]
    pub(crate) run: Option<RunId>,
    /// Who it was.
    #[serde(borrow)]
    pub(crate) user: Cow<'a, str>,
    /// When it was.
    pub(crate) time: Timestamp,
    /// What else there is to say.
    #[serde(default)]
    pub(crate) data: Cow<'a, Data>,
}

/// The fields before the data.
#[derive(Serialize)]
struct Head<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    task: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunId>,
    user: &'a str,
    time: Timestamp,
}

impl JsonLine<'_> {
    /// The line, without its line feed.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        let mut line = serde_json::to_string(&Head {
            key: self.key.as_deref(),
            task: &self.task,
            run: self.run,
            user: &self.user,
            time: self.time,
        })?;
        // The brace of the head; the data go before it.
        line.pop();
        line.push_str(r#","data":"#);
        line.push_str(&object(&self.data)?);
        line.push('}');
        Ok(line)
    }
}

/// The text of data on one line: as it is kept, and only where somebody has made it of a text in
/// another form, rewritten.
fn object(data: &Data) -> serde_json::Result<Cow<'_, str>> {
    let text = data.as_str();
    let is_line = text.starts_with('{') && !text.contains(['\n', '\r']);
    if is_line && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Ok(Cow::Borrowed(text));
    }
    let object: Map<String, Value> = serde_json::from_str(text)?;
    serde_json::to_string(&object).map(Cow::Owned)
}

/// What separates the fields of a reference record.
pub const SEPARATOR: char = ';';

/// The second field of a reference record: the version of what follows.
pub const VERSION: &str = "001";

/// How the time of a reference record, and of a message, is written (for `chrono`).
pub const TIME_FORMAT: &str = "%Y-%m-%d %H:%M:%S,%3f";

/// The fields of a reference record after its principal: keys of the data, all of them text.
pub const DATA_FIELDS: [&str; 4] = ["node", "target", "view", "params"];

/// Writes a value of a reference record so that it is one field: a backslash as `\\`, a line
/// feed as `\n`, a carriage return as `\r`, the separator as `\:`.
pub fn escape_into(line: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            SEPARATOR => line.push_str(r"\:"),
            c => escape_break(line, c),
        }
    }
}

/// The same without the separator, for a text that is the last field of its line.
pub(crate) fn escape_breaks_into(line: &mut String, text: &str) {
    text.chars().for_each(|c| escape_break(line, c));
}

fn escape_break(line: &mut String, c: char) {
    match c {
        '\\' => line.push_str(r"\\"),
        '\n' => line.push_str(r"\n"),
        '\r' => line.push_str(r"\r"),
        c => line.push(c),
    }
}

/// Undoes [`escape_into`]. A backslash before anything else, or at the end, stays.
pub fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let (c, taken) = match after.as_bytes().first() {
            Some(b'\\') => ('\\', 1),
            Some(b'n') => ('\n', 1),
            Some(b'r') => ('\r', 1),
            Some(b':') => (SEPARATOR, 1),
            _ => ('\\', 0),
        };
        text.push(c);
        rest = after.get(taken..).unwrap_or_default();
    }
    text.push_str(rest);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(value: &str) -> String {
        let mut line = String::new();
        escape_into(&mut line, value);
        line
    }

    #[test]
    fn data_of_a_text_in_another_form_is_written_on_one_line() {
        let written = |text: &str| object(&Data::from_canonical(text)).map(Cow::into_owned);
        assert_eq!(written(r#"{"a":"\n"}"#).unwrap(), r#"{"a":"\n"}"#);
        assert_eq!(written("{\n  \"a\": 1\r\n}").unwrap(), r#"{"a":1}"#);
        for text in ["", "[1]", "1", r#"{"a":1}}"#, "{\"a\":\"\n\"}", "{a:1}"] {
            assert!(written(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_is_one_field_of_one_line() {
        assert_eq!(escaped("a;b\\c\nd\r"), r"a\:b\\c\nd\r");
        assert_eq!(escaped("Ü;\u{2028}\"'"), "Ü\\:\u{2028}\"'");
    }

    #[test]
    fn what_is_no_escape_stays_as_it_is() {
        for value in [r"C:\temp\", r"\", r"\x3b", r"\ö", ""] {
            assert_eq!(unescape(value), value);
        }
        assert_eq!(unescape(r"\\n"), r"\n");
    }

    #[test]
    fn a_json_line_has_its_fields_in_order_and_omits_what_is_not_there() {
        let data: Data = r#"{"b": "1\n2", "a": 1}"#.parse().unwrap();
        let mut line = JsonLine {
            key: Some("k;1".into()),
            task: "t".into(),
            run: RunId::new(7),
            user: "ü".into(),
            time: "2026-11-23T15:47:01.1Z".parse().unwrap(),
            data: Cow::Borrowed(&data),
        };
        let text = r#""user":"ü","time":"2026-11-23T15:47:01.100Z","data":{"a":1,"b":"1\n2"}}"#;
        assert_eq!(
            line.to_json().unwrap(),
            format!(r#"{{"key":"k;1","task":"t","run":7,{text}"#)
        );
        (line.key, line.run) = (None, None);
        assert_eq!(line.to_json().unwrap(), format!(r#"{{"task":"t",{text}"#));
    }

    proptest! {
        #[test]
        fn every_value_comes_back(value: String) {
            let field = escaped(&value);
            prop_assert!(!field.contains([SEPARATOR, '\n', '\r']));
            prop_assert_eq!(unescape(&field), value);
        }

        #[test]
        fn every_text_is_unescaped_to_something(value: String, pairs in r"(\\[\\nr:xé]){0,9}\\?") {
            let text = unescape(&pairs).into_owned() + &unescape(&value);
            prop_assert!(text.len() <= pairs.len() + value.len());
        }

        #[test]
        fn every_json_line_comes_back(
            key: Option<String>, task: String, run in any::<Option<u64>>(), user: String,
            value: String, micros in -62_167_219_200_000_000_i64..253_402_300_800_000_000,
        ) {
            let data = Data::from_serialize(&serde_json::json!({value.clone(): value})).unwrap();
            let line = JsonLine {
                key: key.as_deref().map(Cow::Borrowed),
                task: Cow::Borrowed(&task),
                run: run.and_then(RunId::new),
                user: Cow::Borrowed(&user),
                time: Timestamp::from_micros(micros).unwrap(),
                data: Cow::Borrowed(&data),
            };
            let text = line.to_json().unwrap();
            prop_assert!(!text.contains(['\n', '\r']));
            let back: JsonLine<'_> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!((&back.key, &back.task, back.run), (&line.key, &line.task, line.run));
            prop_assert_eq!((back.user, back.time, back.data), (line.user, line.time, line.data));
        }
    }
}
