//! The W3C Extended format, whose `#Fields` directive says what the lines after it hold.

mod fields;
mod values;

use std::borrow::Cow;
use std::str::FromStr;

use chrono::NaiveDate;
use tracking_core::{Timestamp, Zone};

use super::request::path_and_query;
use super::text::read_text;
use super::{Format, LineContent, LineError, LineFormat, Reason, time};
use crate::LogRecord;
use crate::record::{AccessData, NO_PATH, NameCache};
use fields::{Field, Fields};
use values::{Value, values};

/// Reads logs in the W3C Extended format. Their times are in UTC, unless another zone is given.
#[derive(Debug)]
pub(super) struct W3cLog {
    zone: Zone,
    names: NameCache,
    /// Of lines without a date of their own.
    date: Option<NaiveDate>,
    fields: Option<Fields>,
}

impl W3cLog {
    pub(super) fn new(zone: Zone) -> Self {
        Self {
            zone,
            names: NameCache::default(),
            date: None,
            fields: None,
        }
    }

    fn directive(&mut self, text: &str) -> Result<(), LineError> {
        let (name, said) = text.split_once(':').unwrap_or((text, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "#fields" => {
                let fields = Fields::of(said).ok_or_else(|| {
                    let expected = "names of fields, with time among them";
                    LineError::at(text, name.len() + 1, Reason::Directive, expected)
                })?;
                self.fields = Some(fields);
            }
            "#date" => {
                self.date = Some(date_of(said.trim()).ok_or_else(|| {
                    let expected = "a date like 2026-11-23";
                    LineError::at(text, name.len() + 1, Reason::Directive, expected)
                })?);
            }
            // A remark, the software, whatever else there is.
            _ => {}
        }
        Ok(())
    }

    fn entry(&mut self, text: &str) -> Result<LogRecord, LineError> {
        let fields = self.fields.as_ref().ok_or_else(|| {
            let expected = "a #Fields directive before the first entry";
            LineError::at(text, 0, Reason::Directive, expected)
        })?;
        let mut entry = Entry::default();
        let mut found = values(text, fields.count());
        for field in fields.iter() {
            let value = found.next().ok_or_else(|| {
                let expected = format!("a value for each of {} fields", fields.count());
                LineError::at(text, text.len(), Reason::Fields, expected)
            })??;
            entry.add(text, field, value)?;
        }
        if let Some(surplus) = found.next() {
            let expected = format!("the end of the line after {} fields", fields.count());
            return Err(LineError::at(text, surplus?.at, Reason::Fields, expected));
        }
        let time = entry.time(text, self.date, &self.zone)?;
        entry.record(text, time, &mut self.names)
    }
}

impl LineFormat for W3cLog {
    fn name(&self) -> &'static str {
        Format::W3c.name()
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        read_text(line, |text| {
            if text.starts_with('#') {
                self.directive(text)?;
                Ok(LineContent::Nothing)
            } else {
                self.entry(text).map(Into::into)
            }
        })
    }

    fn state(&self) -> Option<String> {
        let fields = self.fields.as_ref()?;
        let date = self
            .date
            .map_or_else(|| "-".to_owned(), |date| date.to_string());
        Some(format!("{date} {fields}"))
    }

    fn resume(&mut self, state: &str) {
        let (date, fields) = state.split_once(' ').unwrap_or_default();
        self.date = time::date_of(date);
        self.fields = Fields::of(fields);
    }
}

/// What has been read of a line.
#[derive(Default)]
struct Entry<'a> {
    date: Option<Value<'a>>,
    time: Option<Value<'a>>,
    user: Option<Cow<'a, str>>,
    host: Option<Cow<'a, str>>,
    path: Option<Cow<'a, str>>,
    query: Option<Cow<'a, str>>,
    agent: Option<Cow<'a, str>>,
    method: Option<Cow<'a, str>>,
    protocol: Option<Cow<'a, str>>,
    referer: Option<Cow<'a, str>>,
    vhost: Option<Cow<'a, str>>,
    data: AccessData<'static>,
}

