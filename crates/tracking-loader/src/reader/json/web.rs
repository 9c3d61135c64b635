//! The JSON access logs of web servers.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};
use tracking_core::{Timestamp, Zone};

use super::path::FieldPath;
use super::value::{fault, read_object, scalar};
use crate::LogRecord;
use crate::reader::web::WebEntry;
use crate::reader::{Format, LineContent, LineError, LineFormat, Reason, TimeFormat};
use crate::record::NameCache;

/// Reads the JSON access log of one kind of server.
#[derive(Clone)]
pub(in crate::reader) struct WebJson {
    name: &'static str,
    fields: WebFields,
    time_format: TimeFormat,
    zone: Zone,
    names: NameCache,
}

/// How the fields of a server are called; of several, the first that says something counts.
#[derive(Clone, Default)]
pub(in crate::reader) struct WebFields {
    pub(in crate::reader) time: Vec<FieldPath>,
    pub(in crate::reader) host: Vec<FieldPath>,
    pub(in crate::reader) ident: Vec<FieldPath>,
    pub(in crate::reader) user: Vec<FieldPath>,
    /// Path and query.
    pub(in crate::reader) target: Vec<FieldPath>,
    /// The query, where it is not with the path.
    pub(in crate::reader) query: Vec<FieldPath>,
    /// Method, target and protocol in one.
    pub(in crate::reader) request: Vec<FieldPath>,
    pub(in crate::reader) method: Vec<FieldPath>,
    pub(in crate::reader) protocol: Vec<FieldPath>,
    pub(in crate::reader) status: Vec<FieldPath>,
    pub(in crate::reader) bytes: Vec<FieldPath>,
    pub(in crate::reader) referer: Vec<FieldPath>,
    pub(in crate::reader) agent: Vec<FieldPath>,
    pub(in crate::reader) vhost: Vec<FieldPath>,
    pub(in crate::reader) port: Vec<FieldPath>,
}

fn paths(texts: &[&str]) -> Vec<FieldPath> {
    texts.iter().map(|text| FieldPath::of(text)).collect()
}

impl WebJson {
    /// nginx has no JSON format of its own; with `escape=json`, people name the fields after
    /// the variables.
    pub(in crate::reader) fn nginx(zone: Zone) -> Self {
        let fields = WebFields {
            time: paths(&[
                "time_iso8601",
                "time_local",
                "msec",
                "@timestamp",
                "timestamp",
                "time",
                "ts",
                "date",
            ]),
            host: paths(&["remote_addr", "remote_ip", "client_ip", "clientip", "ip"]),
            user: paths(&["remote_user", "user"]),
            target: paths(&["request_uri", "uri", "path", "url"]),
            query: paths(&["args", "query_string"]),
            request: paths(&["request"]),
            method: paths(&["request_method", "method"]),
            protocol: paths(&["server_protocol", "protocol"]),
            status: paths(&["status"]),
            bytes: paths(&["body_bytes_sent", "bytes_sent", "bytes", "length"]),
            referer: paths(&["http_referer", "http_referrer", "referer", "referrer"]),
            agent: paths(&["http_user_agent", "user_agent", "agent"]),
            vhost: paths(&["host", "http_host", "server_name", "vhost"]),
            port: paths(&["server_port"]),
            ..WebFields::default()
        };
        Self::new(Format::Nginx.name(), fields, TimeFormat::Auto, zone)
    }

    pub(in crate::reader) fn caddy(zone: Zone) -> Self {
        let fields = WebFields {
            time: paths(&["ts"]),
            host: paths(&[
                "request.client_ip",
                "request.remote_ip",
                "request.remote_addr",
            ]),
            user: paths(&["user_id"]),
            target: paths(&["request.uri"]),
            method: paths(&["request.method"]),
            protocol: paths(&["request.proto"]),
            status: paths(&["status"]),
            bytes: paths(&["size"]),
            referer: paths(&["request.headers.Referer[0]"]),
            agent: paths(&["request.headers.User-Agent[0]"]),
            vhost: paths(&["request.host"]),
            ..WebFields::default()
        };
        Self::new(Format::Caddy.name(), fields, TimeFormat::Auto, zone)
    }

