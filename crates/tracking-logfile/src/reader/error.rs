//! Why a line is not in the format it should be in.

use std::fmt;

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
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A line that is not in the format it should be in: where, what was expected, what is there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: expected {expected}, found {found}")]
#[non_exhaustive]
pub struct LineError {
    /// Which part of the line is wrong.
    pub reason: Reason,
    /// Where, in characters counted from 1.
    pub column: usize,
    /// What should be there.
    pub expected: &'static str,
    /// What is there, for people to read.
    pub found: String,
}

impl LineError {
    /// How many characters of what was found are shown.
    const SHOWN: usize = 24;

    /// An error at a byte position of a text.
    pub(super) fn at(text: &str, at: usize, reason: Reason, expected: &'static str) -> Self {
        let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        let mut shown = rest.chars();
        let start: String = shown.by_ref().take(Self::SHOWN).collect();
        let found = match (rest, shown.next()) {
            ("", _) => "the end of the line".to_owned(),
            (_, None) => format!("{start:?}"),
            (_, Some(_)) => format!("{:?}", start + "…"),
        };
        Self {
            reason,
            column: before.chars().count() + 1,
            expected,
            found,
        }
    }

    /// The error of bytes that are no UTF-8.
    pub(super) fn no_text(bytes: &[u8], error: std::str::Utf8Error) -> Self {
        let (valid, rest) = bytes
            .split_at_checked(error.valid_up_to())
            .unwrap_or((&[], bytes));
        Self {
            reason: Reason::InvalidUtf8,
            column: String::from_utf8_lossy(valid).chars().count() + 1,
            expected: "UTF-8 text",
            found: rest.first().map_or_else(
                || "nothing".to_owned(),
                |byte| format!("the byte 0x{byte:02x}"),
            ),
        }
    }

    /// The error of a line of which only the start was read.
    pub(crate) fn too_long(limit: usize, start: &[u8]) -> Self {
        Self {
            reason: Reason::TooLong,
            column: String::from_utf8_lossy(start).chars().count() + 1,
            expected: "the end of the line",
            found: format!("more than {limit} bytes"),
        }
    }
}
