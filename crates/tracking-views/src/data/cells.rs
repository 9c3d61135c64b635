//! Escapes cells that a spreadsheet could run as a formula.

use std::borrow::Cow;

/// Characters that may start a formula in a spreadsheet, and the apostrophe that marks text.
const ESCAPED_STARTS: [char; 12] = [
    '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\'',
];

/// Puts an apostrophe in front of a cell that a spreadsheet could take for a formula.
pub(super) fn escape_formula(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(ESCAPED_STARTS) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// Reverses [`escape_formula`].
pub(super) fn unescape_formula(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula_and_all_come_back() {
        for cell in [
            "=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "'x", "''", "", "a=b",
        ] {
            let escaped = escape_formula(cell);
            assert!(
                escaped.starts_with('\'') || !escaped.starts_with(ESCAPED_STARTS),
                "{cell:?}"
            );
            assert_eq!(unescape_formula(&escaped), cell);
        }
        assert_eq!(escape_formula("a=b"), "a=b");
    }
}
