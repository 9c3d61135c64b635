//! What a line says, in the words of a store.

mod access;
mod name_cache;

use serde::Serialize;
use serde::ser::SerializeMap;
use tracking_core::{Data, Key, NewTrack, Result, RunChoice, TaskId, Timestamp, UserName};

pub(crate) use access::{AccessData, AccessRecorder};
pub(crate) use name_cache::NameCache;

use crate::{AccessFormat, AccessLine};

/// The task of a line whose request has no path. No path can be like this: it holds a blank.
pub const NO_PATH: &str = "(no path)";

/// A line of a log as it goes into a store: who did what, and when; the run is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    task: TaskId,
    user: UserName,
    time: Timestamp,
    data: Data,
    session_id: Option<String>,
    key: Option<Key>,
    access_format: Option<AccessFormat>,
}

impl LogRecord {
    /// A record of its parts.
    pub fn new(task: TaskId, user: UserName, time: Timestamp, data: Data) -> Self {
        Self {
            task,
            user,
            time,
            data,
            session_id: None,
            key: None,
            access_format: None,
        }
    }

    /// Adds the session that the log gives for it. An empty one, or `-`, is none.
    #[must_use]
    pub fn with_session_id(self, session_id: impl Into<String>) -> Self {
        Self {
            session_id: Some(session_id.into()).filter(|hint| is_session(hint)),
            ..self
        }
    }

    /// Adds the key that the log gives for it.
    #[must_use]
    pub fn with_key(self, key: Key) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// The same with other data.
    pub(crate) fn with_data(self, data: Data) -> Self {
        Self { data, ..self }
    }

    /// Adds what the log gives of the two.
    pub(crate) fn with(self, session_id: Option<String>, key: Option<Key>) -> Self {
        Self {
            session_id: session_id.filter(|hint| is_session(hint)),
            key,
            ..self
        }
    }

    /// Takes an access line: the task is the request's path without its query, or [`NO_PATH`],
    /// the user the authenticated user or else the host.
    ///
    /// The data has `agent`, `bytes`, `host`, `ident`, `method`, `port`, `protocol`, `query`,
    /// `referer`, `status` and `vhost`, as far as they are in the line, and `request` where it
    /// could not be taken apart.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`](tracking_core::Error::InvalidName) where path or user are no names
    /// that a store keeps; a line that was parsed always has such.
    pub fn from_access(line: &AccessLine<'_>) -> Result<Self> {
        let task = TaskId::new(access::task(line))?;
        let user = UserName::new(access::user(line))?;
        let data = AccessData::from_line(line).to_data()?;
        Ok(Self {
            access_format: Some(line.format),
            ..Self::new(task, user, line.time, data)
        })
    }

    /// What it is about.
    pub fn task(&self) -> &TaskId {
        &self.task
    }

    /// Who it was.
    pub fn user(&self) -> &UserName {
        &self.user
    }

    /// When it was.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// What else the line says.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// The session that the log gives for it: records of one log with the same hint belong
    /// together, whatever their times. Nothing where the log knows of no sessions.
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// The key that the log gives for it.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Which of the two formats the line was in, where it was the line of an access log.
    pub fn access_format(&self) -> Option<AccessFormat> {
        self.access_format
    }

    /// The track to be saved, in a run, with its key.
    ///
    /// # Errors
    ///
    /// None that could be met: the parts are names and data already.
    pub fn into_track(self, run: impl Into<RunChoice>) -> Result<NewTrack> {
        let track = NewTrack::new(self.task, self.user, self.data)?;
        let track = track.at(self.time).in_run(run);
        Ok(match self.key {
            Some(key) => track.with_key(key),
            None => track,
        })
    }
}

/// Whether a text names a session: what stands for nothing does not, else all who have none would
/// share one for ever.
fn is_session(hint: &str) -> bool {
    !matches!(hint.trim(), "" | "-")
}

/// As in a JSON line of our own: key, task, run, user, time, data.
impl Serialize for LogRecord {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(key) = &self.key {
            map.serialize_entry("key", key)?;
        }
        map.serialize_entry("task", &self.task)?;
        if let Some(run) = &self.session_id {
            map.serialize_entry("run", run)?;
        }
        map.serialize_entry("user", &self.user)?;
        map.serialize_entry("time", &self.time)?;
        map.serialize_entry("data", &self.data)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: &str) -> LogRecord {
        LogRecord::from_access(&AccessLine::parse(line.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_line_with_everything_keeps_everything() {
        let record = record(
            r#"h id anna [23/Nov/2026:15:47:01 +0100] "GET /a?b=\"c\" HTTP/1.1" 200 5 "http://é/" "A/1""#,
        );
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("/a", "anna")
        );
        assert_eq!(record.time().to_string(), "2026-11-23T14:47:01Z");
        let expected = serde_json::json!({
            "agent": "A/1", "bytes": 5, "host": "h", "ident": "id", "method": "GET",
            "protocol": "HTTP/1.1", "query": "b=\\\"c\\\"", "referer": "http://é/", "status": 200,
        });
        assert_eq!(*record.data(), Data::try_from(expected).unwrap());
    }

    #[test]
    fn what_is_absent_is_omitted() {
        let record = record(r#"h - - [23/Nov/2026:15:47:01 +0100] "GET /a HTTP/1.1" 304 -"#);
        assert_eq!(record.user().as_str(), "h");
        let expected = serde_json::json!({
            "host": "h", "method": "GET", "protocol": "HTTP/1.1", "status": 304,
        });
        assert_eq!(*record.data(), Data::try_from(expected).unwrap());
    }

    #[test]
    fn a_request_without_a_path_has_a_task_that_no_path_can_be() {
        for request in ["GET /a", "-", "", "\\x16\\u001f"] {
            let line = format!(r#"h - - [23/Nov/2026:15:47:01 +0100] "{request}" 400 0"#);
            let record = record(&line);
            assert_eq!(record.task().as_str(), NO_PATH);
            let expected =
                serde_json::json!({"host": "h", "bytes": 0, "request": request, "status": 400});
            assert_eq!(*record.data(), Data::try_from(expected).unwrap());
        }
        let only_query = record(r#"h - - [23/Nov/2026:15:47:01 +0100] "GET ?a HTTP/1.0" 400 0"#);
        assert_eq!(only_query.task().as_str(), NO_PATH);
    }
}
