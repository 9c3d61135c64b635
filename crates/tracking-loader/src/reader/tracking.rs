//! Our own JSON lines: what the record logger writes, and a track as a store writes it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use tracking_core::{Data, Key, Timestamp};

use super::json::{JsonText, no_json, scalar};
use super::text::text_of;
use super::{Format, LineContent, LineError, LineFormat, Reason};
use crate::LogRecord;
use crate::record::NameCache;

/// Reads JSON objects with `task`, `user` and `time`, and perhaps `key`, `run` and `data`.
#[derive(Clone, Debug)]
pub(super) struct TrackingLog {
    names: NameCache,
}

/// The fields, still to be looked at one by one so that each fault has its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    /// The number that a store gave; here the tracks get new ones.
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    key: Option<JsonText<'a>>,
    #[serde(borrow)]
    task: JsonText<'a>,
    #[serde(borrow, default)]
    run: Option<&'a RawValue>,
    #[serde(borrow)]
    user: JsonText<'a>,
    #[serde(borrow)]
    time: JsonText<'a>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

impl TrackingLog {
    pub(super) fn new() -> Self {
        Self {
            names: NameCache::default(),
        }
    }
}

impl LineFormat for TrackingLog {
    fn name(&self) -> &'static str {
        Format::Tracking.name()
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        let text = text_of(line)?;
        let fields: Fields<'_> = serde_json::from_str(text).map_err(|e| no_json(text, &e))?;
        let fault = |name, reason, expected, found: &str| {
            LineError::at(text, column_of(text, name), reason, expected).finding_text(found)
        };
        let task = self
            .names
            .task(&fields.task.0)
            .map_err(|_| fault("task", Reason::Task, "a task id", &fields.task.0))?;
        let user = self
            .names
            .user(&fields.user.0)
            .map_err(|_| fault("user", Reason::User, "a user name", &fields.user.0))?;
        let time: Timestamp = fields.time.0.parse().map_err(|_| {
            let expected = "a time like 2026-11-23T15:47:01.123456Z";
            fault("time", Reason::Time, expected, &fields.time.0)
        })?;
        let data = match fields.data {
            None => Data::empty(),
            Some(raw) => raw.get().parse().map_err(|_| {
                let expected = "a JSON object of up to 100 levels";
                fault("data", Reason::Data, expected, raw.get())
            })?,
        };
        let run = fields.run.filter(|run| run.get() != "null");
        let run = run.map(|run| {
            let expected = "a number or a text";
            session_id(run).ok_or_else(|| fault("run", Reason::Run, expected, run.get()))
        });
        let key = fields.key.map(|key| {
            let key_result = Key::new(key.0.as_ref());
            key_result.map_err(|_| fault("key", Reason::Key, "a key", &key.0))
        });
        let record = LogRecord::new(task, user, time, data);
        Ok(record.with(run.transpose()?, key.transpose()?).into())
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}

/// The run as text, whatever kind of JSON it is.
fn session_id(run: &RawValue) -> Option<String> {
    let value = serde_json::from_str(run.get()).ok()?;
    scalar(&value).map(Cow::into_owned)
}

/// Where a field starts, near enough to find it.
fn column_of(text: &str, name: &str) -> usize {
    text.find(&format!("\"{name}\"")).unwrap_or_default()
}
