//! What a line of a web server becomes.

use serde::Serialize;
use serde_json::{Map, Value};
use tracking_core::{Data, Result};

use super::{LogRecord, NO_PATH, NameCache};
use crate::reader::extra_fields;
use crate::{AccessLine, LineError};

/// The data of a line of a web server, whatever its format. Absent parts are left out. The
/// fields stand in the order of their names, so that what is written is [`Data`]'s canonical text.
#[derive(Debug, Default, Serialize)]
pub(crate) struct AccessData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ident: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<&'a str>,
    /// What else the line says, under its own names.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) more: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) protocol: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) referer: Option<&'a str>,
    /// Only where its parts are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vhost: Option<&'a str>,
}

impl<'a> AccessData<'a> {
    pub(super) fn from_line(line: &AccessLine<'a>) -> Self {
        Self {
            agent: line.agent,
            bytes: line.bytes,
            host: Some(line.host),
            ident: line.ident,
            method: line.method,
            more: extra_fields(line),
            port: line.port,
            protocol: line.protocol,
            query: line.query,
            referer: line.referer,
            request: line.path.is_none().then_some(line.request),
            status: line.status,
            vhost: line.vhost,
        }
    }

    /// Writes it down.
    pub(crate) fn to_data(&self) -> Result<Data> {
        self.write(&mut Vec::new())
    }

    /// The same with a buffer that can be used again.
    fn write(&self, buffer: &mut Vec<u8>) -> Result<Data> {
        if !self.more.is_empty() {
            return Data::from_serialize(self);
        }
        buffer.clear();
        let written = serde_json::to_writer(&mut *buffer, self).ok();
        match written.and_then(|()| std::str::from_utf8(buffer).ok()) {
            Some(text) => Ok(Data::from_canonical(text)),
            // Never taken: there is nothing in it that could not be written.
            None => Data::from_serialize(self),
        }
    }
}

/// The task of a line: its path, if it has one.
pub(super) fn task<'a>(line: &AccessLine<'a>) -> &'a str {
    line.path.filter(|path| !path.is_empty()).unwrap_or(NO_PATH)
}

/// The user of a line: the authenticated one, or else the client.
pub(super) fn user<'a>(line: &AccessLine<'a>) -> &'a str {
    line.authuser.unwrap_or(line.host)
}

/// Makes records of access lines, and shares the names that come again.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessRecorder {
    names: NameCache,
    buffer: Vec<u8>,
}

impl AccessRecorder {
    pub(crate) fn record(
        &mut self,
        line: &AccessLine<'_>,
    ) -> std::result::Result<LogRecord, LineError> {
        let task = self.names.task(task(line));
        let user = self.names.user(user(line));
        let data = AccessData::from_line(line).write(&mut self.buffer);
        match (task, user, data) {
            (Ok(task), Ok(user), Ok(data)) => Ok(LogRecord {
                access_format: Some(line.format),
                ..LogRecord::new(task, user, line.time, data)
            }),
            // Never taken: without NUL characters, these are names.
            _ => Err(LineError::not_storable(line.request)),
        }
    }
}