    pub(in crate::reader) fn traefik(zone: Zone) -> Self {
        let fields = WebFields {
            time: paths(&["StartUTC", "StartLocal", "time"]),
            host: paths(&["ClientHost"]),
            user: paths(&["ClientUsername"]),
            target: paths(&["RequestPath"]),
            method: paths(&["RequestMethod"]),
            protocol: paths(&["RequestProtocol"]),
            status: paths(&["DownstreamStatus"]),
            bytes: paths(&["DownstreamContentSize"]),
            referer: paths(&["request_Referer"]),
            agent: paths(&["request_User-Agent"]),
            vhost: paths(&["RequestHost"]),
            ..WebFields::default()
        };
        Self::new(Format::Traefik.name(), fields, TimeFormat::Auto, zone)
    }

    /// Reads lines of which this says what their fields are called.
    pub(in crate::reader) fn new(
        name: &'static str,
        fields: WebFields,
        time_format: TimeFormat,
        zone: Zone,
    ) -> Self {
        Self {
            name,
            fields,
            time_format,
            zone,
            names: NameCache::default(),
        }
    }
}

impl fmt::Debug for WebJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebJson")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl LineFormat for WebJson {
    fn name(&self) -> &'static str {
        self.name
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        read_object(line, |text, object| {
            self.record(Line { text, object }).map(Into::into)
        })
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}

impl WebJson {
    fn record(&mut self, mut line: Line<'_>) -> Result<LogRecord, LineError> {
        let fields = &self.fields;
        let time = line.time(&fields.time, &self.time_format, &self.zone)?;
        let host = line.text(&fields.host, Reason::Host)?;
        if host.is_none() && !fields.host.is_empty() {
            return Err(line.missing(&fields.host, Reason::Host, "the client's address"));
        }
        let user = line.text(&fields.user, Reason::AuthUser)?;
        let request = line.text(&fields.request, Reason::Request)?;
        let target = line.text(&fields.target, Reason::Request)?;
        if request.is_none() && target.is_none() {
            return Err(line.missing(&fields.target, Reason::Request, "the request"));
        }
        let cow = |text: Option<String>| text.map(Cow::Owned);
        let entry = WebEntry {
            host: cow(host),
            ident: cow(line.text(&fields.ident, Reason::Ident)?),
            user: cow(user),
            request: cow(request),
            target: cow(target),
            query: cow(line.text(&fields.query, Reason::Request)?.map(without_mark)),
            method: cow(line.text(&fields.method, Reason::Request)?),
            protocol: cow(line.text(&fields.protocol, Reason::Request)?),
            status: line.number(&fields.status, Reason::Status)?,
            bytes: line.number(&fields.bytes, Reason::Bytes)?,
            referer: cow(line.text(&fields.referer, Reason::Referer)?),
            agent: cow(line.text(&fields.agent, Reason::Agent)?),
            vhost: cow(line.text(&fields.vhost, Reason::VirtualHost)?),
            port: line.number(&fields.port, Reason::VirtualHost)?,
            more: line.object,
        };
        entry.record(line.text, time, &mut self.names)
    }
}

/// Apache writes a query with its question mark.
fn without_mark(query: String) -> String {
    match query.strip_prefix('?') {
        Some(query) => query.to_owned(),
        None => query,
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
                _ => Err(self.fault(path, &value, reason, "a text")),
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
                    .ok_or_else(|| self.fault(path, &value, reason, "a number"))
            })
            .transpose()
    }

    fn time(
        &mut self,
        paths: &[FieldPath],
        format: &TimeFormat,
        zone: &Zone,
    ) -> Result<Timestamp, LineError> {
        let Some((path, value)) = self.take(paths) else {
            return Err(self.missing(paths, Reason::Time, &format.looks().to_string()));
        };
        scalar(&value)
            .and_then(|text| format.read(&text, zone))
            .ok_or_else(|| self.fault(path, &value, Reason::Time, format.looks()))
    }

    fn fault(
        &self,
        path: &FieldPath,
        found: &Value,
        reason: Reason,
        expected: impl fmt::Display,
    ) -> LineError {
        let at = path.place_in(self.text);
        fault(self.text, path, Some((at, found)), reason, expected)
    }

    /// The error where none of the fields is there.
    fn missing(&self, paths: &[FieldPath], reason: Reason, expected: &str) -> LineError {
        match paths.first() {
            Some(path) => fault(self.text, path, None, reason, expected),
            None => LineError::not_storable(self.text),
        }
    }
}