impl<'a> Entry<'a> {
    fn add(&mut self, text: &str, field: &Field, value: Value<'a>) -> Result<(), LineError> {
        if value.is_absent() {
            return Ok(());
        }
        match field {
            Field::Date => self.date = Some(value),
            Field::Time => self.time = Some(value),
            Field::User => self.user = Some(value.text),
            // An address is better than a name that was looked up.
            Field::Host | Field::HostName if self.host.is_none() => self.host = Some(value.text),
            Field::Host => {
                let name = self.host.replace(value.text);
                self.more("c-dns", name);
            }
            Field::HostName => self.more("c-dns", Some(value.text)),
            Field::Path => self.stem(&value.text),
            Field::Query => self.query = Some(value.text),
            Field::Uri => self.uri(&value.text),
            Field::Agent => self.agent = Some(value.text),
            Field::Method => self.method = Some(value.text),
            Field::Protocol => self.protocol = Some(value.text),
            Field::Referer => self.referer = Some(value.text),
            Field::VirtualHost => self.vhost = Some(value.text),
            Field::Status => self.data.status = Some(number(text, &value, Reason::Status)?),
            Field::Bytes => self.data.bytes = Some(number(text, &value, Reason::Bytes)?),
            Field::Port => self.data.port = Some(number(text, &value, Reason::VirtualHost)?),
            Field::Other(name) => self.more(name, Some(value.text)),
        }
        Ok(())
    }

    fn more(&mut self, name: &str, value: Option<Cow<'a, str>>) {
        if let Some(value) = value {
            let value = serde_json::Value::from(value.into_owned());
            self.data.more.insert(name.to_owned(), value);
        }
    }

    /// A path, with its query where that does not stand alone.
    fn stem(&mut self, stem: &str) {
        self.path = None;
        self.uri(stem);
    }

    /// Path and query in one; where they also stand alone, that counts.
    fn uri(&mut self, uri: &str) {
        let (path, query) = path_and_query(uri);
        if let (None, Some(query)) = (&self.query, query) {
            self.query = Some(query.to_owned().into());
        }
        if self.path.is_none() {
            self.path = Some(path.to_owned().into());
        }
    }

    fn time(
        &self,
        text: &str,
        date: Option<NaiveDate>,
        zone: &Zone,
    ) -> Result<Timestamp, LineError> {
        let fault = |at, expected: &'static str| LineError::at(text, at, Reason::Time, expected);
        let date = match &self.date {
            Some(value) => time::date_of(&value.text)
                .ok_or_else(|| fault(value.at, "a date like 2026-11-23"))?,
            None => date.ok_or_else(|| fault(0, "a date, or a #Date directive before"))?,
        };
        let looks = "a time like 15:47:01";
        let clock = self.time.as_ref().ok_or_else(|| fault(0, looks))?;
        time::local_time(date, &clock.text)
            .and_then(|local| time::in_zone(local, zone))
            .ok_or_else(|| fault(clock.at, looks))
    }

    fn record(
        self,
        text: &str,
        time: Timestamp,
        names: &mut NameCache,
    ) -> Result<LogRecord, LineError> {
        let unfit = |_| LineError::not_storable(text);
        let path = self.path.as_deref().filter(|path| !path.is_empty());
        let task = names.task(path.unwrap_or(NO_PATH)).map_err(unfit)?;
        let user = self
            .user
            .as_deref()
            .or(self.host.as_deref())
            .unwrap_or_default();
        let user = names.user(user).map_err(unfit)?;
        let data = AccessData {
            agent: self.agent.as_deref(),
            host: self.host.as_deref(),
            method: self.method.as_deref(),
            protocol: self.protocol.as_deref(),
            query: self.query.as_deref(),
            referer: self.referer.as_deref(),
            vhost: self.vhost.as_deref(),
            ..self.data
        };
        Ok(LogRecord::new(
            task,
            user,
            time,
            data.to_data().map_err(unfit)?,
        ))
    }
}

/// The date that a directive starts with: `2026-11-23`, or as Incapsula writes it, `23/Nov/2026`.
fn date_of(said: &str) -> Option<NaiveDate> {
    let iso = said.get(..10).and_then(time::date_of);
    iso.or_else(|| NaiveDate::parse_from_str(said.get(..11)?, "%d/%b/%Y").ok())
}

fn number<N: FromStr>(text: &str, value: &Value<'_>, reason: Reason) -> Result<N, LineError> {
    let expected = "a number, or -";
    let number = value.text.parse();
    number.map_err(|_| LineError::at(text, value.at, reason, expected))
}

#[cfg(test)]
mod tests;
