//! The words of a line, some of which stand in quotes, brackets or parentheses.

use super::scan::closing_quote;
use super::{LineError, Reason};

/// A word of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// Without its quotes, but with its brackets.
    pub(super) text: &'a str,
    /// Where it starts in the line, in bytes.
    pub(super) at: usize,
    pub(super) is_quoted: bool,
}

impl<'a> Word<'a> {
    /// What it says; nothing where it is empty or `-`.
    pub(super) fn given(self) -> Option<&'a str> {
        given(self.text)
    }
}

/// What a text says; nothing where it is empty or `-`.
pub(super) fn given(text: &str) -> Option<&str> {
    (!matches!(text, "" | "-")).then_some(text)
}

/// The words of a line, which blanks separate. A word in quotes, brackets, braces or parentheses
/// may hold blanks; within quotes, a backslash takes the character after it along.
pub(super) struct Words<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    /// Those of a line from a byte on.
    pub(super) fn of(line: &'a str, at: usize) -> Self {
        Self { line, at }
    }

    /// Where the next word starts, or the line ends.
    pub(super) fn at(&mut self) -> usize {
        let rest = self.line.get(self.at..).unwrap_or_default();
        self.at += rest.bytes().take_while(|byte| *byte == b' ').count();
        self.at
    }

    /// The next word; nothing at the end of the line.
    ///
    /// # Errors
    ///
    /// [`LineError`] for quotes that do not close, or that something follows without a blank.
    pub(super) fn next_word(&mut self) -> Result<Option<Word<'a>>, LineError> {
        let at = self.at();
        let rest = self.line.get(at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        let quoted = rest.strip_prefix('"');
        let (text, length) = if let Some(inner) = quoted {
            let content = closing_quote(inner).and_then(|end| inner.get(..end));
            let content = content.ok_or_else(|| {
                let end = self.line.len();
                LineError::at(self.line, end, Reason::LineEnd, "the closing quote")
            })?;
            (content, content.len() + 2)
        } else {
            let length = enclosed(rest, first).unwrap_or_else(|| plain(rest));
            (rest.get(..length).unwrap_or(rest), length)
        };
        self.at = at + length;
        let after = self.line.get(self.at..).unwrap_or_default();
        if quoted.is_some() && !after.is_empty() && !after.starts_with(' ') {
            let expected = "a blank, or the end of the line";
            return Err(LineError::at(self.line, self.at, Reason::LineEnd, expected));
        }
        Ok(Some(Word {
            text,
            at,
            is_quoted: quoted.is_some(),
        }))
    }

    /// All words that are left.
    pub(super) fn all(mut self) -> Result<Vec<Word<'a>>, LineError> {
        let mut all = Vec::new();
        while let Some(word) = self.next_word()? {
            all.push(word);
        }
        Ok(all)
    }
}

/// How long a word up to a blank is.
fn plain(rest: &str) -> usize {
    rest.find(' ').unwrap_or(rest.len())
}

/// How long a word in brackets is, where it is one and a blank or nothing follows it.
fn enclosed(rest: &str, first: char) -> Option<usize> {
    let close = match first {
        '[' => ']',
        '(' => ')',
        '{' => '}',
        _ => return None,
    };
    let length = rest.find(close)? + 1;
    let after = rest.get(length..)?;
    (after.is_empty() || after.starts_with(' ')).then_some(length)
}

/// Where in a line its request starts, in quotes, after words that stand before it; nothing where
/// there is none.
///
/// The request is what stands in quotes before a status, or where nothing does, what stands in
/// quotes first. A bracket before it would be the time of another line.
pub(super) fn request_start(rest: &str) -> Option<usize> {
    let first = rest.find('"')?;
    let mut at = first;
    loop {
        let inner = rest.get(at + 1..)?;
        let Some(end) = closing_quote(inner) else {
            break;
        };
        let after = at + end + 2;
        if starts_with_status(rest.get(after..)?) {
            return is_before_request(rest.get(..at)?).then_some(at);
        }
        let Some(next) = rest.get(after..)?.find('"') else {
            break;
        };
        at = after + next;
    }
    is_before_request(rest.get(..first)?).then_some(first)
}

fn is_before_request(text: &str) -> bool {
    !text.contains(['[', ']'])
}

fn starts_with_status(text: &str) -> bool {
    let word = text.trim_start_matches(' ');
    let is_status =
        |word: &[u8]| word == b"-" || (word.len() == 3 && word.iter().all(u8::is_ascii_digit));
    word.len() < text.len()
        && word
            .split_once(' ')
            .is_some_and(|(word, _)| is_status(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<&str> {
        let words = Words::of(line, 0).all().unwrap();
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_word_may_hold_blanks_where_something_encloses_it() {
        assert_eq!(
            words(r#"a  "b \" c" [d e] (0 s) {f g} "" - [h"#),
            ["a", r#"b \" c"#, "[d e]", "(0 s)", "{f g}", "", "-", "[h"]
        );
        assert_eq!(words(""), Vec::<&str>::new());
        assert_eq!(words("  "), Vec::<&str>::new());
    }

    #[test]
    fn quotes_that_do_not_close_are_wrong() {
        for (line, at) in [(r#"a "b"#, 5), (r#"a "b"c"#, 6)] {
            let error = Words::of(line, 0).all().unwrap_err();
            assert_eq!(
                (error.column, error.reason),
                (at, Reason::LineEnd),
                "{line}"
            );
        }
    }
}
