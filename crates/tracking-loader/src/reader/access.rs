//! The Common and the Combined log format, which most web servers write.

mod extra_fields;
mod log;
mod virtual_host;

use chrono::FixedOffset;
use tracking_core::Timestamp;

use super::request::Request;
use super::scan::{Scan, is_blank};
use super::text::text_of;
use super::words::{Words, request_start};
use super::{LineError, Reason, time};

pub(crate) use extra_fields::extra_fields;
pub use log::AccessLog;
use virtual_host::VirtualHost;

/// Which of the two formats a line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccessFormat {
    /// `host ident authuser [time] "request" status bytes`
    Common,
    /// The same, followed by `"referer" "agent"`, and perhaps by more.
    Combined,
}

/// A line in the Common or the Combined log format, as it stands there: nothing is unescaped.
///
/// What is `-` in the line is nothing here. The parts of the request are there where it is one:
/// a method, a target without a blank, and `HTTP/x` or `HTTP/x.y`. Servers write down whatever
/// they were sent, so a line may be quite right with a request that is none.
///
/// A virtual host may stand in front, as in `www.example.org:443 192.0.2.1 - …`, and further fields
/// before the request and at the end. Fields may have several blanks between them.
///
/// ```
/// use tracking_loader::AccessLine;
///
/// let line = r#"192.0.2.1 - - [23/Nov/2026:15:47:01 +0100] "GET /a?b=c HTTP/1.1" 200 -"#;
/// let line = AccessLine::parse(line.as_bytes())?;
/// assert_eq!((line.path, line.query), (Some("/a"), Some("b=c")));
/// assert_eq!(line.time.to_string(), "2026-11-23T14:47:01Z");
/// assert_eq!(line.bytes, None);
///
/// let error = AccessLine::parse(b"192.0.2.1 - - [31/Nov/2026:15:47:01 +0100]").unwrap_err();
/// assert_eq!(error.column, 16);
/// # Ok::<(), tracking_loader::LineError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessLine<'a> {
    /// Which of the two formats it has.
    pub format: AccessFormat,
    /// The virtual host that was asked, where the line has it in front.
    pub vhost: Option<&'a str>,
    /// Its port.
    pub port: Option<u16>,
    /// The client's address or name.
    pub host: &'a str,
    /// The client's identity, which hardly any server asks for.
    pub ident: Option<&'a str>,
    /// The authenticated user.
    pub authuser: Option<&'a str>,
    /// When the request came in.
    pub time: Timestamp,
    /// The server's offset from UTC at that time.
    pub offset: FixedOffset,
    /// The whole request.
    pub request: &'a str,
    /// The request's method.
    pub method: Option<&'a str>,
    /// What was asked for, up to the first question mark.
    pub path: Option<&'a str>,
    /// What comes after the first question mark, if there is one.
    pub query: Option<&'a str>,
    /// The request's protocol.
    pub protocol: Option<&'a str>,
    /// The status of the response, from 100 to 599.
    pub status: Option<u16>,
    /// The size of the response in bytes.
    pub bytes: Option<u64>,
    /// The referring page.
    pub referer: Option<&'a str>,
    /// The client's program.
    pub agent: Option<&'a str>,
    /// What stands between the time and the request, such as `(0 s)`.
    pub before_request: Option<&'a str>,
    /// What comes after all these, such as the time that the request took.
    pub after: Option<&'a str>,
    /// Where size and status are over, in bytes.
    common_end: usize,
}

