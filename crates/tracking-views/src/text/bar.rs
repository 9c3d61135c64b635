//! Bars of block characters.

const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar of at most `columns` for `value` out of `largest`, to an eighth of a column; what is
/// there at all is seen.
pub(super) fn bar(value: u64, largest: u64, columns: usize) -> String {
    if value == 0 || largest == 0 || columns == 0 {
        return String::new();
    }
    let eighths = u128::from(value.min(largest)) * (columns as u128) * 8 / u128::from(largest);
    let eighths = usize::try_from(eighths).unwrap_or(usize::MAX).max(1);
    let part = PARTS.get(eighths % 8).copied().unwrap_or_default();
    "█".repeat(eighths / 8) + part
}

/// Heights of counts, from some to the most.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn height(count: u64, largest: u64) -> char {
    if count == 0 || largest == 0 {
        return ' ';
    }
    let eighth = u128::from(count) * 8 / u128::from(largest);
    let eighth = usize::try_from(eighth).unwrap_or(8).clamp(1, 8) - 1;
    HEIGHTS.get(eighth).copied().unwrap_or('█')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_measured_by_the_largest() {
        assert_eq!(bar(4, 4, 3), "███");
        assert_eq!(bar(2, 4, 3), "█▌");
        assert_eq!(bar(1, 1_000_000, 3), "▏");
        assert_eq!(bar(0, 4, 3), "");
        assert_eq!(bar(0, 0, 3), "");
        assert_eq!(bar(1, 1, 0), "");
        assert_eq!(bar(u64::MAX, u64::MAX, 2), "██");
    }
}
