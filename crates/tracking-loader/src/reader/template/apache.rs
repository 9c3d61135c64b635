//! Apache's directives.

use super::LineTemplateError;
use super::field::{Field, Meaning, Part, Shape};
use super::time::TimePiece;
use crate::TimeFormat;

/// Takes a format apart: `%h`, `%>s`, `%{Referer}i` and so on, all else stands for itself.
pub(super) fn parts(format: &str) -> Result<Vec<Part>, LineTemplateError> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c != '%' {
            literal.push(c);
            rest = after;
        } else if let Some(after) = after.strip_prefix('%') {
            literal.push('%');
            rest = after;
        } else {
            let directive = Directive::before(rest)?;
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Field(directive.field()?));
            rest = rest.get(directive.text.len()..).unwrap_or_default();
        }
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

/// A directive: `%`, perhaps conditions, perhaps an argument, and letters.
struct Directive<'a> {
    text: &'a str,
    is_original: bool,
    argument: Option<&'a str>,
    letters: &'a str,
}

impl<'a> Directive<'a> {
    /// The one that a text starts with.
    fn before(text: &'a str) -> Result<Self, LineTemplateError> {
        let unknown = || LineTemplateError::Directive {
            directive: text.chars().take(12).collect(),
        };
        let rest = text.get(1..).unwrap_or_default();
        let is_condition = |c: char| c.is_ascii_digit() || matches!(c, '!' | ',' | '<' | '>');
        let (mut conditions, mut rest, mut argument) = ("", rest, None);
        // Conditions and the argument come in either order.
        for _ in 0..2 {
            let length = rest.find(|c| !is_condition(c)).unwrap_or(rest.len());
            if length > 0 {
                conditions = rest.get(..length).unwrap_or_default();
                rest = rest.get(length..).unwrap_or_default();
            }
            if let Some(inner) = rest.strip_prefix('{').filter(|_| argument.is_none()) {
                let (inner, after) = inner.split_once('}').ok_or_else(unknown)?;
                (argument, rest) = (Some(inner), after);
            }
        }
        let length = match rest.as_bytes() {
            [b'^', b'F', b'B', ..] | [b'^', b't', b'i' | b'o', ..] => 3,
            [letter, ..] if letter.is_ascii_alphabetic() => 1,
            _ => return Err(unknown()),
        };
        let letters = rest.get(..length).unwrap_or_default();
        let end = text.len() - rest.len() + length;
        Ok(Self {
            text: text.get(..end).unwrap_or(text),
            is_original: conditions.contains('<'),
            argument,
            letters,
        })
    }

    fn field(&self) -> Result<Field, LineTemplateError> {
        let argument = self.argument.unwrap_or_default();
        let named = |name: &str, shape| (Meaning::Other, name.to_owned(), shape);
        let known = |meaning, name: &str, shape| (meaning, name.to_owned(), shape);
        let (word, text, number) = (Shape::Word, Shape::Text, Shape::Number);
        let (meaning, name, shape) = match self.letters {
            "h" | "a" if argument.is_empty() => known(Meaning::Host, "client", word),
            "a" => named("peer_address", word),
            "h" => known(Meaning::Host, "client", word),
            "A" => named("server_address", word),
            "b" | "B" => known(Meaning::Bytes, "body_bytes", number),
            "O" => known(Meaning::Bytes, "bytes_out", number),
            "I" => named("bytes_in", word),
            "S" => named("bytes_in_and_out", word),
            "C" => named(&format!("cookie_{}", lower(argument)), text),
            "D" => named("duration_us", word),
            "T" => named(duration(argument), word),
            "e" => named(&format!("env_{}", lower(argument)), text),
            "f" => named("file", text),
            "H" => known(Meaning::Protocol, "protocol", word),
            "i" => header(argument),
            "k" => named("keepalive_requests", word),
            "l" => known(Meaning::Ident, "ident", word),
            "L" => named("log_id", word),
            "m" => known(Meaning::Method, "method", word),
            "n" => named(&format!("note_{}", lower(argument)), text),
            "o" | "^to" | "^ti" => named(&format!("sent_{}", lower(argument)), text),
            "p" if argument.is_empty() || argument == "canonical" => {
                known(Meaning::Port, "port", number)
            }
            "p" => named(&format!("{}_port", lower(argument)), word),
            "P" => named(&process(argument), word),
            "q" => known(Meaning::Query, "query", Shape::QueryWithMark),
            "r" => known(Meaning::Request, "request", text),
            "R" => named("handler", word),
            "s" if self.is_original => named("original_status", word),
            "s" => known(Meaning::Status, "status", Shape::Status),
            "t" => return Ok(self.time()),
            "u" => known(Meaning::User, "user", text),
            "U" => known(Meaning::Path, "path", Shape::Path),
            "v" => known(Meaning::VirtualHost, "server_name", word),
            "V" => known(Meaning::VirtualHost, "host", word),
            "X" => named("connection_status", word),
            "^FB" => named("first_byte_us", word),
            _ => {
                return Err(LineTemplateError::Directive {
                    directive: self.text.to_owned(),
                });
            }
        };
        let rank = match (self.letters, self.is_original) {
            ("O" | "V", _) => 1,
            _ => 0,
        };
        Ok(Field::new(meaning, self.text, name, shape).rank(rank))
    }

    fn time(&self) -> Field {
        let field = |piece, shape| Field::new(Meaning::Time(piece), self.text, "time", shape);
        let argument = self.argument.unwrap_or_default();
        let of = argument
            .strip_prefix("begin:")
            .or(argument.strip_prefix("end:"));
        match of.unwrap_or(argument) {
            "" => field(TimePiece::Whole(TimeFormat::Clf), Shape::Bracketed),
            "sec" => field(TimePiece::Seconds, Shape::Word),
            "msec" => field(TimePiece::Whole(TimeFormat::UnixMillis), Shape::Word),
            "usec" => field(TimePiece::Whole(TimeFormat::UnixMicros), Shape::Word),
            "msec_frac" => field(TimePiece::Pattern("%3f".to_owned()), Shape::Word),
            "usec_frac" => field(TimePiece::Pattern("%6f".to_owned()), Shape::Word),
            pattern => field(TimePiece::Pattern(pattern.to_owned()), Shape::Text),
        }
    }
}

fn header(name: &str) -> (Meaning, String, Shape) {
    let meaning = match name.to_ascii_lowercase().as_str() {
        "referer" => Meaning::Referer,
        "user-agent" => Meaning::Agent,
        "host" => Meaning::VirtualHost,
        _ => Meaning::Other,
    };
    let shape = if lower(name).ends_with("forwarded_for") {
        Shape::List
    } else {
        Shape::Text
    };
    (meaning, format!("http_{}", lower(name)), shape)
}

fn duration(unit: &str) -> &'static str {
    match unit {
        "ms" => "duration_ms",
        "us" => "duration_us",
        _ => "duration_s",
    }
}

fn process(kind: &str) -> String {
    match kind {
        "" => "pid".to_owned(),
        kind => lower(kind),
    }
}

/// As nginx's variables are called: in lower case, with underscores.
fn lower(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '.', ' '], "_")
}