impl<'a> AccessLine<'a> {
    /// Reads a line, without its line end. The format is found out for each line.
    ///
    /// # Errors
    ///
    /// [`LineError`] with the first place where the line is not as it should be.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        Self::of(text_of(line)?)
    }

    /// Reads a line of which it is found out whether a virtual host stands in front.
    fn of(text: &'a str) -> Result<Self, LineError> {
        let mut scan = Scan::new(text);
        let vhost = VirtualHost::before(&mut scan);
        Self::read(&mut scan, vhost)
    }

    /// Reads a line with a virtual host, with or without its port, in front.
    fn with_virtual_host(text: &'a str) -> Result<Self, LineError> {
        let mut scan = Scan::new(text);
        let vhost = VirtualHost::of(scan.word(Reason::VirtualHost, "the virtual host")?);
        Self::read(&mut scan, Some(vhost))
    }

    /// Reads a line that has none.
    fn without_virtual_host(text: &'a str) -> Result<Self, LineError> {
        Self::read(&mut Scan::new(text), None)
    }

    fn read(scan: &mut Scan<'a>, vhost: Option<VirtualHost<'a>>) -> Result<Self, LineError> {
        let host = scan.word(Reason::Host, "the client's address or name")?;
        let ident = scan.word(Reason::Ident, "the client's identity, or -")?;
        let authuser = scan.word(Reason::AuthUser, "the authenticated user, or -")?;
        let (time, offset) = time::bracketed(scan)?;
        scan.blanks(Reason::Request, "a blank and the request")?;
        let before_request = before_request(scan);
        let request = scan.quoted(Reason::Request, "the request in quotes")?;
        scan.blanks(Reason::Status, "a blank and the status")?;
        let status = status(scan)?;
        scan.blanks(Reason::Bytes, "a blank and the number of bytes")?;
        let bytes = bytes(scan)?;
        let common_end = scan.at();
        let combined = combined(scan)?;
        let after = after(scan)?;
        let parts = Request::of(request);
        Ok(Self {
            vhost: vhost.and_then(|vhost| given(vhost.name)),
            port: vhost.and_then(|vhost| vhost.port),
            format: combined.map_or(AccessFormat::Common, |_| AccessFormat::Combined),
            host,
            ident: given(ident),
            authuser: given(authuser),
            time,
            offset,
            request,
            method: parts.map(|parts| parts.method),
            path: parts.map(|parts| parts.path),
            query: parts.and_then(|parts| parts.query),
            protocol: parts.map(|parts| parts.protocol),
            status,
            bytes,
            referer: combined.and_then(|(referer, _)| given(referer)),
            agent: combined.and_then(|(_, agent)| given(agent)),
            before_request,
            after,
            common_end,
        })
    }
}

fn given(text: &str) -> Option<&str> {
    (text != "-").then_some(text)
}

/// What stands between the time and the request.
fn before_request<'a>(scan: &mut Scan<'a>) -> Option<&'a str> {
    let length = request_start(scan.rest()).filter(|length| *length > 0)?;
    let before = scan.rest().get(..length)?;
    scan.skip(length);
    Some(before.trim_end_matches(' '))
}

fn status(scan: &mut Scan<'_>) -> Result<Option<u16>, LineError> {
    if scan.rest().starts_with("- ") {
        scan.skip(1);
        return Ok(None);
    }
    let start = scan.at();
    let expected = "a status from 100 to 599, or -";
    u16::try_from(scan.digits(3, Reason::Status, expected)?)
        .ok()
        .filter(|status| (100..=599).contains(status))
        .map(Some)
        .ok_or_else(|| scan.error_at(start, Reason::Status, expected))
}

fn bytes(scan: &mut Scan<'_>) -> Result<Option<u64>, LineError> {
    let start = scan.at();
    let word = scan.until(is_blank);
    let number = word
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| word.parse().ok());
    match (word, number.flatten()) {
        ("-", _) => Ok(None),
        (_, Some(number)) => Ok(Some(number)),
        _ => Err(scan.error_at(start, Reason::Bytes, "a number of bytes, or -")),
    }
}

/// What the Combined format has more: referer and agent.
fn combined<'a>(scan: &mut Scan<'a>) -> Result<Option<(&'a str, &'a str)>, LineError> {
    if scan.is_at_last_blanks() {
        return Ok(None);
    }
    let expected = "the end of the line, or a blank and the referer";
    scan.blanks(Reason::Referer, expected)?;
    // A further field after the Common format is a number or nothing.
    if scan
        .rest()
        .starts_with(|first: char| first == '-' || first.is_ascii_digit())
    {
        return Ok(None);
    }
    let referer = scan.quoted(Reason::Referer, "the referer in quotes")?;
    scan.blanks(Reason::Agent, "a blank and the agent")?;
    let agent = scan.quoted(Reason::Agent, "the agent in quotes")?;
    if !scan.is_at_last_blanks() {
        scan.blanks(Reason::LineEnd, "a blank, or the end of the line")?;
    }
    Ok(Some((referer, agent)))
}

/// The further fields at the end.
fn after<'a>(scan: &Scan<'a>) -> Result<Option<&'a str>, LineError> {
    if scan.is_at_last_blanks() {
        return Ok(None);
    }
    // They are taken apart later, but are to be words now.
    let mut words = Words::of(scan.text(), scan.at());
    while words.next_word()?.is_some() {}
    Ok(Some(scan.rest().trim_end_matches(' ')))
}

#[cfg(test)]
mod tests;
