//! Patterns of names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A pattern that a whole name must match: `*` stands for any text, `?` for any one character.
///
/// Every text is a pattern:
///
/// - `*` matches any text, also the empty one, slashes and line ends;
/// - `?` matches exactly one character, whatever that is;
/// - every other character matches itself, case included. There is no escape: `?` matches a star
///   or a question mark too, and [`NameFilter::exact`](crate::NameFilter::exact) takes a name
///   literally.
///
/// Matching takes at most as many steps as the product of both lengths.
///
/// ```
/// use tracking_core::NamePattern;
///
/// assert!(NamePattern::new("/static/*").matches("/static/a/b.css"));
/// assert!(NamePattern::new("*.css").matches("/a.css"));
/// assert!(!NamePattern::new("*.css").matches("/a.css?v=1"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NamePattern(Box<str>);

const WILDCARDS: [char; 2] = ['*', '?'];

impl NamePattern {
    /// Takes a pattern; any text is one.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into().into())
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether a whole name matches.
    pub fn matches(&self, name: &str) -> bool {
        let (Some(head), Some(tail)) = (self.head(), self.tail()) else {
            return *name == *self.0;
        };
        // Most names differ at one of the ends, which is quick to see.
        let Some(middle) = name.strip_prefix(head).and_then(|n| n.strip_suffix(tail)) else {
            return false;
        };
        let wild = self.0.get(head.len()..self.0.len() - tail.len());
        wild.is_some_and(|wild| wild == "*" || matches(wild, middle))
    }

    /// The text with which every matching name begins: what is before the first wildcard.
    pub fn prefix(&self) -> &str {
        self.head().unwrap_or(&self.0)
    }

    /// The prefix that says the same, where the only wildcard is a star at the end.
    pub(super) fn as_prefix(&self) -> Option<&str> {
        let prefix = self.0.strip_suffix('*')?;
        (!prefix.contains(WILDCARDS)).then_some(prefix)
    }

    /// The name that says the same, where there is no wildcard.
    pub(super) fn as_name(&self) -> Option<&str> {
        self.head().is_none().then_some(&self.0)
    }

    /// What is before the first wildcard, where there is one.
    fn head(&self) -> Option<&str> {
        self.0.get(..self.0.find(WILDCARDS)?)
    }

    /// What is behind the last wildcard, where there is one.
    fn tail(&self) -> Option<&str> {
        self.0.get(self.0.rfind(WILDCARDS)? + 1..)
    }
}

/// Compares character by character. After a mismatch, the last star takes one character more.
fn matches(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    let mut after_star = None;
    loop {
        let name_here = name.clone();
        match (pattern.next(), name.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                name = name_here;
                after_star = Some((pattern.clone(), name.clone()));
            }
            (Some('?'), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => {
                let Some((rest, longer)) = &mut after_star else {
                    return false;
                };
                if longer.next().is_none() {
                    return false;
                }
                (pattern, name) = (rest.clone(), longer.clone());
            }
        }
    }
}

impl From<&str> for NamePattern {
    fn from(pattern: &str) -> Self {
        Self::new(pattern)
    }
}

impl From<String> for NamePattern {
    fn from(pattern: String) -> Self {
        Self::new(pattern)
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_two_signs_and_all_else_stands_for_itself() {
        for (pattern, name, expected) in [
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("/a*", "/a", true),
            ("/a*", "/a/b\nc", true),
            ("*.png", "/x/y.png", true),
            ("*.png", "/x/ypng", false),
            ("/?", "/é", true),
            ("/?", "/", false),
            ("/?", "/ab", false),
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "a", true),
            ("?*?", "a", false),
            ("?*?", "日本", true),
            ("[a]+", "[a]+", true),
            ("[a]+", "a", false),
            (r"\*", r"\x", true),
            (r"\*", "*", false),
            ("aba*aba", "aba", false),
            ("aba*aba", "abaaba", true),
            ("*a*b*c", "xaxbxbxc", true),
            ("*a*b*c", "xaxcxb", false),
            ("a*b?d", "abbcd", true),
            ("A", "a", false),
        ] {
            let found = NamePattern::new(pattern).matches(name);
            assert_eq!(found, expected, "{pattern:?} and {name:?}");
        }
    }

    #[test]
    fn a_hostile_pattern_is_answered_soon_and_a_long_one_at_all() {
        let stars = NamePattern::new("a*".repeat(500) + "b?");
        assert!(!stars.matches(&"a".repeat(5_000)));
        let long = "x".repeat(1 << 20);
        assert!(NamePattern::new(format!("*{long}?")).matches(&format!("{long}y")));
    }

    #[test]
    fn a_pattern_knows_how_its_names_begin() {
        assert_eq!(NamePattern::new("/a/*.css").prefix(), "/a/");
        assert_eq!(NamePattern::new("/a").prefix(), "/a");
        assert_eq!(NamePattern::new("?").prefix(), "");
    }
}
