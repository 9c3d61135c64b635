//! Sanitises text for terminals.

use std::borrow::Cow;

use tracking_views::must_be_escaped;

/// Escapes control and bidirectional characters as `\u{1b}`; line feeds stay.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    let is_escaped = |c: char| c != '\n' && must_be_escaped(c);
    if !text.contains(is_escaped) {
        return text.into();
    }
    let escaped = |c: char| {
        if is_escaped(c) {
            c.escape_unicode().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(sanitize("a <b> \"ü\"\n"), "a <b> \"ü\"\n");
        assert_eq!(
            sanitize("\u{1b}]0;x\u{7}\u{202e}\r"),
            "\\u{1b}]0;x\\u{7}\\u{202e}\\u{d}"
        );
    }
}
