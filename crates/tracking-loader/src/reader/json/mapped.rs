//! Lines whose fields a user has named: JSON, or CSV with a header.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};
use tracking_core::{Data, Key, UserName, Zone};

use super::csv::Csv;
use super::map::{FieldMap, FieldSource};
use super::path::FieldPath;
use super::value::{fault, read_object, scalar};
use crate::LogRecord;
use crate::reader::text::read_text;
use crate::reader::words::given;
use crate::reader::{LineContent, LineError, LineFormat, Reason, TimeFormat};
use crate::record::NameCache;

/// Reads lines by a field map.
pub(in crate::reader) struct Mapped {
    map: FieldMap,
    time_format: TimeFormat,
    zone: Zone,
    names: NameCache,
    /// What the first line says, where that is the header of a table.
    csv: Option<Csv>,
}

impl Mapped {
    pub(in crate::reader) fn new(map: FieldMap, time_format: TimeFormat, zone: Zone) -> Self {
        Self {
            map,
            time_format,
            zone,
            names: NameCache::default(),
            csv: None,
        }
    }
}

impl fmt::Debug for Mapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mapped")
            .field("map", &self.map)
            .field("time_format", &self.time_format)
            .field("csv", &self.csv)
            .finish_non_exhaustive()
    }
}

impl LineFormat for Mapped {
    fn name(&self) -> &'static str {
        "map"
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        if let Some(csv) = self.csv.take() {
            let read = read_text(line, |text| self.row(&csv, text));
            self.csv = Some(csv);
            return read;
        }
        if !line.trim_ascii_start().starts_with(b"{") {
            self.csv = read_text(line, |text| Ok(Csv::of_header(text, &self.map)))?;
            if self.csv.is_some() {
                return Ok(LineContent::Nothing);
            }
        }
        read_object(line, |text, object| {
            let place = |path: &FieldPath| path.place_in(text);
            self.record(text, object, place).map(Into::into)
        })
    }

    fn state(&self) -> Option<String> {
        self.csv.as_ref().and_then(Csv::to_state)
    }

    fn resume(&mut self, state: &str) {
        self.csv = Csv::from_state(state);
    }
}

impl Mapped {
    fn row(&mut self, csv: &Csv, text: &str) -> Result<LineContent, LineError> {
        if csv.is_header(text) {
            return Ok(LineContent::Nothing);
        }
        let (object, cells) = csv.row(text)?;
        let place = |path: &FieldPath| {
            let cell = cells.iter().find(|(name, _)| path.first() == Some(name));
            cell.map_or(0, |(_, at)| *at)
        };
        self.record(text, object, place).map(Into::into)
    }

    fn record(
        &mut self,
        text: &str,
        mut object: Map<String, Value>,
        place: impl Fn(&FieldPath) -> usize,
    ) -> Result<LogRecord, LineError> {
        self.map.open_texts(&mut object);
        let fields = Fields {
            text,
            object: &object,
            place,
        };
        let record = self.named(&fields)?;
        let data = if self.map.data().is_empty() {
            let named = self.map.named();
            let chosen: Vec<_> = named.filter_map(|of| fields.chosen(of)).collect();
            for source in chosen {
                if let FieldSource::Path(path) = source {
                    let _gone = path.take(&mut object);
                }
            }
            object
        } else {
            let all = self.map.data().iter();
            let found = |(name, path): &(String, FieldPath)| {
                path.get(&object).map(|value| (name.clone(), value.clone()))
            };
            all.filter_map(found).collect()
        };
        let data = Data::try_from(data).map_err(|_| {
            let expected = "JSON of up to 100 levels";
            LineError::at(text, 0, Reason::Data, expected)
        })?;
        Ok(record.with_data(data))
    }

