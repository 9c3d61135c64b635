//! Cells that a spreadsheet cannot be tricked with.

use std::borrow::Cow;

/// What a spreadsheet may take for the beginning of a formula, and the mark that tells text.
const MARKED: [char; 12] = [
    '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\'',
];

/// The text with an apostrophe in front, where it could be taken for a formula.
pub(super) fn defused(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(MARKED) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// What [`defused`] was given.
pub(super) fn restored(cell: &str) -> &str {
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
            let shown = defused(cell);
            assert!(
                shown.starts_with('\'') || !shown.starts_with(MARKED),
                "{cell:?}"
            );
            assert_eq!(restored(&shown), cell);
        }
        assert_eq!(defused("a=b"), "a=b");
    }
}
