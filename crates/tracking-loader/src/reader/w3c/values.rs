//! The values of a line: words, or anything in quotes.

use std::borrow::Cow;

use crate::reader::scan::closing_doubled;
use crate::reader::{LineError, Reason};

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) at: usize,
    is_quoted: bool,
}

impl Value<'_> {
    /// Nothing stands for nothing, as does `-` without quotes.
    pub(super) fn is_absent(&self) -> bool {
        self.text.is_empty() || (!self.is_quoted && self.text == "-")
    }
}

/// The values of a line, separated by blanks or tabs. Within quotes, a quote is written twice.
///
/// Where tabs alone make as many values as are expected, blanks belong to the values, and two tabs
/// have an empty value between them.
pub(super) fn values(text: &str, expected: usize) -> Values<'_> {
    let tabs = text.bytes().filter(|byte| *byte == b'\t').count();
    Values {
        text,
        rest: Some(text),
        by_tabs: tabs > 0 && tabs + 1 == expected,
    }
}

/// Gives the values of a line one by one.
pub(super) struct Values<'a> {
    text: &'a str,
    /// Nothing at the end.
    rest: Option<&'a str>,
    by_tabs: bool,
}

impl<'a> Values<'a> {
    /// What comes up to the next tab.
    fn next_cell(&mut self) -> Option<Value<'a>> {
        let rest = self.rest?;
        let at = self.text.len() - rest.len();
        let (cell, after) = match rest.split_once('\t') {
            Some((cell, after)) => (cell, Some(after)),
            None => (rest, None),
        };
        self.rest = after;
        let quoted = cell.strip_prefix('"').and_then(unquoted);
        let quoted = quoted.filter(|(_, surplus)| surplus.is_empty());
        Some(Value {
            at,
            is_quoted: quoted.is_some(),
            text: quoted.map_or(Cow::Borrowed(cell), |(text, _)| text),
        })
    }

    /// What comes up to the next blank that is not in quotes.
    fn next_word(&mut self) -> Option<Result<Value<'a>, LineError>> {
        let rest = self.rest?.trim_start_matches([' ', '\t']);
        if rest.is_empty() {
            return None;
        }
        let at = self.text.len() - rest.len();
        let quoted = rest.strip_prefix('"');
        let (text, after) = if let Some(inner) = quoted {
            let Some(split) = unquoted(inner) else {
                self.rest = None;
                let expected = "the closing quote";
                let error = LineError::at(self.text, self.text.len(), Reason::Fields, expected);
                return Some(Err(error));
            };
            split
        } else {
            let end = rest.find([' ', '\t']).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end)?;
            (Cow::Borrowed(word), after)
        };
        self.rest = Some(after);
        Some(Ok(Value {
            text,
            at,
            is_quoted: quoted.is_some(),
        }))
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Result<Value<'a>, LineError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.by_tabs {
            self.next_cell().map(Ok)
        } else {
            self.next_word()
        }
    }
}

/// What stands before the closing quote, with doubled quotes made single, and what after it.
fn unquoted(inner: &str) -> Option<(Cow<'_, str>, &str)> {
    let (content, after) = inner.split_at_checked(closing_doubled(inner)?)?;
    let content = if content.contains('"') {
        Cow::Owned(content.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(content)
    };
    Some((content, after.get(1..)?))
}
