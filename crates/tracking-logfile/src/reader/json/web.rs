//! The JSON access logs of web servers.

use std::fmt;

use serde_json::{Map, Value};
use tracking_core::{Timestamp, Zone};

use super::path::FieldPath;
use super::value::{fault, object, scalar};
use crate::LogRecord;
use crate::reader::request::Request;
use crate::reader::{Format, LineContent, LineError, LineFormat, Reason, TimeFormat};
use crate::record::{AccessData, NO_PATH, Names};

/// Reads the JSON access log of one kind of server.
pub(in crate::reader) struct WebJson {
    format: Format,
    fields: Fields,
    zone: Zone,
    names: Names,
}

/// How the fields of a server are called; of several, the first that says something counts.
struct Fields {
    time: Vec<FieldPath>,
    host: Vec<FieldPath>,
    user: Vec<FieldPath>,
    /// Path and query.
    target: Vec<FieldPath>,
    /// The query, where it is not with the path.
    query: Vec<FieldPath>,
    /// Method, target and protocol in one.
    request: Vec<FieldPath>,
    method: Vec<FieldPath>,
    protocol: Vec<FieldPath>,
    status: Vec<FieldPath>,
    bytes: Vec<FieldPath>,
    referer: Vec<FieldPath>,
    agent: Vec<FieldPath>,
    vhost: Vec<FieldPath>,
}

fn paths(texts: &[&str]) -> Vec<FieldPath> {
    texts.iter().map(|text| FieldPath::of(text)).collect()
}

impl WebJson {
    /// nginx has no JSON format of its own; with `escape=json`, people name the fields after
    /// the variables.
    pub(in crate::reader) fn nginx(zone: Zone) -> Self {
        let fields = Fields {
            time: paths(&[
                "time_iso8601",
                "time_local",
                "msec",
                "@timestamp",
                "timestamp",
                "time",
                "ts",
            ]),
            host: paths(&["remote_addr"]),
            user: paths(&["remote_user"]),
            target: paths(&["request_uri", "uri"]),
            query: paths(&["args", "query_string"]),
            request: paths(&["request"]),
            method: paths(&["request_method"]),
            protocol: paths(&["server_protocol"]),
            status: paths(&["status"]),
            bytes: paths(&["body_bytes_sent", "bytes_sent"]),
            referer: paths(&["http_referer", "http_referrer"]),
            agent: paths(&["http_user_agent"]),
            vhost: paths(&["host", "http_host", "server_name"]),
        };
        Self::new(Format::Nginx, fields, zone)
    }

    pub(in crate::reader) fn caddy(zone: Zone) -> Self {
        let fields = Fields {
            time: paths(&["ts"]),
            host: paths(&[
                "request.client_ip",
                "request.remote_ip",
                "request.remote_addr",
            ]),
            user: paths(&["user_id"]),
            target: paths(&["request.uri"]),
            query: Vec::new(),
            request: Vec::new(),
            method: paths(&["request.method"]),
            protocol: paths(&["request.proto"]),
            status: paths(&["status"]),
            bytes: paths(&["size"]),
            referer: paths(&["request.headers.Referer[0]"]),
            agent: paths(&["request.headers.User-Agent[0]"]),
            vhost: paths(&["request.host"]),
        };
        Self::new(Format::Caddy, fields, zone)
    }

    pub(in crate::reader) fn traefik(zone: Zone) -> Self {
        let fields = Fields {
            time: paths(&["StartUTC", "StartLocal", "time"]),
            host: paths(&["ClientHost"]),
            user: paths(&["ClientUsername"]),
            target: paths(&["RequestPath"]),
            query: Vec::new(),
            request: Vec::new(),
            method: paths(&["RequestMethod"]),
            protocol: paths(&["RequestProtocol"]),
            status: paths(&["DownstreamStatus"]),
            bytes: paths(&["DownstreamContentSize"]),
            referer: paths(&["request_Referer"]),
            agent: paths(&["request_User-Agent"]),
            vhost: paths(&["RequestHost"]),
        };
        Self::new(Format::Traefik, fields, zone)
    }

    fn new(format: Format, fields: Fields, zone: Zone) -> Self {
        Self {
            format,
            fields,
            zone,
            names: Names::default(),
        }
    }

    /// The request, in whichever way the line has it.
    fn request(&self, line: &mut Line<'_>) -> Result<WholeRequest, LineError> {
        let whole = line.text(&self.fields.request, Reason::Request)?;
        let target = line.text(&self.fields.target, Reason::Request)?;
        let query = line.text(&self.fields.query, Reason::Request)?;
        let method = line.text(&self.fields.method, Reason::Request)?;
        let protocol = line.text(&self.fields.protocol, Reason::Request)?;
        let request = WholeRequest {
            whole,
            target,
            query,
            method,
            protocol,
        };
        match (&request.whole, &request.target) {
            (None, None) => Err(line.missing(&self.fields.target, Reason::Request, "the request")),
            _ => Ok(request),
        }
    }
}

