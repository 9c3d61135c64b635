//! Lines of text in a format of the server.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use regex::{CaptureLocations, Regex};
use tracking_core::Zone;

use super::LineTemplateError;
use super::composed_time::composed;
use super::field::{Field, Meaning, NAME, Part, check, settle};
use super::time::BETWEEN;
use crate::LogRecord;
use crate::reader::text::read_text;
use crate::reader::web::WebEntry;
use crate::reader::words::given;
use crate::reader::{LineContent, LineError, LineFormat, Reason, TimeFormat};
use crate::record::NameCache;

/// A format of text lines.
#[derive(Debug)]
pub(super) struct TextTemplate {
    regex: Regex,
    parts: Vec<Part>,
    time: TimeFormat,
    /// The starts of the format, each one ending before a field: made when a line is wrong.
    starts: OnceLock<Vec<(Regex, Reason, String)>>,
}

impl TextTemplate {
    pub(super) fn of(mut parts: Vec<Part>) -> Result<Self, LineTemplateError> {
        let has = |is: &dyn Fn(&Meaning) -> bool| fields(&parts).any(|field| is(&field.meaning));
        check(has)?;
        let time = composed(&mut parts)?;
        settle(&mut parts);
        Ok(Self {
            regex: regex(&parts, r"\s*$").ok_or(LineTemplateError::TooLarge)?,
            parts,
            time,
            starts: OnceLock::new(),
        })
    }

    /// Where a line that does not match goes wrong: where the longest start of the format ends
    /// that it does match.
    fn fault(&self, text: &str) -> LineError {
        let starts = self.starts.get_or_init(|| self.starts());
        let found = starts.iter().rev().find_map(|(start, reason, expected)| {
            let end = start.find(text)?.end();
            Some(LineError::at(text, end, *reason, expected.clone()))
        });
        found.unwrap_or_else(|| {
            let expected = "a line in the log format";
            LineError::at(text, 0, Reason::Pattern, expected)
        })
    }

    fn starts(&self) -> Vec<(Regex, Reason, String)> {
        let fields = self.parts.iter().enumerate();
        let starts = fields.filter_map(|(n, part)| {
            let Part::Field(field) = part else {
                return None;
            };
            let regex = regex(self.parts.get(..n)?, "")?;
            let expected = match self.parts.get(n + 1) {
                Some(Part::Literal(after)) => format!("{} and then {after:?}", field.written),
                Some(Part::Field(after)) => format!("{} and then {}", field.written, after.written),
                None => format!("{} and the end of the line", field.written),
            };
            Some((regex, reason(&field.meaning), expected))
        });
        let mut starts: Vec<_> = starts.collect();
        let end = "the end of the line".to_owned();
        starts.extend(regex(&self.parts, "").map(|all| (all, Reason::LineEnd, end)));
        starts
    }
}

fn fields(parts: &[Part]) -> impl Iterator<Item = &Field> {
    parts.iter().filter_map(|part| match part {
        Part::Field(field) => Some(field),
        Part::Literal(_) => None,
    })
}

/// The regular expression of some parts, from the start of a line; each field is a group.
fn regex(parts: &[Part], end: &str) -> Option<Regex> {
    let mut pattern = String::from("(?s)^");
    let edge = |part: Option<&Part>, last: bool| match part {
        Some(Part::Literal(text)) if last => text.chars().last(),
        Some(Part::Literal(text)) => text.chars().next(),
        _ => None,
    };
    for (n, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(text) => pattern.push_str(&regex::escape(text)),
            Part::Field(field) => {
                let before = n.checked_sub(1).and_then(|before| parts.get(before));
                let after = edge(parts.get(n + 1), false);
                let mut inner = field.regex(edge(before, true), after);
                if matches!(before, Some(Part::Field(before)) if before.may_hold_a_path()) {
                    inner = field.regex_from_slash(inner);
                }
                pattern.extend(["(", &inner, ")"]);
            }
        }
    }
    // What ends a format may be missing at the end of a line.
    let pattern = match end {
        "" => pattern,
        end => pattern.trim_end_matches(' ').to_owned() + end,
    };
    Regex::new(&pattern).ok()
}

