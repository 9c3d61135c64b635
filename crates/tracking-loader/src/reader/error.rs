//! Why a line is not in the format it should be in.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// Which part of a line is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It is longer than lines may be.
    TooLong,
    /// It is no UTF-8 text.
    InvalidUtf8,
    /// It holds a NUL character, as binary files do.
    Nul,
    /// The client's address or name.
    Host,
    /// The client's identity.
    Ident,
    /// The authenticated user.
    AuthUser,
    /// Date, time or offset.
    Time,
    /// The request.
    Request,
    /// The status of the response.
    Status,
    /// The size of the response.
    Bytes,
    /// The referring page.
    Referer,
    /// The client's program.
    Agent,
    /// What comes after the last part.
    LineEnd,
    /// The virtual host.
    VirtualHost,
    /// It is no JSON object.
    Json,
    /// What it is about.
    Task,
    /// Who it was.
    User,
    /// The session.
    Run,
    /// The key.
    Key,
    /// What happened.
    Data,
    /// The version of a record.
    Version,
    /// The number of fields.
    Fields,
    /// A directive, such as `#Fields` of the W3C Extended format.
    Directive,
    /// It is not what the pattern describes.
    Pattern,
}

impl Reason {
    /// A short name, for counting by it: `too-long`, `time`, `status` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::Nul => "nul",
            Self::Host => "host",
            Self::Ident => "ident",
            Self::AuthUser => "authuser",
            Self::Time => "time",
            Self::Request => "request",
            Self::Status => "status",
            Self::Bytes => "bytes",
            Self::Referer => "referer",
            Self::Agent => "agent",
            Self::LineEnd => "line-end",
            Self::VirtualHost => "virtual-host",
            Self::Json => "json",
            Self::Task => "task",
            Self::User => "user",
            Self::Run => "run",
            Self::Key => "key",
            Self::Data => "data",
            Self::Version => "version",
            Self::Fields => "fields",
            Self::Directive => "directive",
            Self::Pattern => "pattern",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A line that is not in the format it should be in: where, what was expected, what is there.
///
/// Programs get `found` as [`found_text`](Self::found_text) has it, without quotes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: expected {expected}, found {found}")]
#[non_exhaustive]
pub struct LineError {
    /// Which part of the line is wrong.
    pub reason: Reason,
    /// Where, in characters counted from 1.
    pub column: usize,
    /// What should be there.
    pub expected: Cow<'static, str>,
    /// What is there, for people to read: text in quotes, or words about it.
    pub found: String,
    /// The text that is there, without quotes.
    text: Option<String>,
}

impl Serialize for LineError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut error = serializer.serialize_struct("LineError", 4)?;
        error.serialize_field("reason", &self.reason)?;
        error.serialize_field("column", &self.column)?;
        error.serialize_field("expected", &self.expected)?;
        error.serialize_field("found", self.found_text())?;
        error.end()
    }
}

impl LineError {
    /// An error at a byte position of a text.
    pub(crate) fn at(
        text: &str,
        at: usize,
        reason: Reason,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        let error = Self {
            reason,
            column: before.chars().count() + 1,
            expected: expected.into(),
            found: "the end of the line".to_owned(),
            text: None,
        };
        match rest {
            "" => error,
            rest => error.finding_text(rest),
        }
    }

    /// What is there: the start of the text, or words about it.
    pub fn found_text(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.found)
    }

    /// The same in another column.
    pub(super) fn in_column(self, column: usize) -> Self {
        Self { column, ..self }
    }

    /// The same with words about what was found.
    pub(super) fn finding(self, found: impl Into<String>) -> Self {
        Self {
            found: found.into(),
            text: None,
            ..self
        }
    }

    /// The same with another text that was found, such as a value without its escapes.
    pub(super) fn finding_text(self, text: &str) -> Self {
        let text = excerpt(text);
        Self {
            found: format!("{text:?}"),
            text: Some(text),
            ..self
        }
    }

    /// The error of bytes that are no UTF-8.
    pub(super) fn invalid_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Self {
        let (valid, rest) = bytes
            .split_at_checked(error.valid_up_to())
            .unwrap_or((&[], bytes));
        Self {
            reason: Reason::InvalidUtf8,
            column: String::from_utf8_lossy(valid).chars().count() + 1,
            expected: "UTF-8 text".into(),
            found: rest.first().map_or_else(
                || "nothing".to_owned(),
                |byte| format!("the byte 0x{byte:02x}"),
            ),
            text: None,
        }
    }

    /// The error of a line that was read and yet cannot be kept.
    pub(crate) fn not_storable(text: &str) -> Self {
        Self::at(text, 0, Reason::Data, "what a store can keep")
    }

    /// The error of a line of which only the start was read.
    pub(crate) fn too_long(limit: usize, start: &[u8]) -> Self {
        Self {
            reason: Reason::TooLong,
            column: String::from_utf8_lossy(start).chars().count() + 1,
            expected: "the end of the line".into(),
            found: format!("more than {limit} bytes"),
            text: None,
        }
    }
}

/// The start of a text, as much as is shown of it.
fn excerpt(text: &str) -> String {
    /// How many characters are shown.
    const MAX_EXCERPT_CHARS: usize = 24;
    let mut rest = text.chars();
    let mut start: String = rest.by_ref().take(MAX_EXCERPT_CHARS).collect();
    if rest.next().is_some() {
        start.push('…');
    }
    start
}