    /// The record of a line, still without its data.
    fn named(
        &mut self,
        line: &Fields<'_, impl Fn(&FieldPath) -> usize>,
    ) -> Result<LogRecord, LineError> {
        let (map, names) = (&self.map, &mut self.names);
        let task = line.value(map.task(), Reason::Task, "a task id", |value| {
            names.task(&scalar(value)?).ok()
        })?;
        let user = if map.user().is_empty() {
            UserName::nobody()
        } else {
            line.value(map.user(), Reason::User, "a user name", |value| {
                let name = scalar(value)?;
                names.user(given(&name).unwrap_or_default()).ok()
            })?
        };
        let looks = self.time_format.looks();
        let time = line.value(map.time(), Reason::Time, looks, |value| {
            self.time_format.read(&scalar(value)?, &self.zone)
        })?;
        let run = line.optional(map.run(), Reason::Run, "a text or a number", |value| {
            scalar(value).map(Cow::into_owned)
        })?;
        let key = line.optional(map.key(), Reason::Key, "a key", |value| {
            Key::new(&*scalar(value)?).ok()
        })?;
        Ok(LogRecord::new(task, user, time, Data::empty()).with(run, key))
    }
}

/// The fields of a line.
struct Fields<'l, P> {
    text: &'l str,
    object: &'l Map<String, Value>,
    /// Where a field stands in the line.
    place: P,
}

