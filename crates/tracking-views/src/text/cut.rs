//! Text measured by the columns that it fills.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::format::{Piece, pieces};

const JOINER: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';
const MARK: &str = "…";

/// Marks that fill no column, heaped on one column, are cut beyond this many.
const MARKS_PER_COLUMN: usize = 8;

/// The width in columns of a text without control characters.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A text on one line with its escapes, cut with `…` to at most `limit` columns.
///
/// Work and memory depend on `limit` only, not on the length of the text.
pub(super) fn cut(text: &str, limit: usize) -> String {
    // Plain characters need no measuring.
    let is_plain = text
        .bytes()
        .take(limit + 1)
        .all(|b| (b' '..=b'~').contains(&b));
    if is_plain && text.len() <= limit {
        return text.to_owned();
    }
    if let (true, Some(start)) = (is_plain && limit > 0, text.get(..limit.saturating_sub(1))) {
        return format!("{start}{MARK}");
    }
    let mut output = String::new();
    let mut filled = 0;
    // The last position at which the mark fits and no character is split.
    let mut safe = 0;
    let mut joined = false;
    for (count, piece) in pieces(text).enumerate() {
        let columns = columns_of(piece);
        if columns > 0 && !joined && filled + width(MARK) <= limit {
            safe = output.len();
        }
        filled += columns;
        if filled > limit || count >= limit.saturating_mul(MARKS_PER_COLUMN) {
            output.truncate(safe);
            output.push_str(MARK);
            return output;
        }
        joined = matches!(piece, Piece::Plain(JOINER));
        push(&mut output, piece);
    }
    output
}

/// At least as many columns as the piece adds to those before it.
fn columns_of(piece: Piece) -> usize {
    match piece {
        Piece::Plain(EMOJI_STYLE) => 1,
        Piece::Plain(c) => c.width().unwrap_or(0),
        Piece::Escaped(_) => piece.to_string().len(),
    }
}

/// A text on one line however long it is, with its escapes.
pub(super) fn escape(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    pieces(text).for_each(|piece| push(&mut output, piece));
    output
}

fn push(output: &mut String, piece: Piece) {
    match piece {
        Piece::Plain(c) => output.push(c),
        Piece::Escaped(_) => output.push_str(&piece.to_string()),
    }
}

/// A text on lines of at most `limit` columns, broken at blanks where there are any; of more than
/// so many lines the last one ends with `…`.
pub(super) fn fold(text: &str, limit: usize, lines: usize) -> Vec<String> {
    let mut folded = Vec::new();
    let (mut line, mut filled, mut count) = (String::new(), 0, 0);
    // Where the line could be broken.
    let mut blank = None;
    for piece in pieces(text) {
        let columns = columns_of(piece);
        let is_full = filled + columns > limit || count >= limit.saturating_mul(MARKS_PER_COLUMN);
        if is_full && !line.is_empty() {
            let hangs = matches!(piece, Piece::Plain(' '));
            let position = blank.filter(|_| !hangs);
            let rest = position.map_or_else(String::new, |position| line.split_off(position));
            folded.push(std::mem::replace(&mut line, rest));
            if folded.len() == lines {
                MARK.clone_into(&mut line);
                break;
            }
            filled = pieces(&line).map(columns_of).sum();
            (count, blank) = (line.chars().count(), None);
            if hangs {
                continue;
            }
        }
        push(&mut line, piece);
        (filled, count) = (filled + columns, count + 1);
        if matches!(piece, Piece::Plain(' ')) {
            blank = Some(line.len());
        }
    }
    folded.push(line);
    let lines = folded.iter().map(|line| cut(line.trim_end(), limit));
    lines.collect()
}

/// Breaks a sentence between words into lines of at most `limit` columns; longer words are cut.
pub(super) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut filled) = (String::new(), 0);
    for word in text.split_whitespace() {
        let word = cut(word, limit);
        let columns = width(&word);
        if !line.is_empty() && filled + 1 + columns > limit {
            lines.push(std::mem::take(&mut line));
            filled = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            filled += 1;
        }
        line.push_str(&word);
        filled += columns;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_and_marks_are_measured_as_a_terminal_does() {
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(
            cut("e\u{301}e\u{301}e\u{301}", 3),
            "e\u{301}e\u{301}e\u{301}"
        );
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(cut("abc", 2), "a…");
        assert_eq!(cut("abc", 1), "…");
    }

    #[test]
    fn nothing_is_wider_than_it_may_be() {
        let texts = [
            "❤️❤️❤️",
            "👩‍🚀👩‍🚀👩‍🚀",
            "#️⃣1️⃣",
            "🇩🇪🇫🇷🇮🇹",
            "a\u{1b}[1m\n",
            "\u{202e}abc",
            "لا إله",
        ];
        for text in texts {
            for limit in 1..12 {
                let output = cut(text, limit);
                assert!(width(&output) <= limit, "{text:?} in {limit}: {output:?}");
            }
        }
    }

    #[test]
    fn a_heap_of_marks_is_cut() {
        let heap = format!("a{}", "\u{301}".repeat(1_000_000));
        assert!(cut(&heap, 10).len() < 400);
    }

    #[test]
    fn a_joined_emoji_is_not_taken_apart() {
        assert_eq!(cut("👩‍🚀👩‍🚀", 3), "…");
        assert_eq!(cut("👩‍🚀👩‍🚀", 5), "👩‍🚀…");
    }

    #[test]
    fn a_long_text_is_folded_at_blanks_or_where_a_line_ends() {
        assert_eq!(fold("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(fold("abcdefgh ij", 4, 9), ["abcd", "efgh", "ij"]);
        assert_eq!(fold("a日本", 4, 9), ["a日", "本"]);
        assert_eq!(fold("one\ntwo", 8, 9), ["one\\ntwo"]);
        assert_eq!(fold("abcdefghi", 2, 2), ["ab", "cd", "…"]);
        assert_eq!(fold("", 4, 9), [""]);
        let heap = "\u{301}".repeat(1_000_000);
        assert!(fold(&heap, 10, 5).concat().len() < 2000);
    }

    #[test]
    fn sentences_break_between_words() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abc…"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_line_of_very_many_words_is_measured_once() {
        // Minutes, where each word measures the line so far.
        let text = "word ".repeat(400_000);
        let lines = wrap(&text, 10_000_000);
        assert_eq!(lines, [text.trim_end()]);
    }
}
