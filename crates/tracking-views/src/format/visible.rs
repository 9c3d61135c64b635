//! Text that cannot break a line, a page or a terminal.

use std::fmt::{self, Write};

/// A displayed character: itself, or its escape.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece {
    Plain(char),
    Escaped(char),
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(c) => f.write_char(*c),
            Self::Escaped(c) if c.is_control() => c.escape_default().fmt(f),
            Self::Escaped(c) => c.escape_unicode().fmt(f),
        }
    }
}

/// The pieces of a text, from its start.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    text.chars().map(|c| {
        if must_be_escaped(c) {
            Piece::Escaped(c)
        } else {
            Piece::Plain(c)
        }
    })
}

/// Whether a character must be escaped in output for people. Control characters control terminals
/// and break lines; the others are invisible and reorder, join or hide the characters next to
/// them.
#[must_use]
pub fn must_be_escaped(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// Prints a text with its escapes, cut with `…` after a number of characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visible<'a> {
    text: &'a str,
    limit: usize,
}

/// How much is shown of a title, of a value among others, and of one that has room.
const SHORT: usize = 60;
const BRIEF: usize = 200;
const LONG: usize = 20_000;

impl<'a> Visible<'a> {
    /// The title of a window.
    pub(crate) fn short(text: &'a str) -> Self {
        Self { text, limit: SHORT }
    }

    /// A value among others.
    pub(crate) fn brief(text: &'a str) -> Self {
        Self { text, limit: BRIEF }
    }

    /// A value that has room.
    pub(crate) fn long(text: &'a str) -> Self {
        Self { text, limit: LONG }
    }
}

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What needs no escape is written at once, for that is nearly all there is.
        let mut start = 0;
        let plain = |start: usize, end: usize| self.text.get(start..end).unwrap_or_default();
        for (number, (position, c)) in self.text.char_indices().enumerate() {
            if number == self.limit {
                f.write_str(plain(start, position))?;
                return f.write_char('…');
            }
            if must_be_escaped(c) {
                f.write_str(plain(start, position))?;
                Piece::Escaped(c).fmt(f)?;
                start = position + c.len_utf8();
            }
        }
        f.write_str(plain(start, self.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_or_turns_a_line_is_escaped() {
        let formatted = |text| Visible::brief(text).to_string();
        assert_eq!(formatted("a\nb\r\t"), r"a\nb\r\t");
        assert_eq!(formatted("\u{1b}[31m\u{9b}\0"), r"\u{1b}[31m\u{9b}\u{0}");
        assert_eq!(
            formatted("\u{202e}x\u{2028}\u{200b}"),
            r"\u{202e}x\u{2028}\u{200b}"
        );
        assert_eq!(formatted("ü字e\u{301}👩‍🚀 שלום"), "ü字e\u{301}👩‍🚀 שלום");
    }

    #[test]
    fn a_long_text_is_cut_with_a_mark() {
        let formatted = |text, limit| Visible { text, limit }.to_string();
        assert_eq!(formatted("abc", 3), "abc");
        assert_eq!(formatted("abcd", 3), "abc…");
    }
}
