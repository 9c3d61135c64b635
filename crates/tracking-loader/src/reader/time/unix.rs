//! Times as numbers since the start of 1970.

use tracking_core::Timestamp;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reader) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    /// How many nanoseconds it is.
    fn nanos(self) -> i128 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Millis => 1_000_000,
            Self::Micros => 1_000,
            Self::Nanos => 1,
        }
    }

    /// The unit in which a number of our time would be of this size: seconds reach the year
    /// 5138 before they are taken for milliseconds.
    fn likely(whole: i128) -> Self {
        match whole.unsigned_abs() {
            ..100_000_000_000 => Self::Seconds,
            100_000_000_000..100_000_000_000_000 => Self::Millis,
            100_000_000_000_000..100_000_000_000_000_000 => Self::Micros,
            _ => Self::Nanos,
        }
    }
}

/// Reads a decimal number, exactly; without a unit, that is found out from its size.
pub(in crate::reader) fn read(text: &str, unit: Option<Unit>) -> Option<Timestamp> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.contains(['e', 'E']) {
        return read_float(text, unit);
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || whole.len() > 20 {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let unit = unit.unwrap_or(Unit::likely(whole)).nanos();
    let mut nanos = whole.checked_mul(unit)?;
    let mut worth = unit;
    for digit in fraction.bytes() {
        worth /= 10;
        nanos += i128::from(digit - b'0') * worth;
    }
    let micros = if negative { -nanos } else { nanos }.div_euclid(1_000);
    Timestamp::from_micros(i64::try_from(micros).ok()?).ok()
}

/// Numbers like `1.795e9`, which lose what a float loses.
fn read_float(text: &str, unit: Option<Unit>) -> Option<Timestamp> {
    let number: f64 = text.parse().ok()?;
    // Plain digits, so this does not come back.
    number
        .is_finite()
        .then(|| read(&format!("{number}"), unit))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str, unit: impl Into<Option<Unit>>) -> String {
        read(text, unit.into()).unwrap().to_string()
    }

    #[test]
    fn numbers_are_read_exactly() {
        assert_eq!(
            formatted("1795445221.123456", Unit::Seconds),
            "2026-11-23T14:47:01.123456Z"
        );
        assert_eq!(
            formatted("1795445221.1234569", Unit::Seconds),
            "2026-11-23T14:47:01.123456Z"
        );
        assert_eq!(
            formatted("1795445221123", Unit::Millis),
            "2026-11-23T14:47:01.123Z"
        );
        assert_eq!(
            formatted("1795445221123.4567", Unit::Millis),
            "2026-11-23T14:47:01.123456Z"
        );
        assert_eq!(
            formatted("1795445221123456", Unit::Micros),
            "2026-11-23T14:47:01.123456Z"
        );
        assert_eq!(formatted("-0.5", Unit::Seconds), "1969-12-31T23:59:59.500Z");
        assert_eq!(
            formatted("1.795445221e9", Unit::Seconds),
            "2026-11-23T14:47:01Z"
        );
    }

    #[test]
    fn the_unit_is_detected_from_the_size() {
        for text in [
            "1795445221",
            "1795445221000",
            "1795445221000000",
            "1795445221000000000",
        ] {
            assert_eq!(formatted(text, None), "2026-11-23T14:47:01Z", "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_large_is_none() {
        for text in [
            "",
            "-",
            "1.",
            ".5",
            "1.5.1",
            "+1",
            "1a",
            "e",
            "1e999",
            "999999999999999999999999",
            "NaN",
            "inf",
        ] {
            assert_eq!(read(text, None), None, "{text}");
        }
        assert_eq!(read("99999999999999999999", Some(Unit::Seconds)), None);
    }
}