fn reason(meaning: &Meaning) -> Reason {
    match meaning {
        Meaning::Host => Reason::Host,
        Meaning::Ident => Reason::Ident,
        Meaning::User => Reason::AuthUser,
        Meaning::Time(_) => Reason::Time,
        Meaning::Request
        | Meaning::Target
        | Meaning::Path
        | Meaning::Query
        | Meaning::Method
        | Meaning::Protocol => Reason::Request,
        Meaning::Status => Reason::Status,
        Meaning::Bytes => Reason::Bytes,
        Meaning::Referer => Reason::Referer,
        Meaning::Agent => Reason::Agent,
        Meaning::VirtualHost | Meaning::Port => Reason::VirtualHost,
        Meaning::Other => Reason::Pattern,
    }
}

/// Reads lines in a format of the server.
#[derive(Clone)]
pub(super) struct Templated {
    template: Arc<TextTemplate>,
    zone: Zone,
    names: NameCache,
    found: CaptureLocations,
}

impl Templated {
    pub(super) fn new(template: Arc<TextTemplate>, zone: Zone) -> Self {
        Self {
            found: template.regex.capture_locations(),
            template,
            zone,
            names: NameCache::default(),
        }
    }

    fn record(&mut self, text: &str) -> Result<LogRecord, LineError> {
        let template = Arc::clone(&self.template);
        let matched = template.regex.captures_read(&mut self.found, text);
        if matched.is_none() {
            return Err(template.fault(text));
        }
        let mut entry = WebEntry::default();
        let mut time = TimeText::default();
        for (n, field) in fields(&template.parts).enumerate() {
            let Some((from, to)) = self.found.get(n + 1) else {
                continue;
            };
            let value = text.get(from..to).unwrap_or_default();
            match &field.meaning {
                Meaning::Time(_) => time.add(from, value),
                meaning => {
                    if let Some(value) = given(value) {
                        let wrong = |reason, expected: &'static str| {
                            LineError::at(text, from, reason, expected)
                        };
                        add(&mut entry, meaning, &field.name, value, wrong)?;
                    }
                }
            }
        }
        let read = template.time.read(&time.text, &self.zone);
        let read = read.ok_or_else(|| {
            let expected = template.time.looks().to_string().replace(BETWEEN, " ");
            LineError::at(text, time.at, Reason::Time, expected)
        })?;
        entry.record(text, read, &mut self.names)
    }
}

/// The pieces of a time, put together.
#[derive(Default)]
struct TimeText<'a> {
    text: Cow<'a, str>,
    at: usize,
}

impl<'a> TimeText<'a> {
    fn add(&mut self, at: usize, piece: &'a str) {
        if self.text.is_empty() {
            (self.text, self.at) = (Cow::Borrowed(piece), at);
        } else {
            let text = self.text.to_mut();
            text.push(BETWEEN);
            text.push_str(piece);
        }
    }
}

fn add<'a>(
    entry: &mut WebEntry<'a>,
    meaning: &Meaning,
    name: &str,
    value: &'a str,
    wrong: impl Fn(Reason, &'static str) -> LineError,
) -> Result<(), LineError> {
    let text = Some(Cow::Borrowed(value));
    match meaning {
        Meaning::Host => entry.host = text,
        Meaning::Ident => entry.ident = text,
        Meaning::User => entry.user = text,
        Meaning::Request => entry.request = text,
        Meaning::Target | Meaning::Path => entry.target = text,
        Meaning::Query => {
            entry.query = Some(Cow::Borrowed(value.strip_prefix('?').unwrap_or(value)));
        }
        Meaning::Method => entry.method = text,
        Meaning::Protocol => entry.protocol = text,
        Meaning::Referer => entry.referer = text,
        Meaning::Agent => entry.agent = text,
        Meaning::VirtualHost => entry.vhost = text,
        Meaning::Status => {
            entry.status = Some(number(value, &wrong, Reason::Status, "a status")?);
        }
        Meaning::Bytes => {
            entry.bytes = Some(number(value, &wrong, Reason::Bytes, "a number of bytes")?);
        }
        Meaning::Port => {
            entry.port = Some(number(value, &wrong, Reason::VirtualHost, "a port")?);
        }
        Meaning::Time(_) | Meaning::Other => {
            entry.more.insert(name.to_owned(), value.into());
        }
    }
    Ok(())
}

fn number<N: FromStr>(
    value: &str,
    wrong: impl Fn(Reason, &'static str) -> LineError,
    reason: Reason,
    expected: &'static str,
) -> Result<N, LineError> {
    value.parse().map_err(|_| wrong(reason, expected))
}

impl fmt::Debug for Templated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templated")
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

impl LineFormat for Templated {
    fn name(&self) -> &'static str {
        NAME
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        read_text(line, |text| self.record(text).map(Into::into))
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}