impl fmt::Debug for WebJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebJson")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl LineFormat for WebJson {
    fn name(&self) -> &'static str {
        self.format.name()
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        let (text, object) = object(line)?;
        let mut line = Line { text, object };
        let fields = &self.fields;
        let time = line.time(&fields.time, &self.zone)?;
        let host = line
            .text(&fields.host, Reason::Host)?
            .ok_or_else(|| line.missing(&fields.host, Reason::Host, "the client's address"))?;
        let user = line.text(&fields.user, Reason::AuthUser)?;
        let request = self.request(&mut line)?;
        let status = line.number(&fields.status, Reason::Status)?;
        let bytes = line.number(&fields.bytes, Reason::Bytes)?;
        let referer = line.text(&fields.referer, Reason::Referer)?;
        let agent = line.text(&fields.agent, Reason::Agent)?;
        let vhost = line.text(&fields.vhost, Reason::VirtualHost)?;
        let parts = request.parts();
        let data = AccessData {
            agent: agent.as_deref(),
            bytes,
            host: Some(&host),
            method: parts.method,
            more: line.object,
            protocol: parts.protocol,
            query: parts.query,
            referer: referer.as_deref(),
            request: parts.raw,
            status,
            vhost: vhost.as_deref(),
            ..AccessData::default()
        };
        let unfit = |_| LineError::unfit(text);
        let task = self.names.task(parts.path).map_err(unfit)?;
        let user = self
            .names
            .user(user.as_deref().unwrap_or(&host))
            .map_err(unfit)?;
        Ok(LogRecord::new(task, user, time, data.to_data().map_err(unfit)?).into())
    }
}

/// A request as a line has it, in one or in parts.
struct WholeRequest {
    whole: Option<String>,
    target: Option<String>,
    query: Option<String>,
    method: Option<String>,
    protocol: Option<String>,
}

/// A request in parts; `raw` is there where it could not be taken apart.
struct Parts<'a> {
    path: &'a str,
    query: Option<&'a str>,
    method: Option<&'a str>,
    protocol: Option<&'a str>,
    raw: Option<&'a str>,
}

impl WholeRequest {
    fn parts(&self) -> Parts<'_> {
        let whole = self.whole.as_deref().and_then(Request::of);
        let target = self
            .target
            .as_deref()
            .map(|target| match target.split_once('?') {
                Some((path, query)) => (path, Some(query)),
                None => (target, None),
            });
        let (path, query) = match (whole, target) {
            // As it came in, before any rewriting.
            (Some(whole), _) => (Some(whole.path), whole.query),
            (None, Some((path, query))) => (Some(path), query),
            (None, None) => (None, None),
        };
        Parts {
            path: path.filter(|path| !path.is_empty()).unwrap_or(NO_PATH),
            query: query.or(self.query.as_deref()),
            method: whole.map(|whole| whole.method).or(self.method.as_deref()),
            protocol: whole
                .map(|whole| whole.protocol)
                .or(self.protocol.as_deref()),
            raw: self.whole.as_deref().filter(|_| path.is_none()),
        }
    }
}

/// A line, of which what is read is taken away.
struct Line<'t> {
    text: &'t str,
    object: Map<String, Value>,
}

impl Line<'_> {
    /// The first of the fields that says something; what stands for nothing goes with it.
    fn take<'p>(&mut self, paths: &'p [FieldPath]) -> Option<(&'p FieldPath, Value)> {
        let says = |value: &Value| {
            !value.is_null()
                && !value
                    .as_str()
                    .is_some_and(|text| text.is_empty() || text == "-")
        };
        let mut found = None;
        for path in paths {
            let Some(value) = path.get(&self.object) else {
                continue;
            };
            let speaks = says(value);
            // The others stay, to be told under their own names.
            if found.is_none() || !speaks {
                let value = path.take(&mut self.object);
                found = found.or(value.filter(|_| speaks).map(|value| (path, value)));
            }
        }
        found
    }

    fn text(&mut self, paths: &[FieldPath], reason: Reason) -> Result<Option<String>, LineError> {
        self.take(paths)
            .map(|(path, value)| match scalar(&value) {
                Some(text) if !text.contains('\0') => Ok(text.into_owned()),
                _ => Err(fault(self.text, path, Some(&value), reason, "a text")),
            })
            .transpose()
    }

    fn number<N: TryFrom<u64>>(
        &mut self,
        paths: &[FieldPath],
        reason: Reason,
    ) -> Result<Option<N>, LineError> {
        self.take(paths)
            .map(|(path, value)| {
                let number = scalar(&value).and_then(|text| text.parse::<u64>().ok());
                number
                    .and_then(|number| N::try_from(number).ok())
                    .ok_or_else(|| fault(self.text, path, Some(&value), reason, "a number"))
            })
            .transpose()
    }

    fn time(&mut self, paths: &[FieldPath], zone: &Zone) -> Result<Timestamp, LineError> {
        let format = TimeFormat::Auto;
        let Some((path, value)) = self.take(paths) else {
            return Err(self.missing(paths, Reason::Time, &format.looks().to_string()));
        };
        scalar(&value)
            .and_then(|text| format.read(&text, zone))
            .ok_or_else(|| fault(self.text, path, Some(&value), Reason::Time, format.looks()))
    }

    /// The error where none of the fields is there.
    fn missing(&self, paths: &[FieldPath], reason: Reason, expected: &str) -> LineError {
        match paths.first() {
            Some(path) => fault(self.text, path, None, reason, expected),
            None => LineError::unfit(self.text),
        }
    }
}
