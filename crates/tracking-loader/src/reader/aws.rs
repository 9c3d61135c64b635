//! Logs of Amazon's services, whose lines are words in a fixed order.

use std::borrow::Cow;

use tracking_core::Zone;

use super::request::Request;
use super::text::read_text;
use super::web::WebEntry;
use super::words::{Word, Words};
use super::{Format, LineContent, LineError, LineFormat, Reason, TimeFormat};
use crate::LogRecord;
use crate::record::NameCache;

/// What the word at a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Host,
    /// An address and a port, of which the address is the client.
    HostAndPort,
    User,
    Time,
    Request,
    Status,
    Bytes,
    Referer,
    Agent,
    VirtualHost,
    /// Something else, under this name.
    Other(&'static str),
}

use Column::{Agent, Bytes, Host, HostAndPort, Other, Referer, Status, Time, User, VirtualHost};

/// The words of Amazon S3's server access log.
const S3: &[Column] = &[
    Other("bucket_owner"),
    Other("bucket"),
    Time,
    Host,
    User,
    Other("request_id"),
    Other("operation"),
    Other("key"),
    Column::Request,
    Status,
    Other("error_code"),
    Bytes,
    Other("object_size"),
    Other("total_time"),
    Other("turn_around_time"),
    Referer,
    Agent,
    Other("version_id"),
    Other("host_id"),
    Other("signature_version"),
    Other("cipher_suite"),
    Other("authentication_type"),
    VirtualHost,
    Other("tls_version"),
    Other("access_point_arn"),
    Other("acl_required"),
];

/// The words of a Classic Load Balancer's access log.
const ELB: &[Column] = &[
    Time,
    Other("elb"),
    HostAndPort,
    Other("backend"),
    Other("request_processing_time"),
    Other("backend_processing_time"),
    Other("response_processing_time"),
    Status,
    Other("backend_status"),
    Other("received_bytes"),
    Bytes,
    Column::Request,
    Agent,
    Other("ssl_cipher"),
    Other("ssl_protocol"),
];

/// The words of an Application Load Balancer's access log.
const ALB: &[Column] = &[
    Other("type"),
    Time,
    Other("elb"),
    HostAndPort,
    Other("target"),
    Other("request_processing_time"),
    Other("target_processing_time"),
    Other("response_processing_time"),
    Status,
    Other("target_status"),
    Other("received_bytes"),
    Bytes,
    Column::Request,
    Agent,
    Other("ssl_cipher"),
    Other("ssl_protocol"),
    Other("target_group_arn"),
    Other("trace_id"),
    Other("domain_name"),
    Other("certificate_arn"),
    Other("matched_rule_priority"),
    Other("request_creation_time"),
    Other("actions_executed"),
    Other("redirect_url"),
    Other("error_reason"),
    Other("targets"),
    Other("target_statuses"),
    Other("classification"),
    Other("classification_reason"),
    Other("connection_trace_id"),
];

/// Reads lines whose words have fixed places.
#[derive(Clone, Debug)]
pub(super) struct ColumnLog {
    format: Format,
    columns: &'static [Column],
    /// How many words every line has: later versions of a service add some.
    needed: usize,
    zone: Zone,
    names: NameCache,
}

impl ColumnLog {
    pub(super) fn s3(zone: Zone) -> Self {
        Self::new(Format::S3, S3, 17, zone)
    }

    pub(super) fn elb(zone: Zone) -> Self {
        Self::new(Format::Elb, ELB, 12, zone)
    }

    pub(super) fn alb(zone: Zone) -> Self {
        Self::new(Format::Alb, ALB, 16, zone)
    }

    fn new(format: Format, columns: &'static [Column], needed: usize, zone: Zone) -> Self {
        Self {
            format,
            columns,
            needed,
            zone,
            names: NameCache::default(),
        }
    }

    fn record(&mut self, text: &str) -> Result<LogRecord, LineError> {
        let mut words = Words::of(text, 0);
        let mut entry = WebEntry::default();
        let mut time = None;
        for n in 0.. {
            let Some(word) = words.next_word()? else {
                if n < self.needed {
                    let expected = format!("{} words at least", self.needed);
                    return Err(LineError::at(text, text.len(), Reason::Fields, expected));
                }
                break;
            };
            match self.columns.get(n) {
                Some(Time) => time = Some(self.time(text, word)?),
                Some(column) => add(&mut entry, *column, text, word)?,
                // What a later version has added.
                None => other(&mut entry, &format!("field_{}", n + 1), word),
            }
        }
        let time = time.ok_or_else(|| LineError::not_storable(text))?;
        entry.record(text, time, &mut self.names)
    }