impl<P: Fn(&FieldPath) -> usize> Fields<'_, P> {
    /// Which of several fields counts: the first that says something, or else the first there is.
    fn chosen<'p>(&self, sources: &'p [FieldSource]) -> Option<&'p FieldSource> {
        let there = |source: &&FieldSource| source.get(self.object).is_some();
        let speaks = |source: &&FieldSource| match source {
            FieldSource::Literal(_) => true,
            FieldSource::Path(path) => path.get(self.object).is_some_and(is_present),
        };
        let mut all = sources.iter();
        all.clone().find(speaks).or_else(|| all.find(there))
    }

    fn value<T>(
        &self,
        sources: &[FieldSource],
        reason: Reason,
        expected: impl fmt::Display,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, LineError> {
        let Some(source) = self.chosen(sources).or(sources.first()) else {
            // Never taken: it is asked of what the map names.
            return Err(LineError::at(self.text, 0, reason, "a field"));
        };
        let found = source.get(self.object);
        found.and_then(read).ok_or_else(|| {
            let at = match source {
                FieldSource::Path(path) => (self.place)(path),
                FieldSource::Literal(_) => 0,
            };
            let found = found.map(|value| (at, value));
            fault(self.text, source, found, reason, expected)
        })
    }

    /// The same of what may be missing or null.
    fn optional<T>(
        &self,
        sources: &[FieldSource],
        reason: Reason,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, LineError> {
        let found = self.chosen(sources);
        let found = found.and_then(|source| source.get(self.object));
        if found.is_none_or(Value::is_null) {
            return Ok(None);
        }
        self.value(sources, reason, expected, read).map(Some)
    }
}

/// Whether it is neither null nor empty nor `-`.
fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => given(text).is_some(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a line, after those of a table's header.
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
            (record.session_id(), record.key().unwrap().as_str()),
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
    fn a_value_in_quotes_is_taken_where_the_line_has_none() {
        let map = r#"task=p|"(no page)",user=u|"no, \"one\"|",time=t,run=s"#;
        for line in [
            r#"{"t": 1}"#,
            r#"{"t": 1, "u": null, "p": "", "s": ""}"#,
            r#"{"t": 1, "u": "-", "s": "-"}"#,
        ] {
            let record = read(map, line).unwrap();
            assert_eq!(record.task().as_str(), "(no page)");
            assert_eq!(record.user().as_str(), r#"no, "one"|"#);
            assert_eq!(record.session_id(), None, "{line}");
        }
        let record = read(map, r#"{"t": 1, "u": "anna", "p": "/a", "s": 7}"#).unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("/a", "anna")
        );
        assert_eq!(
            (record.session_id(), record.data().as_str()),
            (Some("7"), "{}")
        );
    }

    #[test]
    fn what_says_nothing_is_no_user_and_no_session() {
        for nothing in ["", "-"] {
            let line =
                format!(r#"{{"p": "/a", "u": "{nothing}", "t": 1, "s": "{nothing}", "s2": "x"}}"#);
            let record = read("task=p,user=u,time=t,run=s", &line).unwrap();
            assert_eq!((record.user().as_str(), record.session_id()), ("", None));
            let record = read("task=p,user=u,time=t,run=s|s2", &line).unwrap();
            assert_eq!(record.session_id(), Some("x"));
        }
    }

    #[test]
    fn json_within_a_text_can_be_named() {
        let line = r#"{"log": "{\"user\": \"anna\", \"page\": {\"id\": 5}, \"ms\": 3}\n", "time": "2026-11-23T14:47:01.123456789Z", "stream": "stdout"}"#;
        let record = read("task=log.page.id,user=log.user,time=time", line).unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("5", "anna")
        );
        assert_eq!(
            record.data().as_str(),
            r#"{"log":{"ms":3,"page":{}},"stream":"stdout"}"#
        );
        // A text in which nothing is named stays a text.
        let record = read("task=stream,time=time", line).unwrap();
        assert!(record.data().get("log").unwrap().is_string());
        let error = read("task=log.x,time=time", r#"{"log": "started", "time": 1}"#).unwrap_err();
        assert_eq!(
            (error.reason, error.found.as_str()),
            (Reason::Task, "no such field")
        );
    }

    #[test]
    fn a_field_may_be_data_and_something_else_too() {
        let map = "task=p,time=t,run=s,data=s,data=a.x,data=b.x,data.deep=a";
        let line = r#"{"p": "/a", "t": 1, "s": "s1", "a": {"x": 1}, "b": {"x": 2}}"#;
        let record = read(map, line).unwrap();
        assert_eq!(record.session_id(), Some("s1"));
        assert_eq!(
            record.data().as_str(),
            r#"{"a.x":1,"b.x":2,"deep":{"x":1},"s":"s1"}"#
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let map: FieldMap = "task=p,time=t".parse().unwrap();
        let mut format = Mapped::new(map, TimeFormat::Auto, Zone::utc());
        let line = b"{\"p\": \"/caf\xe9\", \"t\": 1, \"agent\": \"\\xE9\"}";
        let record = format.read(line).unwrap().into_record().unwrap();
        assert_eq!(record.task().as_str(), r"/caf\x{E9}");
        assert_eq!(record.data().as_str(), r#"{"agent":"\\xE9"}"#);
    }

    #[test]
    fn a_table_is_read_by_its_header() {
        let map: FieldMap = "task=page,user=who|\"nobody\",time=when,run=session"
            .parse()
            .unwrap();
        let mut format = Mapped::new(map, "%d.%m.%Y".parse().unwrap(), Zone::utc());
        let header = b"when;who;page;session;note";
        assert_eq!(format.read(header).unwrap(), LineContent::Nothing);
        let state = format.state().unwrap();
        let record = format
            .read(b"23.11.2026;anna;\"/a;b\";;x")
            .unwrap()
            .into_record()
            .unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("/a;b", "anna")
        );
        assert_eq!(
            (record.session_id(), record.data().as_str()),
            (None, r#"{"note":"x"}"#)
        );
        assert_eq!(record.time().to_string(), "2026-11-23T00:00:00Z");
        assert_eq!(format.read(header).unwrap(), LineContent::Nothing);
        let error = format.read(b"31.11.2026;;/a;;").unwrap_err();
        assert_eq!((error.column, error.reason), (1, Reason::Time));
        let error = format.read(b"23.11.2026;anna;;;").unwrap_err();
        assert_eq!((error.column, error.reason), (17, Reason::Task));
        format.csv = None;
        format.resume(&state);
        let record = format
            .read(b"23.11.2026;;/a;s;")
            .unwrap()
            .into_record()
            .unwrap();
        assert_eq!(
            (record.user().as_str(), record.session_id()),
            ("nobody", Some("s"))
        );
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
