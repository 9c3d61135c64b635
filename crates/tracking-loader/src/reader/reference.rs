//! The record of the reference system: `time;001;principal;node;target;view;params`.

use serde_json::{Map, Value};
use tracking_core::{Data, Timestamp, Zone};
use tracking_logfile::record_format::{DATA_FIELDS, SEPARATOR, VERSION, unescape};

use super::text::read_text;
use super::{Format, LineContent, LineError, LineFormat, Reason, time};
use crate::LogRecord;
use crate::record::NameCache;

/// Reads records of the reference, whose times are in a zone that is not in the line.
#[derive(Clone, Debug)]
pub(super) struct ReferenceLog {
    zone: Zone,
    names: NameCache,
}

impl ReferenceLog {
    pub(super) fn new(zone: Zone) -> Self {
        Self {
            zone,
            names: NameCache::default(),
        }
    }
}

impl LineFormat for ReferenceLog {
    fn name(&self) -> &'static str {
        Format::Reference.name()
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        read_text(line, |text| self.record(text).map(Into::into))
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}

impl ReferenceLog {
    fn record(&mut self, text: &str) -> Result<LogRecord, LineError> {
        let mut fields = Fields {
            text,
            rest: Some(text),
        };
        let time = self.time(&mut fields)?;
        let principal = unescape(fields.next(Reason::User, "the principal")?);
        let at = fields.at();
        let values = [
            fields.next(Reason::Fields, "the node")?,
            fields.next(Reason::Fields, "the target")?,
            fields.next(Reason::Fields, "the view")?,
            fields.last(Reason::Fields, "the params")?,
        ]
        .map(unescape);
        let [node, target, ..] = &values;
        let task = if target.is_empty() { node } else { target };
        let fault = |_| LineError::at(text, at, Reason::Task, "a target or a node");
        let task = self.names.task(task).map_err(fault)?;
        let unfit = |_| LineError::not_storable(text);
        let user = self.names.user(&principal).map_err(unfit)?;
        let fields = DATA_FIELDS.iter().zip(&values);
        let data: Map<String, Value> = fields
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_ref())))
            .collect();
        let data = Data::try_from(data).map_err(unfit)?;
        Ok(LogRecord::new(task, user, time, data))
    }

    /// What stands before the principal.
    fn time(&self, fields: &mut Fields<'_>) -> Result<Timestamp, LineError> {
        let at = fields.at();
        let time = time::iso_time(fields.next(Reason::Time, "the time")?, &self.zone);
        let time = time.ok_or_else(|| {
            let expected = "a time like 2026-11-23 15:47:01,123";
            LineError::at(fields.text, at, Reason::Time, expected)
        })?;
        let (at, expected) = (fields.at(), "the version 001");
        if fields.next(Reason::Version, expected)? == VERSION {
            Ok(time)
        } else {
            Err(LineError::at(fields.text, at, Reason::Version, expected))
        }
    }
}

/// What comes between separators.
struct Fields<'a> {
    text: &'a str,
    /// Nothing after the last one.
    rest: Option<&'a str>,
}

impl<'a> Fields<'a> {
    fn at(&self) -> usize {
        self.text.len() - self.rest.unwrap_or_default().len()
    }

    fn next(&mut self, reason: Reason, expected: &'static str) -> Result<&'a str, LineError> {
        let rest = self.last(reason, expected)?;
        let (field, rest) = match rest.split_once(SEPARATOR) {
            Some((field, rest)) => (field, Some(rest)),
            None => (rest, None),
        };
        self.rest = rest;
        Ok(field)
    }

    /// All that is left, separators and all.
    fn last(&self, reason: Reason, expected: &'static str) -> Result<&'a str, LineError> {
        self.rest
            .ok_or_else(|| LineError::at(self.text, self.text.len(), reason, expected))
    }
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    fn read(line: &str) -> Result<LogRecord, LineError> {
        let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
        let content = ReferenceLog::new(zone).read(line.as_bytes())?;
        Ok(content.into_record().unwrap())
    }

    #[test]
    fn a_record_has_its_parts() {
        let record =
            read("2008-11-23 15:47:01,123;001;users.anna;home;lesson-1;view.html;page=2").unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("lesson-1", "users.anna")
        );
        assert_eq!(record.time().to_string(), "2008-11-23T14:47:01.123Z");
        assert_eq!(
            record.data().as_str(),
            r#"{"node":"home","params":"page=2","target":"lesson-1","view":"view.html"}"#
        );
    }

    #[test]
    fn without_a_target_the_node_is_the_task() {
        let record = read("2008-11-23 15:47:01,123;001;;home;;;").unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("home", "")
        );
        assert_eq!(record.data().as_str(), r#"{"node":"home"}"#);
    }

    #[test]
    fn surplus_separators_belong_to_the_last_field() {
        let record = read("2008-11-23 15:47:01,123;001;u;n;t;v;a;b;;c").unwrap();
        assert_eq!(record.data().get("params").unwrap(), "a;b;;c");
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        for (line, column, reason) in [
            ("", 1, Reason::Time),
            ("yesterday;001;u;n;t;v;p", 1, Reason::Time),
            ("2008-11-31 15:47:01,123;001;u;n;t;v;p", 1, Reason::Time),
            ("2008-11-23 15:47:01,123", 24, Reason::Version),
            (
                "2008-11-23 15:47:01,123;Test message #1",
                25,
                Reason::Version,
            ),
            ("2008-11-23 15:47:01,123;001", 28, Reason::User),
            ("2008-11-23 15:47:01,123;001;ü;n;t", 34, Reason::Fields),
            ("2008-11-23 15:47:01,123;001;u;n;t;v", 36, Reason::Fields),
            ("2008-11-23 15:47:01,123;001;u;;;v;p", 31, Reason::Task),
        ] {
            let error = read(line).unwrap_err();
            assert_eq!((error.column, error.reason), (column, reason), "{line}");
        }
    }
}
