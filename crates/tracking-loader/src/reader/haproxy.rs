//! The HTTP log of `HAProxy`, as `option httplog` has it, with or without what syslog puts before it.

use std::borrow::Cow;

use tracking_core::{Timestamp, Zone};

use super::text::read_text;
use super::web::WebEntry;
use super::words::{Word, Words, given};
use super::{Format, LineContent, LineError, LineFormat, Reason, time};
use crate::LogRecord;
use crate::record::NameCache;

/// Reads HTTP logs of `HAProxy`, whose times are in a zone that is not in the line.
#[derive(Clone, Debug)]
pub(super) struct HaproxyLog {
    zone: Zone,
    names: NameCache,
}

impl HaproxyLog {
    pub(super) fn new(zone: Zone) -> Self {
        Self {
            zone,
            names: NameCache::default(),
        }
    }

    fn record(&mut self, text: &str) -> Result<LogRecord, LineError> {
        let start = start(text).ok_or_else(|| {
            let expected = "the client's address and port, and a time like \
                            [23/Nov/2026:15:47:01.123]";
            LineError::at(text, 0, Reason::Host, expected)
        })?;
        let mut words = Reader {
            words: Words::of(text, start),
            text,
        };
        let client = words.next(Reason::Host, "the client's address and port")?;
        let host = client
            .text
            .rsplit_once(':')
            .map_or(client.text, |(host, _)| host);
        let time = words.next(Reason::Time, "a time")?;
        let time = self.time(text, time)?;
        let mut entry = WebEntry {
            host: given(host).map(Cow::Borrowed),
            ..WebEntry::default()
        };
        words.other(&mut entry, "frontend")?;
        let server = words.next(Reason::Fields, "the backend and its server")?;
        let (backend, server) = server.text.split_once('/').unwrap_or((server.text, "-"));
        for (name, value) in [("backend", backend), ("server", server)] {
            if let Some(value) = given(value) {
                entry.more.insert(name.to_owned(), value.into());
            }
        }
        words.other(&mut entry, "timers")?;
        entry.status = words.status()?;
        entry.bytes = words.bytes()?;
        for name in [
            "request_cookie",
            "response_cookie",
            "termination_state",
            "connections",
            "queues",
        ] {
            words.other(&mut entry, name)?;
        }
        words.request(&mut entry)?;
        entry.record(text, time, &mut self.names)
    }

    /// A time like `[23/Nov/2026:15:47:01.123]`, in the zone that is given; of newer versions it
    /// may have an offset.
    fn time(&self, text: &str, word: Word<'_>) -> Result<Timestamp, LineError> {
        let inner = word.text.trim_matches(['[', ']']);
        let time = time::in_log_order(inner, &self.zone);
        time.ok_or_else(|| {
            let expected = "a time like [23/Nov/2026:15:47:01.123]";
            LineError::at(text, word.at, Reason::Time, expected)
        })
    }
}

/// Where the line itself starts: at the word before the time, after what syslog has put there.
fn start(text: &str) -> Option<usize> {
    let is_time = |(at, _): &(usize, &str)| {
        let rest = text.as_bytes().get(at + 2..);
        matches!(rest, Some([first, second, b'/', ..]) if first.is_ascii_digit() && second.is_ascii_digit())
    };
    let (time, _) = text.match_indices(" [").find(is_time)?;
    let before = text.get(..time)?;
    let start = before.rfind(' ').map_or(0, |blank| blank + 1);
    let syslog = before.get(..start)?.trim_end();
    (syslog.is_empty() || syslog.ends_with(':')).then_some(start)
}

struct Reader<'a> {
    words: Words<'a>,
    text: &'a str,
}

impl<'a> Reader<'a> {
    fn next(&mut self, reason: Reason, expected: &'static str) -> Result<Word<'a>, LineError> {
        let word = self.words.next_word()?;
        word.ok_or_else(|| LineError::at(self.text, self.text.len(), reason, expected))
    }

    fn other(&mut self, entry: &mut WebEntry<'a>, name: &'static str) -> Result<(), LineError> {
        let word = self.next(Reason::Fields, name)?;
        if let Some(text) = word.given().filter(|text| *text != "----") {
            entry.more.insert(name.to_owned(), text.into());
        }
        Ok(())
    }

    /// Where there was no response it is -1.
    fn status(&mut self) -> Result<Option<u16>, LineError> {
        let expected = "a status, or -1";
        let word = self.next(Reason::Status, expected)?;
        if matches!(word.text, "-1" | "-") {
            return Ok(None);
        }
        let status = word.text.parse().ok().filter(|_| word.text.len() == 3);
        let wrong = || LineError::at(self.text, word.at, Reason::Status, expected);
        status.map(Some).ok_or_else(wrong)
    }

    /// With a plus sign where more was still to come.
    fn bytes(&mut self) -> Result<Option<u64>, LineError> {
        let expected = "a number of bytes";
        let word = self.next(Reason::Bytes, expected)?;
        let number = word.text.strip_prefix('+').unwrap_or(word.text);
        let wrong = |_| LineError::at(self.text, word.at, Reason::Bytes, expected);
        number.parse().map(Some).map_err(wrong)
    }

    /// The request, after headers that were captured, and before what else there is.
    fn request(&mut self, entry: &mut WebEntry<'a>) -> Result<(), LineError> {
        let expected = "the request in quotes";
        let mut headers = ["request_headers", "response_headers"].iter();
        loop {
            let word = self.next(Reason::Request, expected)?;
            if word.is_quoted {
                entry.request = Some(Cow::Borrowed(word.text));
                break;
            }
            let name = headers.next().filter(|_| word.text.starts_with('{'));
            let name =
                name.ok_or_else(|| LineError::at(self.text, word.at, Reason::Request, expected))?;
            entry.more.insert((*name).to_owned(), word.text.into());
        }
        let mut n = 1;
        while let Some(word) = self.words.next_word()? {
            if let Some(text) = word.given() {
                entry.more.insert(format!("after_{n}"), text.into());
            }
            n += 1;
        }
        Ok(())
    }
}

impl LineFormat for HaproxyLog {
    fn name(&self) -> &'static str {
        Format::Haproxy.name()
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        read_text(line, |text| self.record(text).map(Into::into))
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}
