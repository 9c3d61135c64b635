//! nginx's variables.

use super::field::{Field, Meaning, Part, Shape};
use super::time::TimePiece;
use crate::TimeFormat;

/// Takes a format apart: `$name` and `${name}` are variables, all else stands for itself.
pub(super) fn parts(format: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        if let Some((name, after)) = variable(rest) {
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Field(field(name)));
            rest = after;
        } else {
            literal.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    join_queries(&mut parts);
    parts
}

/// Makes `$is_args$args` one field: a question mark and the query, or nothing. A path before it ends
/// at the question mark.
fn join_queries(parts: &mut Vec<Part>) {
    let is_mark = |part: &Part| matches!(part, Part::Field(field) if field.name == "is_args");
    let is_query =
        |part: &Part| matches!(part, Part::Field(field) if field.meaning == Meaning::Query);
    while let Some(at) = parts
        .windows(2)
        .position(|two| matches!(two, [mark, query] if is_mark(mark) && is_query(query)))
    {
        parts.remove(at);
        if let Some(Part::Field(query)) = parts.get_mut(at) {
            query.shape = Shape::QueryWithMark;
        }
        if let Some(Part::Field(path)) = at.checked_sub(1).and_then(|at| parts.get_mut(at))
            && path.meaning == Meaning::Target
        {
            path.shape = Shape::Path;
        }
    }
}

/// A variable at the start of a text, and what comes after it.
fn variable(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('$')?;
    if let Some(inner) = rest.strip_prefix('{') {
        return inner.split_once('}').filter(|(name, _)| !name.is_empty());
    }
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let length = rest.find(is_end).unwrap_or(rest.len());
    rest.split_at_checked(length)
        .filter(|(name, _)| !name.is_empty())
}

fn field(name: &str) -> Field {
    let (meaning, shape) = match name {
        "remote_addr" => (Meaning::Host, Shape::Word),
        "remote_user" => (Meaning::User, Shape::Text),
        "time_local" => (time(TimeFormat::Clf), Shape::Pair),
        "time_iso8601" => (time(TimeFormat::Rfc3339), Shape::Word),
        // What counts it in milliseconds is no nginx, but is found out.
        "msec" => (time(TimeFormat::Auto), Shape::Word),
        "request" => (Meaning::Request, Shape::Text),
        "request_uri" | "uri" | "document_uri" => (Meaning::Target, Shape::Word),
        "args" | "query_string" => (Meaning::Query, Shape::Word),
        "request_method" => (Meaning::Method, Shape::Word),
        "server_protocol" => (Meaning::Protocol, Shape::Word),
        "status" => (Meaning::Status, Shape::Status),
        "body_bytes_sent" | "bytes_sent" => (Meaning::Bytes, Shape::Number),
        "http_referer" => (Meaning::Referer, Shape::Text),
        "http_user_agent" => (Meaning::Agent, Shape::Text),
        "host" | "http_host" | "server_name" => (Meaning::VirtualHost, Shape::Word),
        "server_port" => (Meaning::Port, Shape::Number),
        _ => (Meaning::Other, shape_of(name)),
    };
    let rank = match name {
        // As it came in, before any rewriting, and without headers.
        "uri" | "document_uri" | "bytes_sent" | "http_host" => 1,
        "server_name" => 2,
        _ => 0,
    };
    Field::new(meaning, &format!("${name}"), name, shape).rank(rank)
}

fn time(format: TimeFormat) -> Meaning {
    Meaning::Time(TimePiece::Whole(format))
}

/// What a variable without a meaning of its own looks like: some are lists or free text.
fn shape_of(name: &str) -> Shape {
    let is_list = name.starts_with("upstream_") || name.ends_with("_forwarded_for");
    let is_text = [
        "http_",
        "sent_http_",
        "cookie_",
        "arg_",
        "geoip",
        "ssl_client_",
    ];
    if is_list {
        Shape::List
    } else if is_text.iter().any(|start| name.starts_with(start)) {
        Shape::Text
    } else {
        Shape::Word
    }
}
