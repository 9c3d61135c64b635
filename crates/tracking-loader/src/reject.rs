//! Lines that could not be read.

use std::fmt;

use crate::{LineError, Reason, Source};

/// A line that is not in the format it should be in, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    source: Source,
    line: u64,
    error: LineError,
    text: String,
}

impl Reject {
    /// How many characters of the line are kept.
    pub const MAX_TEXT_CHARS: usize = 200;

    /// A line that was refused. Its text is cut, and made so that it can be shown.
    pub fn new(source: Source, line: u64, error: LineError, bytes: &[u8]) -> Self {
        Self {
            source,
            line,
            error,
            text: printable_excerpt(bytes),
        }
    }

    /// The log that it stands in.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Its number there, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Where in the line the trouble starts, in characters counted from 1.
    pub fn column(&self) -> usize {
        self.error.column
    }

    /// Which part of the line is wrong.
    pub fn reason(&self) -> Reason {
        self.error.reason
    }

    /// What should be there.
    pub fn expected(&self) -> &str {
        &self.error.expected
    }

    /// What is there, without quotes: the start of the text, or words about it.
    pub fn found_text(&self) -> &str {
        self.error.found_text()
    }

    /// What is there, for people to read: text in quotes, or words about it.
    pub fn found(&self) -> &str {
        &self.error.found
    }

    /// The start of the line, on one line and without control characters, so that it can be
    /// shown on a terminal: those are written like `\u{1b}`, and bytes that are no text as `�`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: line {}, {}", self.source, self.line, self.error)
    }
}

/// The start of a line, so that it can be shown on a terminal.
pub(crate) fn printable_excerpt(bytes: &[u8]) -> String {
    // A character has at most four bytes, so this is enough to fill what is shown.
    let start = bytes
        .get(..4 * (Reject::MAX_TEXT_CHARS + 1))
        .unwrap_or(bytes);
    let text = String::from_utf8_lossy(start);
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == Reject::MAX_TEXT_CHARS {
            shown.push('…');
            break;
        }
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_can_be_shown_on_a_terminal() {
        assert_eq!(
            printable_excerpt(b"a\x1b[2J\tb\xff\"c"),
            "a\\u{1b}[2J\\tb\u{fffd}\"c"
        );
    }

    #[test]
    fn the_text_is_cut_after_whole_characters() {
        let long = "é".repeat(Reject::MAX_TEXT_CHARS);
        assert_eq!(printable_excerpt(long.as_bytes()), long);
        assert_eq!(
            printable_excerpt((long.clone() + "éé").as_bytes()),
            long + "…"
        );
        let wide = "😀".repeat(2 * Reject::MAX_TEXT_CHARS);
        assert_eq!(
            printable_excerpt(wide.as_bytes()).chars().count(),
            Reject::MAX_TEXT_CHARS + 1
        );
    }
}
