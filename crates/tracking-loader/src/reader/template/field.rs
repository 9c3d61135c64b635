//! The parts of a format, and what they mean.

use super::LineTemplateError;
use super::time::{self, TimePiece};

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that stands in every line.
    Literal(String),
    /// What differs from line to line.
    Field(Field),
}

/// A field of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) meaning: Meaning,
    /// As the server calls it, for saying what was expected.
    pub(super) written: String,
    /// What it is called in the data, where its meaning has another field already.
    pub(super) name: String,
    /// Of two fields that mean the same, the one with the lower rank is taken.
    pub(super) rank: u8,
    pub(super) shape: Shape,
}

/// What a field means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Host,
    Ident,
    User,
    Time(TimePiece),
    Request,
    /// Path and query.
    Target,
    Path,
    Query,
    Method,
    Protocol,
    Status,
    Bytes,
    Referer,
    Agent,
    VirtualHost,
    Port,
    /// Something else, under its own name.
    Other,
}

/// What the text of a field may look like where nothing encloses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Without blanks.
    Word,
    /// Words, with commas or colons between them.
    List,
    /// Anything.
    Text,
    /// A time in brackets.
    Bracketed,
    /// Two words.
    Pair,
    Status,
    Number,
    /// A path up to its query.
    Path,
    /// A question mark and what comes after it, or nothing.
    QueryWithMark,
}

impl Field {
    pub(super) fn new(
        meaning: Meaning,
        written: &str,
        name: impl Into<String>,
        shape: Shape,
    ) -> Self {
        Self {
            meaning,
            written: written.to_owned(),
            name: name.into(),
            rank: 0,
            shape,
        }
    }

    pub(super) fn rank(self, rank: u8) -> Self {
        Self { rank, ..self }
    }

    /// The regular expression of its text, between what stands before and after it.
    pub(super) fn regex(&self, before: Option<char>, after: Option<char>) -> String {
        if let Meaning::Time(TimePiece::Pattern(pattern)) = &self.meaning {
            return time::regex(pattern);
        }
        let enclosed = match (before, after) {
            (Some('"'), Some('"')) => Some(r#"(?:[^"\\]|\\.)*"#),
            (Some('['), Some(']')) => Some(r"[^\]]*"),
            _ => None,
        };
        let plain = match self.shape {
            Shape::Status => return r"(?:\d{3}|-|)".to_owned(),
            Shape::Number => return r"(?:\d+|-|)".to_owned(),
            Shape::Bracketed => return r"\[[^\]]*\]".to_owned(),
            Shape::Path => return r#"[^?"]*?"#.to_owned(),
            Shape::QueryWithMark => return r#"(?:\?[^\s"]*)?"#.to_owned(),
            Shape::Word => r"\S*?",
            Shape::List => r"\S*?(?:(?:,| :) ?\S+?)*?",
            Shape::Text => ".*?",
            Shape::Pair => r"\S+ \S+?",
        };
        enclosed.unwrap_or(plain).to_owned()
    }
}

impl Field {
    /// Tells whether its text has no end of its own, so that it could take in a path after it.
    pub(super) fn may_hold_a_path(&self) -> bool {
        matches!(self.shape, Shape::Word | Shape::List | Shape::Text)
    }

    /// The regular expression of a path right after [such a field](Self::may_hold_a_path): the path
    /// begins at the first slash. That of any other field stays as it is.
    pub(super) fn regex_from_slash(&self, regex: String) -> String {
        match self.meaning {
            Meaning::Target | Meaning::Path => format!("(?:/{regex}|\\*)"),
            _ => regex,
        }
    }
}

/// Sees to it that no two fields mean the same: the others are kept under their own names.
pub(super) fn settle(parts: &mut [Part]) {
    fn fields(parts: &mut [Part]) -> impl Iterator<Item = &mut Field> {
        parts.iter_mut().filter_map(|part| match part {
            Part::Field(field) => Some(field),
            Part::Literal(_) => None,
        })
    }
    let mut best: Vec<(std::mem::Discriminant<Meaning>, u8)> = Vec::new();
    for field in fields(parts) {
        let kind = std::mem::discriminant(&field.meaning);
        match best.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, rank)) => *rank = field.rank.min(*rank),
            None => best.push((kind, field.rank)),
        }
    }
    let mut names: Vec<String> = Vec::new();
    for field in fields(parts) {
        let kind = std::mem::discriminant(&field.meaning);
        // Times may be made of several fields, which are put together elsewhere.
        if !matches!(field.meaning, Meaning::Other | Meaning::Time(_)) {
            match best.iter().position(|best| *best == (kind, field.rank)) {
                Some(place) => drop(best.remove(place)),
                None => field.meaning = Meaning::Other,
            }
        }
        if field.meaning == Meaning::Other {
            let base = field.name.clone();
            let mut n = 2;
            while names.contains(&field.name) {
                field.name = format!("{base}_{n}");
                n += 1;
            }
            names.push(field.name.clone());
        }
    }
}

/// Refuses a format that has no time, or nothing that was requested.
pub(super) fn check(
    has: impl Fn(&dyn Fn(&Meaning) -> bool) -> bool,
) -> Result<(), LineTemplateError> {
    if !has(&|meaning| matches!(meaning, Meaning::Time(_))) {
        return Err(LineTemplateError::Missing {
            what: "when a request was",
            example: "$time_local, $time_iso8601 or $msec, or with Apache %t",
        });
    }
    let says_what =
        |meaning: &Meaning| matches!(meaning, Meaning::Request | Meaning::Target | Meaning::Path);
    if !has(&says_what) {
        return Err(LineTemplateError::Missing {
            what: "what was requested",
            example: "$request, $request_uri or $uri, or with Apache %r or %U",
        });
    }
    Ok(())
}

/// The name of readers that are made of a log format.
pub(super) const NAME: &str = "log-format";
