//! Numbers for people.

use std::borrow::Cow;

use crate::model::TotalValue;

/// Groups digits by three: `1,234`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
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

/// The figure of a total.
pub(crate) fn figure(value: &TotalValue) -> Cow<'_, str> {
    match value {
        TotalValue::Count(count) => grouped(*count).into(),
        TotalValue::Text(text) => text.into(),
    }
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
pub(crate) fn rows_of_all(rows: u64, total: Option<u64>, one: &str, many: &str) -> String {
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
        let shown = [0, 999, 1000, 123_456, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "123,456", "1,234,567"]);
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn large_numbers_are_written_in_few_characters() {
        let shown = [0, 99_999, 128_934, 1_500_000, 3_000_000_000].map(compact);
        assert_eq!(shown, ["0", "99,999", "128k", "1.5M", "3G"]);
        assert_eq!(compact(u64::MAX), "18,446,744T");
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
