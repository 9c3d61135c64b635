//! Texts of a request, cut where they are long.

use std::borrow::Cow;

/// A text from a request is cut to this many bytes.
const MAX_TEXT: usize = 1024;

/// The start of a text; `…` stands for the rest.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_TEXT {
        return Cow::Borrowed(text);
    }
    let start = text.get(..text.floor_char_boundary(MAX_TEXT));
    Cow::Owned(format!("{}…", start.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        let long = format!("a{}", "é".repeat(MAX_TEXT));
        let shown = cut(&long).into_owned();
        assert!(shown.ends_with("é…") && shown.len() <= MAX_TEXT + "…".len());
        assert_eq!(cut(&"x".repeat(MAX_TEXT)), "x".repeat(MAX_TEXT));
    }
}
