//! What a line says, in the words of a store.

use serde::Serialize;
use tracking_core::{Data, NewTrack, Result, RunChoice, TaskId, Timestamp, UserName};

use crate::AccessLine;

/// The task of a line whose request has no path. No path can be like this: it holds a blank.
pub const NO_PATH: &str = "(no path)";

/// A line of a log as it goes into a store: who did what, and when; the run is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    task: TaskId,
    user: UserName,
    time: Timestamp,
    data: Data,
}

/// The data of an access line. Absent parts are left out. The fields stand in the order of their
/// names, so that what is written is [`Data`]'s canonical text.
#[derive(Serialize)]
struct AccessData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    host: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ident: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referer: Option<&'a str>,
    /// Only where its parts are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    status: u16,
}

impl LogRecord {
    /// Takes an access line: the task is the request's path without its query, or [`NO_PATH`],
    /// the user the authenticated user or else the host.
    ///
    /// The data has `agent`, `bytes`, `host`, `ident`, `method`, `protocol`, `query`, `referer`
    /// and `status`, as far as they are in the line, and `request` where it could not be taken
    /// apart.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`](tracking_core::Error::InvalidName) where path or user are no names
    /// that a store keeps; a line that was parsed always has such.
    pub fn from_access(line: &AccessLine<'_>) -> Result<Self> {
        let path = line.path.filter(|path| !path.is_empty());
        let data = AccessData {
            agent: line.agent,
            bytes: line.bytes,
            host: line.host,
            ident: line.ident,
            method: line.method,
            protocol: line.protocol,
            query: line.query,
            referer: line.referer,
            request: line.path.is_none().then_some(line.request),
            status: line.status,
        };
        let data = match serde_json::to_string(&data) {
            Ok(text) => Data::from_canonical(text),
            // Never taken: there is nothing in it that could not be written.
            Err(_) => Data::of(&data)?,
        };
        Ok(Self {
            task: TaskId::new(path.unwrap_or(NO_PATH))?,
            user: UserName::new(line.authuser.unwrap_or(line.host))?,
            time: line.time,
            data,
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

    /// The track to be saved, in a run.
    ///
    /// # Errors
    ///
    /// None that could be met: the parts are names and data already.
    pub fn into_track(self, run: impl Into<RunChoice>) -> Result<NewTrack> {
        let track = NewTrack::new(self.task, self.user, self.data)?;
        Ok(track.at(self.time).in_run(run))
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
    fn what_is_absent_is_left_out() {
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
