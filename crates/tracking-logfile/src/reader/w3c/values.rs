//! The values of a line: words, or anything in quotes.

use std::borrow::Cow;

use crate::reader::{LineError, Reason};

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) at: usize,
    is_quoted: bool,
}

impl Value<'_> {
    pub(super) fn is_absent(&self) -> bool {
        !self.is_quoted && self.text == "-"
    }
}

/// The values of a line, separated by blanks or tabs. Within quotes, a quote is written twice.
pub(super) fn values(text: &str) -> impl Iterator<Item = Result<Value<'_>, LineError>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t']);
        let at = text.len() - rest.len();
        let (value, after) = match rest.strip_prefix('"') {
            _ if rest.is_empty() => return None,
            Some(inner) => {
                let Some(split) = unquoted(inner) else {
                    rest = "";
                    let expected = "the closing quote";
                    let error = LineError::at(text, text.len(), Reason::Fields, expected);
                    return Some(Err(error));
                };
                split
            }
            None => {
                let end = rest.find([' ', '\t']).unwrap_or(rest.len());
                let (word, after) = rest.split_at_checked(end)?;
                (Cow::Borrowed(word), after)
            }
        };
        let is_quoted = rest.starts_with('"');
        rest = after;
        Some(Ok(Value {
            text: value,
            at,
            is_quoted,
        }))
    })
}

/// What stands before the closing quote, with doubled quotes made single, and what after it.
fn unquoted(inner: &str) -> Option<(Cow<'_, str>, &str)> {
    let (content, after) = inner.split_at_checked(closing(inner)?)?;
    let content = if content.contains('"') {
        Cow::Owned(content.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(content)
    };
    Some((content, after.get(1..)?))
}

/// The first quote that no other quote follows.
fn closing(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('"')?;
        if text.get(at + 1..)?.starts_with('"') {
            from = at + 2;
        } else {
            return Some(at);
        }
    }
}
