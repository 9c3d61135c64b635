//! Colour.

use std::fmt;

use super::TextOptions;

/// The role of a text, which determines its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Title,
    Heading,
    Faint,
    Bar,
    Warning,
}

impl Style {
    /// The parameters of the escape sequence; only the sixteen colours every terminal has, so
    /// that they go with the theme of its owner.
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Title => "1",
            Self::Heading => "1;34",
            Self::Faint => "2",
            Self::Bar => "36",
            Self::Warning => "33",
        }
    }
}

/// Text with its colour, if any.
#[derive(Debug)]
pub(super) struct Painted<'a> {
    text: &'a str,
    code: &'static str,
}

/// Colours text if the options allow colour.
pub(super) fn paint(options: TextOptions, style: Style, text: &str) -> Painted<'_> {
    let code = if options.color { style.code() } else { "" };
    Painted { text, code }
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() || self.text.is_empty() {
            f.write_str(self.text)
        } else {
            write!(f, "\u{1b}[{}m{}\u{1b}[0m", self.code, self.text)
        }
    }
}