    fn time(&self, text: &str, word: Word<'_>) -> Result<tracking_core::Timestamp, LineError> {
        let format = match self.format {
            Format::S3 => TimeFormat::Clf,
            _ => TimeFormat::Rfc3339,
        };
        let time = format.read(word.text, &self.zone);
        time.ok_or_else(|| LineError::at(text, word.at, Reason::Time, format.looks().to_string()))
    }
}

impl LineFormat for ColumnLog {
    fn name(&self) -> &'static str {
        self.format.name()
    }

    fn read(&mut self, line: &[u8]) -> Result<LineContent, LineError> {
        // Somebody may have written remarks into it; no line of these services is like one.
        if line.starts_with(b"#") {
            return Ok(LineContent::Nothing);
        }
        read_text(line, |text| self.record(text).map(Into::into))
    }

    fn for_thread(&self) -> Option<Box<dyn LineFormat>> {
        Some(Box::new(self.clone()))
    }
}

fn other(entry: &mut WebEntry<'_>, name: &str, word: Word<'_>) {
    if let Some(text) = word.given() {
        entry.more.insert(name.to_owned(), text.into());
    }
}

fn add<'a>(
    entry: &mut WebEntry<'a>,
    column: Column,
    line: &str,
    word: Word<'a>,
) -> Result<(), LineError> {
    let wrong = |reason, expected: &'static str| LineError::at(line, word.at, reason, expected);
    let given = word.given();
    let text = given.map(Cow::Borrowed);
    match column {
        Host => entry.host = text,
        HostAndPort => {
            let address = given.map(|given| given.rsplit_once(':').map_or(given, |(host, _)| host));
            entry.host =
                Some(Cow::Borrowed(address.ok_or_else(|| {
                    wrong(Reason::Host, "the client's address and port")
                })?));
        }
        User => entry.user = text,
        Column::Request => {
            let is_request = word.is_quoted || word.text == "-";
            if !is_request {
                return Err(wrong(Reason::Request, "the request in quotes"));
            }
            entry.request = Some(Cow::Borrowed(word.text));
            absolute(entry, word.text);
        }
        Status => {
            let status = given.map(|given| given.parse::<u16>().ok().filter(|_| given.len() == 3));
            let status =
                status.map(|status| status.ok_or_else(|| wrong(Reason::Status, "a status, or -")));
            entry.status = status.transpose()?;
        }
        Bytes => {
            let bytes = given.map(|given| {
                given
                    .parse()
                    .map_err(|_| wrong(Reason::Bytes, "a number of bytes, or -"))
            });
            entry.bytes = bytes.transpose()?;
        }
        Referer => entry.referer = text,
        Agent => entry.agent = text,
        VirtualHost => entry.vhost = text,
        Other(name) => other(entry, name, word),
        // Read before.
        Time => {}
    }
    Ok(())
}

/// Takes apart a request for a whole address, as load balancers write it:
/// `GET https://www.example.org:443/a HTTP/1.1` is one for `/a` of a virtual host.
fn absolute<'a>(entry: &mut WebEntry<'a>, text: &'a str) {
    let Some(request) = Request::of(text) else {
        return;
    };
    let Some((scheme, rest)) = request.path.split_once("://") else {
        return;
    };
    if !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return;
    }
    let (host, path) = match rest.find('/') {
        Some(slash) => rest.split_at_checked(slash).unwrap_or((rest, "/")),
        None => (rest, "/"),
    };
    let port = host
        .rsplit_once(':')
        .and_then(|(name, port)| Some((name, port.parse().ok()?)));
    let (name, port) = match port {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    entry.request = None;
    entry.target = Some(Cow::Borrowed(path));
    entry.query = request.query.map(Cow::Borrowed);
    entry.method = Some(Cow::Borrowed(request.method));
    entry.protocol = Some(Cow::Borrowed(request.protocol));
    entry.vhost = Some(Cow::Borrowed(name)).filter(|name| !name.is_empty());
    entry.port = port;
}
