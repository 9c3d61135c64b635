//! What a line of a web server says, part by part, and the record that this makes.

use std::borrow::Cow;

use serde_json::{Map, Value};
use tracking_core::Timestamp;

use super::LineError;
use super::request::{Request, path_and_query};
use crate::LogRecord;
use crate::record::{AccessData, NO_PATH, NameCache};

/// The parts of a line, as far as it has them.
#[derive(Debug, Default)]
pub(super) struct WebEntry<'a> {
    pub(super) host: Option<Cow<'a, str>>,
    pub(super) ident: Option<Cow<'a, str>>,
    pub(super) user: Option<Cow<'a, str>>,
    /// Method, target and protocol in one.
    pub(super) request: Option<Cow<'a, str>>,
    /// Path and query.
    pub(super) target: Option<Cow<'a, str>>,
    /// The query, where it is not with the path.
    pub(super) query: Option<Cow<'a, str>>,
    pub(super) method: Option<Cow<'a, str>>,
    pub(super) protocol: Option<Cow<'a, str>>,
    pub(super) referer: Option<Cow<'a, str>>,
    pub(super) agent: Option<Cow<'a, str>>,
    pub(super) vhost: Option<Cow<'a, str>>,
    pub(super) port: Option<u16>,
    pub(super) status: Option<u16>,
    pub(super) bytes: Option<u64>,
    /// All else, under its own names.
    pub(super) more: Map<String, Value>,
}

impl WebEntry<'_> {
    /// Makes the record: the task is the path, or [`NO_PATH`], the user the one who was
    /// authenticated, or else the client.
    pub(super) fn record(
        self,
        line: &str,
        time: Timestamp,
        names: &mut NameCache,
    ) -> Result<LogRecord, LineError> {
        let unfit = |_| LineError::not_storable(line);
        let whole = self.request.as_deref().and_then(Request::of);
        let target = self.target.as_deref().map(path_and_query);
        let (path, query) = match (whole, target) {
            // As it came in, before any rewriting.
            (Some(whole), _) => (Some(whole.path), whole.query),
            (None, Some((path, query))) => (Some(path), query),
            (None, None) => (None, None),
        };
        let path = path.filter(|path| !path.is_empty());
        let data = AccessData {
            agent: self.agent.as_deref(),
            bytes: self.bytes,
            host: self.host.as_deref(),
            ident: self.ident.as_deref(),
            method: whole.map(|whole| whole.method).or(self.method.as_deref()),
            more: self.more,
            port: self.port,
            protocol: whole
                .map(|whole| whole.protocol)
                .or(self.protocol.as_deref()),
            query: query.or(self.query.as_deref()),
            referer: self.referer.as_deref(),
            request: self.request.as_deref().filter(|_| path.is_none()),
            status: self.status,
            vhost: self.vhost.as_deref(),
        };
        let task = names.task(path.unwrap_or(NO_PATH)).map_err(unfit)?;
        let user = self.user.as_deref().or(self.host.as_deref());
        let user = names.user(user.unwrap_or_default()).map_err(unfit)?;
        let data = data.to_data().map_err(unfit)?;
        Ok(LogRecord::new(task, user, time, data))
    }
}
