//! What stands around a format in the configuration of a server.

/// In whose words a format is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Variables like `$remote_addr`.
    Nginx,
    /// Directives like `%h`.
    Apache,
}

/// Takes the format out of what stands around it: `log_format NAME '…' '…';`,
/// `LogFormat "…" NAME`, `CustomLog FILE "…"`, or quotes alone.
pub(super) fn unwrap(text: &str) -> (String, Syntax) {
    let text = text.trim();
    let after = |word: &str| {
        let (first, rest) = text.split_once(char::is_whitespace)?;
        first.eq_ignore_ascii_case(word).then_some(rest)
    };
    if let Some(rest) = after("log_format") {
        let rest = rest.trim_start();
        let (_name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        return (pieces(rest.trim_end().trim_end_matches(';')), Syntax::Nginx);
    }
    if let Some(rest) = after("LogFormat") {
        return (first_piece(rest), Syntax::Apache);
    }
    if let Some(rest) = after("CustomLog") {
        let rest = skip_piece(rest);
        return (first_piece(rest), Syntax::Apache);
    }
    let format = match text.chars().next() {
        Some('\'') => pieces(text.trim_end_matches(';')),
        Some('"') if is_one_piece(text) => first_piece(text),
        _ => text.to_owned(),
    };
    let syntax = syntax(&format);
    // Pasted without its outer quotes, as it stands between them.
    let format = match syntax {
        Syntax::Apache => unescaped(&format),
        Syntax::Nginx if format.contains("\\\"") => unescaped(&format),
        Syntax::Nginx => format,
    };
    (format, syntax)
}

/// Variables are nginx's, unless there are directives, too, which mean nothing there.
fn syntax(format: &str) -> Syntax {
    let is_variable = |(at, _): (usize, &str)| {
        let rest = format.get(at + 1..).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '{' || c == '_')
    };
    if format.match_indices('$').any(is_variable) {
        Syntax::Nginx
    } else {
        Syntax::Apache
    }
}

/// Pieces in quotes, or words, put together as nginx does; `escape=…` is none of them.
fn pieces(text: &str) -> String {
    let mut rest = text.trim_start();
    let mut all = String::new();
    while !rest.is_empty() {
        let length = piece_length(rest);
        let piece = rest.get(..length).unwrap_or(rest);
        if !piece.starts_with("escape=") {
            all.push_str(&content(piece));
        }
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    all
}

fn first_piece(text: &str) -> String {
    let text = text.trim_start();
    content(text.get(..piece_length(text)).unwrap_or(text))
}

fn skip_piece(text: &str) -> &str {
    let text = text.trim_start();
    text.get(piece_length(text)..).unwrap_or_default()
}

fn is_one_piece(text: &str) -> bool {
    piece_length(text) == text.len()
}

/// How long the piece at the start of a text is, quotes and all.
fn piece_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    let Some((_, quote)) = characters.next().filter(|(_, c)| ['"', '\''].contains(c)) else {
        return text.find(char::is_whitespace).unwrap_or(text.len());
    };
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

/// What a piece says, without its quotes and escapes.
fn content(piece: &str) -> String {
    match piece.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inner = piece.get(1..).unwrap_or_default();
            unescaped(inner.strip_suffix(quote).unwrap_or(inner))
        }
        _ => unescaped(piece),
    }
}

/// Quotes and backslashes without the backslash before them, and tabs and line breaks as such.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match characters.next() {
            Some('t') => plain.push('\t'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some(c @ ('"' | '\'' | '\\')) => plain.push(c),
            Some(c) => plain.extend(['\\', c]),
            None => plain.push('\\'),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_detected_by_its_context() {
        for (text, expected, syntax) in [
            ("$a [$b]", "$a [$b]", Syntax::Nginx),
            ("'$a '\n  '\"$b\" \\'';", "$a \"$b\" '", Syntax::Nginx),
            (
                "log_format main '$a - '\n\t'\"$b\"' ;",
                "$a - \"$b\"",
                Syntax::Nginx,
            ),
            (
                "log_format j escape=json \"{\\\"a\\\":\\\"$a\\\"}\";",
                "{\"a\":\"$a\"}",
                Syntax::Nginx,
            ),
            ("log_format short $a;", "$a", Syntax::Nginx),
            (r#""$a" $b"#, r#""$a" $b"#, Syntax::Nginx),
            (r#""$a \"$b\"""#, r#"$a "$b""#, Syntax::Nginx),
            (r#"%h \"%r\"\t%b"#, "%h \"%r\"\t%b", Syntax::Apache),
            (r#"%h "%r""#, r#"%h "%r""#, Syntax::Apache),
            (
                r#"LogFormat "%h \"%r\"" combined"#,
                r#"%h "%r""#,
                Syntax::Apache,
            ),
            (r#"  logformat '%h "%r"' x"#, r#"%h "%r""#, Syntax::Apache),
            (
                r#"CustomLog "|/usr/bin/x y" "%h \"%r\"" env=!no"#,
                r#"%h "%r""#,
                Syntax::Apache,
            ),
            (
                r#"CustomLog logs/a.log "%h %{a$b}i""#,
                "%h %{a$b}i",
                Syntax::Apache,
            ),
        ] {
            assert_eq!(unwrap(text), (expected.to_owned(), syntax), "{text}");
        }
    }
}
