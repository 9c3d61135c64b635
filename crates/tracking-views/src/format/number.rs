//! Numbers for people.

use std::cmp::Ordering;

use crate::terms::Term;

/// Groups digits by three: `1,234`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut formatted = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            formatted.push(',');
        }
        formatted.push(digit);
    }
    formatted
}

/// A number in few characters: `12,000`, `250k`, `1.5M`; rounded down from 100,000 on.
pub(crate) fn compact(number: u64) -> String {
    let units = [
        (1_000_000_000_000, "T"),
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1_000, "k"),
    ];
    let unit = units.iter().find(|unit| number >= unit.0);
    match unit {
        Some((size, name)) if number >= 100_000 => {
            let tenths = number / (size / 10) % 10;
            let whole = grouped(number / size);
            if tenths == 0 || number / size >= 100 {
                format!("{whole}{name}")
            } else {
                format!("{whole}.{tenths}{name}")
            }
        }
        _ => grouped(number),
    }
}

/// How much `part` is of `whole`, like `8.1%`; nothing where there is no whole.
pub(crate) fn share(part: u64, whole: u64) -> Option<String> {
    if whole == 0 {
        return None;
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let tenths = (part * 1000 + whole / 2) / whole;
    Some(if part > 0 && tenths == 0 {
        "<0.1%".into()
    } else {
        format!("{}.{}%", tenths / 10, tenths % 10)
    })
}

/// A number of bytes with a decimal unit: `999 B`, `1.3 MB`.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let mut unit = 1_u64;
    let mut found = None;
    for name in units {
        unit = unit.saturating_mul(1000);
        // From half a tenth below a unit on, a size is rounded up to it.
        if bytes < unit - unit / 1000 / 20 {
            break;
        }
        found = Some((name, unit));
    }
    match found {
        None => format!("{} B", grouped(bytes)),
        Some((name, unit)) => {
            let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
    }
}

/// From so many times on, a share would have too many digits.
const MIN_FACTOR: u64 = 10;

/// By how much a number changed from another one: an arrow and a share, such as `▲ 12.5%`.
pub(crate) fn change(now: u64, before: u64) -> (&'static str, String) {
    let arrow = match now.cmp(&before) {
        Ordering::Greater => "▲",
        Ordering::Equal => "=",
        Ordering::Less => "▼",
    };
    let formatted = match (before, now) {
        (0, 0) => share(0, 1),
        (0, _) => None,
        _ if now / before >= MIN_FACTOR => Some(format!("×{}", grouped(now / before))),
        _ => share(now.abs_diff(before), before),
    };
    (arrow, formatted.unwrap_or_else(|| "new".into()))
}

/// A number and what it counts: `1 day`, `1,234 days`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// How many of all are shown: `3 tracks`, `50 of 1,234 tracks`, `No tracks.`.
pub(crate) fn rows_of_all(rows: u64, total: Option<u64>, of: &Term) -> String {
    let (one, many) = (of.one(), of.many());
    match total {
        Some(total) if total > rows => {
            format!("{} of {}", grouped(rows), counted(total, one, many))
        }
        _ if rows == 0 => format!("No {many}."),
        _ => counted(rows, one, many),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let formatted = [0, 999, 1000, 123_456, 1_234_567].map(grouped);
        assert_eq!(formatted, ["0", "999", "1,000", "123,456", "1,234,567"]);
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn large_numbers_are_written_in_few_characters() {
        let formatted = [0, 99_999, 128_934, 1_500_000, 3_000_000_000].map(compact);
        assert_eq!(formatted, ["0", "99,999", "128k", "1.5M", "3G"]);
        assert_eq!(compact(u64::MAX), "18,446,744T");
    }

    #[test]
    fn sizes_have_a_unit_and_one_decimal() {
        let formatted = [0, 999, 1000, 1_250_000, 2_747_282_740].map(size);
        assert_eq!(formatted, ["0 B", "999 B", "1.0 kB", "1.3 MB", "2.7 GB"]);
        let formatted = [999_949, 999_950, 999_999, 999_950_000, 999_949_999].map(size);
        assert_eq!(
            formatted,
            ["999.9 kB", "1.0 MB", "1.0 MB", "1.0 GB", "999.9 MB"]
        );
        assert_eq!(size(u64::MAX), "18.4 EB");
    }

    #[test]
    fn a_change_is_shown_by_an_arrow_and_a_share_of_before() {
        let formatted = |now, before| {
            let (arrow, share) = change(now, before);
            format!("{arrow} {share}")
        };
        assert_eq!(formatted(9, 8), "▲ 12.5%");
        assert_eq!(formatted(6, 8), "▼ 25.0%");
        assert_eq!(formatted(8, 8), "= 0.0%");
        assert_eq!(formatted(8, 0), "▲ new");
        assert_eq!(formatted(80, 8), "▲ ×10");
        assert_eq!(formatted(79, 8), "▲ 887.5%");
        assert_eq!(formatted(0, 0), "= 0.0%");
        assert_eq!(formatted(0, 8), "▼ 100.0%");
    }

    #[test]
    fn a_share_is_rounded_and_never_a_false_zero() {
        assert_eq!(share(807, 9999).unwrap(), "8.1%");
        assert_eq!(share(1, 1).unwrap(), "100.0%");
        assert_eq!(share(1, 1_000_000).unwrap(), "<0.1%");
        assert_eq!(share(0, 5).unwrap(), "0.0%");
        assert_eq!(share(0, 0), None);
        assert_eq!(share(u64::MAX, u64::MAX).unwrap(), "100.0%");
    }
}
